//! Recovery codes: shown once, and kept as keyed hashes.

use api::{Answer, App, ShownSecret};
use domain::factor::{RECOVERY_CODES, RecoveryCode};
use domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// New recovery codes. They are shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes, each good once in place of the authenticator.
    #[schema(value_type = Vec<String>, example = json!(["7K2QF-9XM4D", "0B3HN-TR8WC"]))]
    recovery_codes: Vec<ShownSecret>,
}

/// Makes the codes of an account, with the hashes that are stored in their place.
pub(crate) async fn make(app: &App, user_id: UserId) -> Answer<(RecoveryCodes, Vec<String>)> {
    let pepper = app.pepper().await?;
    let codes: Vec<_> = (0..RECOVERY_CODES)
        .map(|_| RecoveryCode::generate(&mut app.random()))
        .collect();
    let hashes = codes.iter().map(|code| code.hash(pepper, user_id));
    let hashes = hashes.collect();
    let recovery_codes = codes.iter().map(|code| code.expose().into()).collect();
    Ok((RecoveryCodes { recovery_codes }, hashes))
}
