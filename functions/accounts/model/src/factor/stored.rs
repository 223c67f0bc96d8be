use kernel::id::UserId;
use serde::Deserialize;
use store::{Item, Key, StoreError, from_item};

use crate::factor::{Totp, keys};

/// One of the two kinds of second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorKind {
    /// The codes of an authenticator.
    Totp,
    /// Recovery codes.
    RecoveryCodes,
}

/// What is kept of a second factor, to judge an answer by.
#[derive(Debug)]
pub enum StoredFactor {
    /// The secret of the authenticator, if there is one, whether it is asked for yet or not.
    Totp(Option<Totp>),
    /// The hashes of the recovery codes that were not used.
    RecoveryCodes(Vec<String>),
}

#[derive(Deserialize)]
struct RecoveryCodes {
    #[serde(default, with = "serde_dynamo::string_set")]
    hashes: Vec<String>,
}

impl FactorKind {
    /// Where it is kept.
    pub(crate) fn key(self, user_id: UserId) -> Key {
        match self {
            Self::Totp => keys::totp(user_id),
            Self::RecoveryCodes => keys::recovery_codes(user_id),
        }
    }

    /// The factor, of the item that was read.
    pub(crate) fn of_item(
        self,
        item: Option<Item>,
        attempt: &'static str,
    ) -> Result<StoredFactor, StoreError> {
        match (self, item) {
            (Self::Totp, Some(item)) => Ok(StoredFactor::Totp(Some(from_item(item, attempt)?))),
            (Self::Totp, None) => Ok(StoredFactor::Totp(None)),
            (Self::RecoveryCodes, Some(item)) => {
                let codes: RecoveryCodes = from_item(item, attempt)?;
                Ok(StoredFactor::RecoveryCodes(codes.hashes))
            }
            (Self::RecoveryCodes, None) => Ok(StoredFactor::RecoveryCodes(Vec::new())),
        }
    }
}
