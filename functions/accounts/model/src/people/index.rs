use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use serde::Deserialize;
use store::Item;
use store::batch::{delete, put, write_all};
use store::{Key, StoreError};

use crate::account::keys;
use crate::people::{PEOPLE, People, PersonSummary, entries};
use crate::profile::{Name, Username};

const ATTEMPT: &str = "index people";

/// What became of an account, as the stream tells it: as it was, and as it is. Either is empty where there is none.
#[derive(Debug)]
pub struct PersonChange {
    before: Option<PersonSummary>,
    after: Option<PersonSummary>,
}

/// What is read of an account's item. What can change of it is named in `account::SHOWN`, too.
#[derive(Deserialize)]
pub(crate) struct Image {
    id: UserId,
    email: EmailAddress,
    username: Option<Username>,
    first_name: Name,
    last_name: Name,
    #[serde(default)]
    role: Role,
    email_verified: bool,
    #[serde(default)]
    disabled: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
}

impl From<Image> for PersonSummary {
    fn from(image: Image) -> Self {
        Self {
            id: image.id,
            email: image.email,
            username: image.username,
            first_name: image.first_name,
            last_name: image.last_name,
            role: image.role,
            is_active: !image.disabled,
            email_verified: image.email_verified,
            created_at: image.created_at,
        }
    }
}

impl PersonChange {
    /// Reads a record of the stream. `None` if it is about something else, or changes nothing that lists show: a log-in does
    /// not.
    pub fn of(
        keys: serde_dynamo::Item,
        before: serde_dynamo::Item,
        after: serde_dynamo::Item,
    ) -> Result<Option<Self>, serde_dynamo::Error> {
        let key: Key = serde_dynamo::from_item(keys)?;
        // The stream has all items of its table.
        if key.sk != keys::ACCOUNT {
            return Ok(None);
        }
        let summary = |image: serde_dynamo::Item| {
            if image.is_empty() {
                return Ok(None);
            }
            let image: Image = serde_dynamo::from_item(image)?;
            Ok(Some(image.into()))
        };
        let change = Self {
            before: summary(before)?,
            after: summary(after)?,
        };
        Ok((change.before != change.after).then_some(change))
    }
}

impl People<'_> {
    /// Brings the entries of changed accounts up to date; changes of one account in their order. Gives how many entries were
    /// written. The same changes again leave the same entries.
    pub async fn index(&self, changes: &[PersonChange]) -> Result<usize, StoreError> {
        // What is to be at each place in the end. All entries of a changed account: each carries the whole summary.
        let mut places: BTreeMap<(String, String), Option<Item>> = BTreeMap::new();
        for PersonChange { before, after } in changes {
            let old = before.as_ref().map(entries::of).unwrap_or_default();
            let new = after.as_ref().map(entries::of).unwrap_or_default();
            places.extend(old.into_keys().map(|place| (place, None)));
            places.extend(new.into_iter().map(|(place, item)| (place, Some(item))));
        }

        let count = places.len();
        let write = |((pk, sk), item)| match item {
            None => delete(Key { pk, sk }.into_item()),
            Some(item) => put(item),
        };
        let writes: Vec<_> = places.into_iter().map(write).collect();
        write_all(self.0, self.0.table(PEOPLE), &writes, ATTEMPT).await?;
        Ok(count)
    }
}
