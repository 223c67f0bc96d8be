//! Setting the index right, where the stream has left it wrong: an account that it lost, an entry that it left behind.
//!
//! For operators alone: nothing else goes through whole tables. It may run while accounts change. No entry says of which
//! state of its account it is, so each is written, or removed, together with a check that the account is still as it was
//! read. What changes after that, the stream tells; what changed before lets the check fail, and the account is read again.

use std::collections::{BTreeMap, HashMap};
use store::value::string;

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;
use aws_sdk_dynamodb::types::Put;
use futures_util::future::try_join_all;
use identity::IDENTITY;
use kernel::id::UserId;
use store::batch::get_all;
use store::query::text;
use store::writes::remove;
use store::{Committed, Key, StoreError, Transaction, Write};
use store::{Item, get};

use crate::account::keys;
use crate::people::PEOPLE;
use crate::people::People;
use crate::people::account::{self, Account, Place};

/// Items that are read at once. A transaction takes 100: all these entries, were they all of one account and all wrong, the
/// twelve at most that the account must have, and the check.
const PAGE: i32 = 75;

/// Accounts that are written at once. The list of everybody is one partition, which takes 1,000 write units a second, and an
/// entry in a transaction takes two. So many, of some 20 ms each, leave more than half of them to the product.
const AT_ONCE: usize = 4;

/// The number of attempts for an account that changes between being read and being written. Even one such change is rare.
const MAX_ATTEMPTS: u32 = 8;

const ATTEMPT: &str = "set the index of people right";

impl People<'_> {
    /// Gives every account the entries that it must have, and writes those alone that are missing or say something else.
    /// Tells after each page how many accounts it has gone through, and gives how many there are.
    pub async fn index_all(&self, progress: impl Fn(usize)) -> Result<usize, StoreError> {
        let (mut count, mut start) = (0, None);
        loop {
            let scan = self
                .0
                .client()
                .scan()
                .table_name(self.0.table(IDENTITY))
                .filter_expression("#sk = :account")
                .expression_attribute_names("#sk", "sk")
                .expression_attribute_values(":account", string(keys::ACCOUNT));
            let (items, next) = page(scan, start).await?;
            count += items.len();
            let accounts = items.into_iter().map(|item| Account::of(item, ATTEMPT));
            let accounts = accounts.collect::<Result<Vec<_>, _>>()?;
            self.settle_all(accounts.into_iter().map(|account| (account, Vec::new())))
                .await?;

            progress(count);
            start = next;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// Removes every entry that its account, as it is now, has not. Tells after each page how many entries it has gone
    /// through, and gives how many it has removed.
    pub async fn remove_stale(&self, progress: impl Fn(usize)) -> Result<usize, StoreError> {
        let (mut count, mut removed, mut start) = (0, 0, None);
        loop {
            let scan = self.0.client().scan().table_name(self.0.table(PEOPLE));
            let (entries, next) = page(scan, start).await?;
            count += entries.len();
            let stale = self.stale(&entries).await?;
            removed += self.settle_all(stale.into_iter()).await?;

            progress(count);
            start = next;
            if start.is_none() {
                return Ok(removed);
            }
        }
    }

    /// Finds those of some entries that their accounts have not.
    async fn stale(&self, entries: &[Item]) -> Result<Vec<(Account, Vec<Place>)>, StoreError> {
        let mut places: BTreeMap<UserId, Vec<Place>> = BTreeMap::new();
        for entry in entries {
            places
                .entry(account::id(entry, ATTEMPT)?)
                .or_default()
                .push(place(entry));
        }
        let keys = places.keys().map(|id| keys::user(*id)).collect();
        let found = get_all(self.0, self.0.table(IDENTITY), keys, ATTEMPT).await?;
        let mut found = found
            .into_iter()
            .map(|item| Ok((account::id(&item, ATTEMPT)?, item)))
            .collect::<Result<HashMap<_, _>, StoreError>>()?;

        let mut stale = Vec::new();
        for (id, mut places) in places {
            let item = found.remove(&id);
            let account = Account { id, item };
            let entries = account.entries(ATTEMPT)?;
            places.retain(|place| !entries.contains_key(place));
            if !places.is_empty() {
                stale.push((account, places));
            }
        }
        Ok(stale)
    }

    /// Sets the entries of accounts right, some of them at once. Gives how many were removed.
    async fn settle_all(
        &self,
        mut accounts: impl Iterator<Item = (Account, Vec<Place>)>,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        loop {
            let together = accounts.by_ref().take(AT_ONCE);
            let settling = together.map(|(account, places)| self.settle(account, places));
            let counts = try_join_all(settling).await?;
            if counts.is_empty() {
                return Ok(removed);
            }
            removed += counts.into_iter().sum::<usize>();
        }
    }

    /// Sets the entries of an account right: those that it must have, and those at these places. Gives how many were removed.
    async fn settle(&self, mut account: Account, places: Vec<Place>) -> Result<usize, StoreError> {
        let identity = self.0.table(IDENTITY);
        for _ in 0..MAX_ATTEMPTS {
            let wrong = self.wrong(&account, &places).await?;
            let removed = wrong.values().filter(|entry| entry.is_none()).count();
            if wrong.is_empty() || self.write_if_still(&account, wrong).await? {
                return Ok(removed);
            }
            account.item = get(self.0, identity, keys::user(account.id), ATTEMPT).await?;
        }
        Err(StoreError::Unavailable {
            attempt: ATTEMPT,
            source: "an account changed as often as it was read".into(),
        })
    }

    /// What is not as it must be, with what must be there.
    async fn wrong(
        &self,
        account: &Account,
        places: &[Place],
    ) -> Result<BTreeMap<Place, Option<Item>>, StoreError> {
        let mut right: BTreeMap<Place, Option<Item>> =
            places.iter().map(|place| (place.clone(), None)).collect();
        let entries = account.entries(ATTEMPT)?.into_iter();
        right.extend(entries.map(|(place, entry)| (place, Some(entry))));

        let keys = right.keys().cloned().map(|(pk, sk)| Key { pk, sk });
        let found = get_all(self.0, self.0.table(PEOPLE), keys.collect(), ATTEMPT).await?;
        let mut found: HashMap<Place, Item> = found
            .into_iter()
            .map(|entry| (place(&entry), entry))
            .collect();
        right.retain(|place, entry| found.remove(place) != *entry);
        Ok(right)
    }

    /// Writes and removes entries of an account. False, and nothing is written, if it is not as it was read.
    async fn write_if_still(
        &self,
        account: &Account,
        entries: BTreeMap<Place, Option<Item>>,
    ) -> Result<bool, StoreError> {
        let table = self.0.table(PEOPLE);
        let check = account.check(self.0.table(IDENTITY));
        let mut transaction = Transaction::new(ATTEMPT).with("account", check);
        for ((pk, sk), entry) in entries {
            let write = match entry {
                None => remove(table, Key { pk, sk }),
                Some(entry) => put(table, entry),
            };
            transaction = transaction.with("entry", write);
        }
        let committed = transaction.commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}

/// Reads a page of a table, strongly consistent, and where the next one begins.
async fn page(
    scan: ScanFluentBuilder,
    start: Option<Item>,
) -> Result<(Vec<Item>, Option<Item>), StoreError> {
    let output = scan
        .consistent_read(true)
        .limit(PAGE)
        .set_exclusive_start_key(start)
        .send()
        .await
        .map_err(|error| StoreError::from_sdk(ATTEMPT, error))?;
    Ok((output.items.unwrap_or_default(), output.last_evaluated_key))
}

fn place(entry: &Item) -> Place {
    (text(entry, "pk").to_owned(), text(entry, "sk").to_owned())
}

/// Puts an entry in place of what is there, as part of a transaction.
fn put(table: &str, entry: Item) -> Write {
    let put = Put::builder().table_name(table).set_item(Some(entry));
    Write::builder()
        .put(put.build().expect("table and item are set"))
        .build()
}
