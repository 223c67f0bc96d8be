//! A pre-registration, in an answer and in a file.

use accounts::pre_registration::PreRegistration;
use api::Exported;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An address somebody left.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreRegistrationEntry {
    /// The id of the pre-registration.
    id: Uuid,
    /// The address that was left. Nobody has shown that it is theirs until it is confirmed.
    #[schema(example = "ann@example.com")]
    email: String,
    /// The moment at which the address was left first (RFC 3339, UTC).
    #[schema(example = "2026-11-20T12:00:00Z")]
    requested_at: String,
    /// The moment at which its owner confirmed it.
    #[schema(example = "2026-11-20T12:05:00Z")]
    confirmed_at: Option<String>,
}

impl From<PreRegistration> for PreRegistrationEntry {
    fn from(left: PreRegistration) -> Self {
        Self {
            id: left.id.uuid(),
            email: left.email.into(),
            requested_at: left.requested_at.to_string(),
            confirmed_at: left.confirmed_at.map(|at| at.to_string()),
        }
    }
}

impl Exported for PreRegistrationEntry {
    const LIST: &'static str = "pre_registrations";

    const COLUMNS: &'static [&'static str] = &["id", "email", "requested_at", "confirmed_at"];

    fn into_line(self) -> Vec<String> {
        let confirmed_at = self.confirmed_at.unwrap_or_default();
        vec![
            self.id.to_string(),
            self.email,
            self.requested_at,
            confirmed_at,
        ]
    }
}
