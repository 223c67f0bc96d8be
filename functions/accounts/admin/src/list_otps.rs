use accounts::code::{CodeState, Codes, ListedCode};
use accounts::permissions::ReadUsers;
use api::{
    Answer, App, Endpoint, Errors, List, PUBLIC_KEYS, PageBody, PageParams, Permitted, endpoint,
};
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::filters::DayAndEmail;

pub const ENDPOINT: Endpoint = endpoint!(list_otps)
    .reading(&[PUBLIC_KEYS])
    .with_slash()
    .sampled_with(&["email"]);

/// A one-time code, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtpEntry {
    /// The id of the request for a code.
    id: Uuid,
    /// The address it is for. There may be no such account.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The client that asked for it: an address, or an IPv6 network.
    #[schema(example = "203.0.113.7")]
    client: String,
    /// `valid`, `used`, `locked` (all its tries were wrong), `expired`, or `requested`: no code was made, because the mail is
    /// on its way or because nobody may log in with the address.
    #[schema(example = "valid")]
    state: &'static str,
    /// The number of tries so far.
    #[schema(example = 0)]
    tries: u32,
    /// The number of seconds for which the code is still valid; 0 where it is not.
    #[schema(example = 540)]
    time_left_s: i64,
    /// The moment at which the code was asked for (RFC 3339, UTC).
    #[schema(example = "2026-11-21T12:00:00Z")]
    requested_at: String,
}

impl OtpEntry {
    fn of(code: ListedCode, now: Timestamp) -> Self {
        let left = code.expires_at.duration_since(now).as_secs();
        Self {
            id: code.id.uuid(),
            email: code.email.into(),
            client: code.client,
            state: code.state.as_str(),
            tries: code.tries,
            time_left_s: if code.state == CodeState::Valid {
                left
            } else {
                0
            },
            requested_at: code.requested_at.to_string(),
        }
    }
}

/// List the one-time codes that were asked for on a day.
///
/// The newest first, and of each address the newest alone. Tells how far each is, and never the code. Where more than 10,000
/// must be looked at for a page, it may have fewer entries than asked for and still a `next`.
#[utoipa::path(
    get, path = "/api/v1/admin/otps", tag = "admin",
    security(("bearer" = ["users:read"])),
    params(DayAndEmail, PageParams),
    responses((status = 200, description = "A page of codes", body = PageBody<OtpEntry>), Errors)
)]
pub async fn list_otps(
    _: Permitted<ReadUsers>,
    State(app): State<App>,
    List { filter, paging }: List<DayAndEmail>,
) -> Answer<axum::Json<PageBody<OtpEntry>>> {
    let ((day, email), now) = (filter.read(&app)?, app.now());
    let codes = Codes(app.store());
    let page = codes
        .list(day, email.as_ref(), now, &paging.request)
        .await?;

    Ok(paging.body(page.map(|code| OtpEntry::of(code, now))))
}
