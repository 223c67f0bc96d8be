//! The wish that the index be looked at, and made anew where it is missing or damaged.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::writes::replace;
use store::{Store, StoreError, Transaction};

use super::keys;
use crate::table::CATALOG;

/// The time after which a wish may be forgotten: it was heard through the table's stream within seconds.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The storage of the wish.
pub struct IndexWishes<'a>(pub &'a Store);

#[derive(Serialize)]
struct Wish {
    /// Another each time: what changes nothing is not in the stream.
    asked_at: i64,
    ttl: i64,
}

impl IndexWishes<'_> {
    /// Asks for the index to be looked at. There is one item, whoever asks: whose stream tells `index_products` of it.
    pub async fn ask(&self, now: Timestamp) -> Result<(), StoreError> {
        let wish = Wish {
            asked_at: now.as_millisecond(),
            ttl: (now + KEPT).as_second(),
        };
        Transaction::new("ask for the index")
            .with("wish", replace(self.0.table(CATALOG), keys::wish(), &wish))
            .commit(self.0)
            .await
            .map(drop)
    }
}
