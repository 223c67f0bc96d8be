//! One-time codes as administrators see them: that there are some, and never which.

use std::collections::{HashMap, HashSet};

use identity::IDENTITY;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use serde::Deserialize;
use store::batch::get_all;
use store::by_day::{BY_DAY, BY_DAY_KEY};
use store::condition::equals;
use store::writes::remove_if;
use store::{
    Committed, Key, Listing, Page, PageError, PageRequest, StoreError, Transaction, from_item,
    lookup,
};

use crate::code::Codes;
use crate::code::keys;
use crate::code::{LIFETIME, MAX_TRIES};

/// A request for a code.
#[derive(Debug, Clone)]
pub struct ListedCode {
    /// The id of the request.
    pub id: TaskId,
    /// The address that the code is for. There may be no such account.
    pub email: EmailAddress,
    /// The client that asked for the code.
    pub client: String,
    /// The number of tries so far.
    pub tries: u32,
    /// The state of the code.
    pub state: CodeState,
    /// The moment at which the code was asked for.
    pub requested_at: Timestamp,
    /// The moment at which the code expires.
    pub expires_at: Timestamp,
}

/// The state of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    /// No code was made: the mail is on its way, or nobody may log in with the address.
    Requested,
    /// The code is valid and logs in.
    Valid,
    /// The code has logged somebody in.
    Used,
    /// All tries of the code were wrong.
    Locked,
    /// The code has expired.
    Expired,
}

impl CodeState {
    /// The name of the state in answers and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Valid => "valid",
            Self::Used => "used",
            Self::Locked => "locked",
            Self::Expired => "expired",
        }
    }
}

/// What is attempted, for errors.
const ATTEMPT: &str = "list one-time codes";

/// An entry of the index. It does not follow the tries of its code.
#[derive(Deserialize)]
struct Place {
    #[serde(flatten)]
    key: Key,
    task_id: TaskId,
}

#[derive(Deserialize)]
struct Record {
    task_id: TaskId,
    email: EmailAddress,
    client: String,
    #[serde(default)]
    hash: Option<String>,
    tries: u32,
    spent: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
}

impl Record {
    fn state(&self, now: Timestamp) -> CodeState {
        if self.spent {
            CodeState::Used
        } else if self.tries >= MAX_TRIES {
            CodeState::Locked
        } else if now >= self.expires_at {
            CodeState::Expired
        } else if self.hash.is_none() {
            CodeState::Requested
        } else {
            CodeState::Valid
        }
    }

    fn listed(self, now: Timestamp) -> ListedCode {
        ListedCode {
            state: self.state(now),
            id: self.task_id,
            email: self.email,
            client: self.client,
            tries: self.tries,
            requested_at: self.expires_at - LIFETIME,
            expires_at: self.expires_at,
        }
    }
}

impl Codes<'_> {
    /// What was asked for on a day, the newest first: of an address only the newest, which replaced the others.
    pub async fn list(
        &self,
        day: Date,
        email: Option<&EmailAddress>,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<ListedCode>, PageError> {
        if let Some(email) = email {
            return self.list_one(day, email, now, page).await;
        }
        let partitions = keys::partitions(day);
        let listing = self.listing(partitions, (None, None));
        let found: Page<Place> = listing.page(page).await?;
        let codes = self.read(found.items, now).await?;
        Ok(Page {
            items: codes,
            next: found.next,
            previous: found.previous,
            count: found.count,
        })
    }

    /// The codes at some places, in their order. Those that were replaced or taken away meanwhile are left out.
    async fn read(
        &self,
        places: Vec<Place>,
        now: Timestamp,
    ) -> Result<Vec<ListedCode>, StoreError> {
        // Of a request that has just taken the place of another one, the index may still have both.
        let (ids, keys): (Vec<_>, HashSet<_>) = places
            .into_iter()
            .map(|place| (place.task_id, place.key))
            .unzip();
        let keys = keys.into_iter().collect();
        let items = get_all(self.0, self.0.table(IDENTITY), keys, ATTEMPT).await?;
        let read = |item| from_item(item, ATTEMPT).map(|code: Record| (code.task_id, code));
        let mut codes: HashMap<_, _> = items.into_iter().map(read).collect::<Result<_, _>>()?;
        let codes = ids.iter().filter_map(|id| codes.remove(id));
        Ok(codes.map(|code| code.listed(now)).collect())
    }

    /// The same of one address, which has one item: the list has one entry, or none.
    async fn list_one(
        &self,
        day: Date,
        email: &EmailAddress,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<ListedCode>, PageError> {
        let (table, key) = (self.0.table(IDENTITY), keys::code(email));
        let record: Option<Record> = lookup(self.0, table, key, ATTEMPT).await?;
        let code = record.map(|record| record.listed(now));
        let day_of = |code: &ListedCode| code.requested_at.to_zoned(TimeZone::UTC).date();
        Page::of_one(code.filter(|code| day_of(code) == day), page)
    }

    /// A request, if no newer one of the same address replaced it.
    pub async fn find(&self, id: TaskId, now: Timestamp) -> Result<Option<ListedCode>, StoreError> {
        // The id says when it was made, and so where it stands.
        let Some(made_at) = kernel::id::made_at(id.uuid()) else {
            return Ok(None);
        };
        let (partition, place) = keys::place(made_at, id);
        let listing = self.listing(vec![partition], (Some(place.clone()), Some(place)));
        let Some(place) = listing.first().await? else {
            return Ok(None);
        };
        Ok(self.read(vec![place], now).await?.pop())
    }

    /// Takes a code away: nobody logs in with it, and if none was made, none will be. False if it has gone already.
    pub async fn remove(&self, code: &ListedCode, audit: &Entry) -> Result<bool, StoreError> {
        let remove = remove_if(
            self.0.table(IDENTITY),
            keys::code(&code.email),
            equals("task_id", code.id.to_string()),
        );
        let committed = Transaction::new("take a one-time code away")
            .with("code", remove)
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    fn listing(
        &self,
        partitions: Vec<String>,
        range: (Option<String>, Option<String>),
    ) -> Listing<'_> {
        Listing {
            store: self.0,
            table: self.0.table(IDENTITY),
            index: Some(BY_DAY),
            attributes: BY_DAY_KEY,
            partitions,
            range,
            attempt: ATTEMPT,
        }
    }
}
