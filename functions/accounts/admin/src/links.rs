//! Mailed links, as administrators see them: that there are some, and never their tokens.

use accounts::link::{LinkKind, LinkState, Links, ListedLink};
use api::{Answer, App, List, PageBody};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::filters::DayAndEmail;

/// A link that was mailed.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkEntry {
    /// The account that the link is for.
    user_id: Uuid,
    /// The address it was sent to.
    #[schema(example = "ann@example.com")]
    email: String,
    /// `valid`, `used` (by somebody who followed it), `replaced` (by a newer one), `void` (taken away without being used: what
    /// it was for was done in another way, the password or the address changed, or the account was locked, closed by 'not
    /// me', to be deleted, or gone) or `expired`. One that was used in the last second may still be called `void`.
    #[schema(example = "valid")]
    state: &'static str,
    /// The number of seconds for which the link is still valid; 0 where it is not.
    #[schema(example = 1740)]
    time_left_s: i64,
    /// The moment at which the link was made (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
    /// The moment at which the link expires.
    #[schema(example = "2026-11-21T12:00:00Z")]
    expires_at: String,
}

impl LinkEntry {
    fn of(link: ListedLink, now: Timestamp) -> Self {
        let (state, is_valid) = match link.state {
            LinkState::Valid => ("valid", true),
            LinkState::Used => ("used", false),
            LinkState::Replaced => ("replaced", false),
            LinkState::Void => ("void", false),
            LinkState::Expired => ("expired", false),
        };
        let left = link.expires_at.duration_since(now).as_secs();
        Self {
            user_id: link.user_id.uuid(),
            email: link.email.into(),
            state,
            time_left_s: if is_valid { left } else { 0 },
            created_at: link.created_at.to_string(),
            expires_at: link.expires_at.to_string(),
        }
    }
}

/// A page of the links of a kind.
pub(crate) async fn list(
    app: &App,
    kind: LinkKind,
    List { filter, paging }: &List<DayAndEmail>,
) -> Answer<axum::Json<PageBody<LinkEntry>>> {
    let ((day, email), now) = (filter.read(app)?, app.now());
    let links = Links(app.store());
    let page = links
        .list(kind, day, email.as_ref(), now, &paging.request)
        .await?;

    Ok(paging.body(page.map(|link| LinkEntry::of(link, now))))
}
