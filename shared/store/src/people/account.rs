//! An account as the identity table has it, with what the index must have of it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::id::UserId;
use serde::Deserialize;

use crate::error::StoreError;
use crate::expression::{Change, Item, from_item};
use crate::keys;
use crate::people::index::Image;
use crate::people::{PersonSummary, entries};

/// What lists show of an account: the attribute, and its value in expressions. Its id and when it was made never change.
const SHOWN: [(&str, &str); 7] = [
    ("email", ":email"),
    ("username", ":username"),
    ("first_name", ":first_name"),
    ("last_name", ":last_name"),
    ("role", ":role"),
    ("email_verified", ":email_verified"),
    ("disabled", ":disabled"),
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

    /// That lists would still show the same of it, as part of a transaction.
    pub(crate) fn check(&self, table: &str) -> TransactWriteItem {
        let (condition, values) = self.condition();
        let check = Change {
            table,
            key: keys::user(self.id),
            update: "",
            condition: &condition,
            values,
        };
        check.in_transaction()
    }

    fn condition(&self) -> (String, Vec<(&'static str, AttributeValue)>) {
        let Some(item) = &self.item else {
            return ("attribute_not_exists(#pk)".to_owned(), Vec::new());
        };
        let mut values = Vec::new();
        let same = SHOWN.map(|(name, placeholder)| match item.get(name) {
            Some(value) => {
                values.push((placeholder, value.clone()));
                format!("#{name} = {placeholder}")
            }
            None => format!("attribute_not_exists(#{name})"),
        });
        (same.join(" AND "), values)
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
