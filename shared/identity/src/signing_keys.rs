use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use serde::{Deserialize, Serialize};
use store::condition::{absent, at_most, exists};
use store::update::{Changed, Update};
use store::value::{millis, seconds};
use store::writes::add;
use store::{Store, StoreError, Transaction, from_item, query};

use crate::{IDENTITY, items};

/// Public keys of the tokens. The private ones are in Secrets Manager and never here.
pub struct SigningKeys<'a>(pub &'a Store);

/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// Its name in the header of the tokens it verifies.
    pub kid: String,
    /// The 32 bytes, in base64url without padding.
    pub x: String,
    /// The moment at which the key was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// The moment at which the last token it verifies has expired, once it has a successor.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub retires_at: Option<Timestamp>,
}

impl SigningKeys<'_> {
    /// The keys that verify tokens now.
    pub async fn list(&self, now: Timestamp) -> Result<Vec<PublicKey>, StoreError> {
        let attempt = "list the signing keys";
        let table = self.0.table(IDENTITY);
        let mut found = Vec::new();
        for item in query::partition(self.0, table, items::SIGNING_KEYS, attempt).await? {
            let key: PublicKey = from_item(item, attempt)?;
            if key.retires_at.is_none_or(|retires_at| now < retires_at) {
                found.push(key);
            }
        }
        Ok(found)
    }

    /// Takes the lease of rotating: of two runs at once one gets false. It ends by itself, should its run die.
    pub async fn begin_rotation(
        &self,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        let claim = Update::of(self.0.table(IDENTITY), items::signing_key_rotation())
            .set("until", millis(now + lease))
            .when(absent("pk").or(at_most("until", millis(now))));
        let claimed = claim.apply(self.0, "begin a rotation").await?;
        Ok(matches!(claimed, Changed::Now(_)))
    }

    /// Publishes a signing key. It must be here before anything is signed with it.
    pub async fn add(&self, key: &PublicKey, audit: &Entry) -> Result<(), StoreError> {
        Transaction::new("publish a signing key")
            .with(
                "key",
                add(self.0.table(IDENTITY), items::signing_key(&key.kid), key),
            )
            .audited(audit)
            .commit(self.0)
            .await
            .map(drop)
    }

    /// Lets the next run begin.
    pub async fn end_rotation(&self) -> Result<(), StoreError> {
        let release =
            Update::of(self.0.table(IDENTITY), items::signing_key_rotation()).set("until", 0);
        release.apply(self.0, "end a rotation").await.map(drop)
    }

    /// Says when a key goes. A key that has gone already is no fault.
    pub async fn retire(&self, kid: &str, retires_at: Timestamp) -> Result<(), StoreError> {
        let retire = Update::of(self.0.table(IDENTITY), items::signing_key(kid))
            .set("retires_at", millis(retires_at))
            .set("ttl", seconds(retires_at))
            .when(exists("pk").and(absent("retires_at")));
        retire.apply(self.0, "retire a signing key").await.map(drop)
    }
}
