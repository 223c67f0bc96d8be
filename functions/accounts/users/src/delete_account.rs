use accounts::Me;
use accounts::actions;
use accounts::ending::{DeletionOutcome, Endings};
use accounts::jobs::SendDeletionNotice;
use accounts::secrets::{FACTOR_KEY, PEPPER};
use api::{
    Answer, ApiError, App, Authenticated, Endpoint, Errors, Fields, Json, Limiter, PUBLIC_KEYS,
    RequestInfo, endpoint,
};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use kernel::limit::{Limit, Per};
use proofs::{CODE_USED, INVALID_CODE, WRONG_PASSWORD, check_factor, check_password};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fresh_code;

pub const ENDPOINT: Endpoint = endpoint!(delete_account)
    .reading(&[PUBLIC_KEYS, PEPPER, FACTOR_KEY])
    .with_slash()
    .limited(&[PER_ACCOUNT])
    .refusing(&[WRONG_PASSWORD, INVALID_CODE, CODE_USED]);

/// The number of tries of one account: a stolen access token must not be enough to guess the code.
const PER_ACCOUNT: Limit = Limit {
    name: "deletion-account",
    quota: 5,
    window: SignedDuration::from_mins(10),
    per: Per::Account,
};

/// The owner's word, with a proof that it is the owner's: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "password": "correct horse battery" }))]
pub struct DeleteAccount {
    /// The password of the account.
    #[schema(value_type = Option<String>, example = "correct horse battery", format = Password)]
    #[serde(default)]
    password: Option<SecretString>,
    /// A fresh code: of the second factor, if the account has one, otherwise the one-time code that
    /// `POST /api/v1/auth/otp/request` mails.
    #[schema(value_type = Option<String>, example = "012345")]
    #[serde(default)]
    code: Option<SecretString>,
}

/// The account will be deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestedDeletion {
    /// A sentence that says what happens next.
    #[schema(
        example = "Your account will be deleted. We have mailed you a link with which you can keep it."
    )]
    message: &'static str,
    /// The moment at which everything will be deleted (RFC 3339, UTC).
    #[schema(example = "2026-12-04T12:00:00Z")]
    deletion_due_at: String,
}

/// Delete the caller's account.
///
/// It can no longer be used from now on, and all its sessions are over. After 14 days everything about it is deleted; until
/// then the link in the mail keeps it. At most 5 tries in 10 minutes and account.
#[utoipa::path(
    post, path = "/api/v1/users/me/deletion", tag = "users",
    security(("bearer" = [])),
    request_body = DeleteAccount,
    responses((status = 202, description = "It will be deleted", body = RequestedDeletion), Errors)
)]
pub async fn delete_account(
    State(app): State<App>,
    Authenticated(Me { user, session }): Authenticated<Me>,
    limiter: Limiter,
    info: RequestInfo,
    Json(body): Json<DeleteAccount>,
) -> Answer<(StatusCode, axum::Json<RequestedDeletion>)> {
    if body.password.is_some() == body.code.is_some() {
        return Err(Fields::error(
            "password",
            "Give either the password or a code.",
        ));
    }
    limiter.per_account(&PER_ACCOUNT, user.id).await?;
    let code = match (&body.password, &body.code) {
        (Some(password), None) => {
            check_password(&app, &limiter, user.id, password).await?;
            None
        }
        (None, Some(code)) if user.factor_since.is_some() => {
            check_factor(&app, &limiter, user.id, Some(code), None).await?;
            None
        }
        (None, Some(code)) => Some(fresh_code::check(&app, &user, code).await?),
        _ => {
            return Err(Fields::error(
                "password",
                "Give either the password or a code.",
            ));
        }
    };

    let notice = app.task(&SendDeletionNotice { user_id: user.id });
    let audit = info
        .audit(&app, actions::DELETION_REQUESTED)
        .by_owner(user.id);
    let accounts = Endings(app.store());
    match accounts
        .request_deletion(&user, &session, code.as_deref(), &notice, &audit)
        .await?
    {
        DeletionOutcome::Due(at) => {
            let requested = RequestedDeletion {
                message: "Your account will be deleted. We have mailed you a link with which you can keep it.",
                deletion_due_at: at.to_string(),
            };
            Ok((StatusCode::ACCEPTED, axum::Json(requested)))
        }
        // Another call was faster, that deletes it, locks it, or ends this session or all.
        DeletionOutcome::NotNeeded => Err(ApiError::unauthenticated()),
        DeletionOutcome::CodeSpent => Err(INVALID_CODE.into()),
    }
}
