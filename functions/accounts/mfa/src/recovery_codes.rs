//! Recovery codes: shown once, and kept as keyed hashes.

use accounts::factor::{RECOVERY_CODES, RecoveryCode};
use accounts::secrets;
use api::{Answer, App, ShownSecret};
use kernel::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// The new recovery codes of an account. They are shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten codes, each good once in place of the authenticator.
    #[schema(value_type = Vec<String>, example = json!(["7K2QF-9XM4D", "0B3HN-TR8WC"]))]
    recovery_codes: Vec<ShownSecret>,
}

/// Makes the codes of an account, with the hashes that are stored in their place.
pub(crate) async fn make(app: &App, user_id: UserId) -> Answer<(RecoveryCodes, Vec<String>)> {
    let pepper = secrets::pepper(app).await?;
    let codes: Vec<_> = (0..RECOVERY_CODES)
        .map(|_| RecoveryCode::generate(&mut app.random()))
        .collect();
    let hashes = codes.iter().map(|code| code.hash(&pepper, user_id));
    let hashes = hashes.collect();
    let recovery_codes = codes.iter().map(|code| code.expose().into()).collect();
    Ok((RecoveryCodes { recovery_codes }, hashes))
}
