//! An account as the identity table has it, with what the index must have of it.

use std::collections::BTreeMap;

use kernel::id::UserId;
use serde::Deserialize;
use store::condition::{Condition, absent, unchanged};
use store::writes::check;
use store::{Item, StoreError, Write, from_item};

use crate::account::keys;
use crate::people::PersonSummary;
use crate::people::entries;
use crate::people::index::Image;

/// The attributes of an account that lists show. Its id and when it was made never change.
const SHOWN: [&str; 7] = [
    "email",
    "username",
    "first_name",
    "last_name",
    "role",
    "email_verified",
    "disabled",
];

/// Partition and sort key of an entry.
pub(crate) type Place = (String, String);

/// An account as it was read.
pub(crate) struct Account {
    pub(crate) id: UserId,
    /// `None` once it has gone.
    pub(crate) item: Option<Item>,
}

impl Account {
    /// Reads it from its item.
    pub(crate) fn of(item: Item, attempt: &'static str) -> Result<Self, StoreError> {
        Ok(Self {
            id: id(&item, attempt)?,
            item: Some(item),
        })
    }

    /// The entries that it must have.
    pub(crate) fn entries(
        &self,
        attempt: &'static str,
    ) -> Result<BTreeMap<Place, Item>, StoreError> {
        let Some(item) = &self.item else {
            return Ok(BTreeMap::new());
        };
        let image: Image = from_item(item.clone(), attempt)?;
        Ok(entries::of(&PersonSummary::from(image)))
    }

    /// Checks, as part of a transaction, that lists would still show the same of the account.
    pub(crate) fn check(&self, table: &str) -> Write {
        check(table, keys::user(self.id), self.is_as_read())
    }

    fn is_as_read(&self) -> Condition {
        let Some(item) = &self.item else {
            return absent("pk");
        };
        let as_read = |attribute| unchanged(attribute, item.get(attribute).cloned());
        let [first, others @ ..] = SHOWN.map(as_read);
        others.into_iter().fold(first, Condition::and)
    }
}

/// The account that an item is of.
pub(crate) fn id(item: &Item, attempt: &'static str) -> Result<UserId, StoreError> {
    #[derive(Deserialize)]
    struct Owned {
        id: UserId,
    }
    let Owned { id } = from_item(item.clone(), attempt)?;
    Ok(id)
}
