use api::{Answer, Caller, Endpoint, Errors, endpoint};
use domain::user::User;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub const ENDPOINT: Endpoint = endpoint!(get_current_user);

/// The caller's profile.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentUser {
    /// Its id.
    id: Uuid,
    /// Its address.
    #[schema(example = "ann@example.com")]
    email: String,
    /// Its username, if it has one.
    #[schema(example = "ann.miller")]
    username: Option<String>,
    /// First name, or empty.
    #[schema(example = "Ann")]
    first_name: String,
    /// Last name, or empty.
    #[schema(example = "Miller")]
    last_name: String,
    /// `admin` or `user`.
    #[schema(example = "user")]
    role: &'static str,
    /// Whether it can log in.
    #[schema(example = true)]
    is_active: bool,
    /// Whether its address is verified.
    #[schema(example = true)]
    email_verified: bool,
    /// When it was made (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    created_at: String,
}

impl From<User> for CurrentUser {
    fn from(user: User) -> Self {
        Self {
            is_active: user.is_active(),
            id: user.id.uuid(),
            email: user.email.into(),
            username: user.username.map(|username| username.as_str().to_owned()),
            first_name: user.first_name.to_string(),
            last_name: user.last_name.to_string(),
            role: user.role.as_str(),
            email_verified: user.email_verified,
            created_at: user.created_at.to_string(),
        }
    }
}

/// Show the caller's profile.
#[utoipa::path(
    get, path = "/api/v1/users/me/", tag = "users",
    security(("bearer" = [])),
    responses((status = 200, description = "The profile", body = CurrentUser), Errors)
)]
pub async fn get_current_user(caller: Caller) -> Answer<axum::Json<CurrentUser>> {
    Ok(axum::Json(caller.user.into()))
}
