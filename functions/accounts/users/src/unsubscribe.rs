use accounts::account::Users;
use accounts::actions;
use api::{Answer, App, CHANGED_MEANWHILE, Endpoint, ErrorCode, Errors, RequestInfo, endpoint};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use identity::{OPT_OUT_KEY, OptOut, opt_out_key};
use kernel::audit::Change;
use mail::{Brand, unsubscribe_page as page};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::Attempts;
use utoipa::{IntoParams, ToSchema};

pub const ENDPOINT: Endpoint = endpoint!(unsubscribe, unsubscribe_by_get)
    .reading(&[OPT_OUT_KEY])
    .refusing(&[INVALID_TOKEN]);

/// We did not write the link.
const INVALID_TOKEN: ErrorCode = ErrorCode::bad_request("invalid_token", "The link is not valid.").when(
    "the token of a mailed link is missing, malformed, unknown, used, of another kind, or replaced by a newer one",
);

/// The token of the link that ends mails.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Unsubscribe {
    /// The token of the link.
    #[param(required, value_type = String, example = "MDE5YTlmMGUg.q8Xv")]
    #[serde(default)]
    token: SecretString,
}

/// The mails are ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unsubscribed {
    /// What they were about: `updates`, `tips` or `payment`, as in the settings of the account.
    #[schema(example = "updates")]
    topic: &'static str,
    /// The same whether this call did it or an earlier one.
    #[schema(example = "You will get no more of these mails.")]
    message: &'static str,
}

/// End mails of a topic by the link in one.
///
/// Needs no log-in, and is what mail programs call when their reader unsubscribes with one click (RFC 8058). The body does not
/// matter. Safe to call again. Security notices, and answers to what was asked for, come nonetheless; the settings of the
/// account bring the rest back.
#[utoipa::path(
    post, path = "/api/v1/unsubscribe", tag = "users",
    params(Unsubscribe),
    responses((status = 200, description = "Ended, now or before", body = Unsubscribed), Errors)
)]
pub async fn unsubscribe(
    State(app): State<App>,
    info: RequestInfo,
    query: Result<Query<Unsubscribe>, QueryRejection>,
) -> Answer<axum::Json<Unsubscribed>> {
    let (_, opt_out) = read(&app, query).await?;
    let ended = axum::Json(Unsubscribed {
        topic: opt_out.topic.as_str(),
        message: "You will get no more of these mails.",
    });

    let users = Users(app.store());
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        // An account that is gone, or has another address by now, sends nothing to this one.
        let user = users.lookup(opt_out.user_id).await?;
        let Some(user) = user.filter(|user| opt_out.is_of(&user.email)) else {
            return Ok(ended);
        };
        if !user.profile.notifications.email.wants(opt_out.topic) {
            return Ok(ended);
        }
        let change = Change {
            field: format!("notification_settings.email.{}", opt_out.topic.as_str()),
            before: "true".to_owned(),
            after: "false".to_owned(),
        };
        let audit = info
            .audit(&app, actions::UNSUBSCRIBED)
            .by_owner(user.id)
            .with_changes(vec![change]);
        if users.end_mails(&user, opt_out.topic, &audit).await? {
            return Ok(ended);
        }
    }
    Err(CHANGED_MEANWHILE.into())
}

/// Open the page on which mails can be ended.
///
/// For mail programs that open the address of the header `List-Unsubscribe` in a browser. It ends nothing: scanners open
/// addresses, too.
#[utoipa::path(
    get, path = "/api/v1/unsubscribe", tag = "users",
    params(Unsubscribe),
    responses((status = 303, description = "The page of the front end"), Errors)
)]
pub async fn unsubscribe_by_get(
    State(app): State<App>,
    query: Result<Query<Unsubscribe>, QueryRejection>,
) -> Answer<Response> {
    let (token, _) = read(&app, query).await?;
    let page = page(&app.section::<Brand>(), token.expose_secret());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response())
}

/// The token, and what it ends.
async fn read(
    app: &App,
    query: Result<Query<Unsubscribe>, QueryRejection>,
) -> Answer<(SecretString, OptOut)> {
    // A query that cannot be read has no token: the same 400.
    let token = query.map(|Query(query)| query.token).unwrap_or_default();
    let key = opt_out_key(app).await?;
    let opt_out = OptOut::read(token.expose_secret(), &key).ok_or(INVALID_TOKEN)?;
    Ok((token, opt_out))
}
