//! An account, as administrators see it.

use accounts::account::{User, Users};
use accounts::people::PersonSummary;
use api::{Answer, ApiError, App, ErrorCode};
use jiff::Timestamp;
use kernel::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 409: an administrator would change their own account by another door than everybody's.
pub(crate) const OWN_ACCOUNT: ErrorCode = ErrorCode::conflict(
    "own_account",
    "This is your own account. Another administrator can do this.",
)
.when("administrators do not do this to themselves");

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedUser {
    /// The id of the account.
    id: Uuid,
    /// The e-mail address of the account.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The username of the account, if it has one.
    #[schema(example = "ann.miller")]
    username: Option<String>,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// The role of the account.
    #[schema(example = "parent")]
    role: &'static str,
    /// False while an administrator has it locked.
    #[schema(example = true)]
    is_active: bool,
    /// Whether its address is verified.
    #[schema(example = true)]
    email_verified: bool,
    /// The moment at which the account was made (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
}

/// An account, as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    #[serde(flatten)]
    listed: ListedUser,
    /// The address it is to have, once that is verified.
    #[schema(example = json!(null))]
    pending_email: Option<String>,
    /// Whether a second factor is asked for when it logs in.
    #[schema(example = false)]
    mfa_enabled: bool,
    /// The moment of the account's newest log-in.
    #[schema(example = "2026-11-21T08:30:00Z")]
    last_login_at: Option<String>,
    /// The moment at which the account will be deleted, if its owner asked for that.
    #[schema(example = json!(null))]
    deletion_due_at: Option<String>,
}

impl From<PersonSummary> for ListedUser {
    fn from(person: PersonSummary) -> Self {
        Self {
            id: person.id.uuid(),
            email: person.email.into(),
            username: person.username.map(|username| username.as_str().to_owned()),
            first_name: person.first_name.to_string(),
            last_name: person.last_name.to_string(),
            role: person.role.as_str(),
            is_active: person.is_active,
            email_verified: person.email_verified,
            created_at: person.created_at.to_string(),
        }
    }
}

impl Account {
    /// An account at this moment.
    pub(crate) fn of(user: &User, now: Timestamp) -> Self {
        let pending_email = user.wanted_email(now);
        Self {
            listed: ListedUser::from(PersonSummary::from(user)),
            pending_email: pending_email.map(|email| email.as_str().to_owned()),
            mfa_enabled: user.factor_since.is_some(),
            last_login_at: user.last_login_at.map(|at| at.to_string()),
            deletion_due_at: user.deletion_due_at.map(|at| at.to_string()),
        }
    }
}

/// The account with this id, or a 404.
pub(crate) async fn find(app: &App, id: UserId) -> Answer<User> {
    let user = Users(app.store()).lookup(id).await?;
    user.ok_or_else(ApiError::not_found)
}
