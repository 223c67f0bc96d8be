//! What a door says of an account that is to be deleted, once whoever comes has proved that it is theirs.

use accounts::account::User;
use accounts::actions;
use accounts::link::LinkToken;
use accounts::login::{Logins, Proof};
use api::{ApiError, ErrorBody, ErrorCode, RequestInfo, ShownSecret};
use cloud::App;
use serde::Serialize;
use utoipa::ToSchema;

/// 403: the account is to be deleted. Told to who has given every proof that a log-in takes, and to nobody else.
pub const DELETION_PENDING: ErrorCode = ErrorCode::refused(
    "deletion_pending",
    "This account will be deleted. Until then you can keep it.",
)
.when("right proof of an account that is to be deleted; `deletion` has the day, and a token that keeps it");

/// The reason why a door does not let somebody in whose proof is right.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotLetIn {
    /// What every error has.
    #[serde(flatten)]
    pub error: ErrorBody,
    /// How the account can be kept; only with the code `deletion_pending`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion: Option<PendingDeletion>,
}

/// An account that is to be deleted, and what keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingDeletion {
    /// The moment at which everything will be deleted (RFC 3339, UTC).
    #[schema(example = "2026-12-04T12:00:00Z")]
    due_at: String,
    /// The token that keeps the account, for `POST /api/v1/users/me/deletion/cancel`. It takes the place of the one that was
    /// mailed.
    #[schema(value_type = String, example = "67e55044-10b1-426f-9247-bb680e5fe0c8")]
    cancel_token: ShownSecret,
}

/// Spends the proof for a token that keeps the account, and says so as the error that the door answers with. `None` if the
/// proof was spent meanwhile, or the account cannot be kept any more.
pub(crate) async fn deletion_pending(
    app: &App,
    info: &RequestInfo,
    user: &User,
    proof: &Proof<'_>,
) -> Result<Option<ApiError>, ApiError> {
    let token = LinkToken::generate(&mut app.random());
    let audit = info
        .audit(app, actions::CANCELLATION_OFFERED)
        .by_owner(user.id);
    let logins = Logins(app.store());
    let due_at = logins
        .offer_cancellation(user, &token, proof, &audit)
        .await?;
    Ok(due_at.map(|due_at| {
        let deletion = PendingDeletion {
            due_at: due_at.to_string(),
            cancel_token: token.expose().into(),
        };
        ApiError::from(DELETION_PENDING).with("deletion", &deletion)
    }))
}
