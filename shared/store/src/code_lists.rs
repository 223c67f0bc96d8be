//! One-time codes as administrators see them: that there are some, and never which.

use domain::audit::Entry;
use domain::code::{LIFETIME, MAX_TRIES};
use domain::email::EmailAddress;
use domain::id::TaskId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::codes::{Codes, LIST};
use crate::condition::equals;
use crate::error::StoreError;
use crate::keys;
use crate::listing::Listing;
use crate::page::{Page, PageRequest};
use crate::transaction::{Committed, Transaction};
use crate::writes::remove_if;

/// A request for a code.
#[derive(Debug, Clone)]
pub struct ListedCode {
    /// The request.
    pub id: TaskId,
    /// Whom the code is for. There may be no such account.
    pub email: EmailAddress,
    /// Who asked for it.
    pub client: String,
    /// Tries so far.
    pub tries: u32,
    /// How far it is.
    pub state: CodeState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How far a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    /// No code was made: the mail is on its way, or nobody may log in with the address.
    Requested,
    /// It logs in.
    Valid,
    /// It has logged somebody in.
    Used,
    /// All its tries were wrong.
    Locked,
    /// Too old.
    Expired,
}

impl CodeState {
    /// Its name in answers and in the audit log.
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
    ) -> Result<Page<ListedCode>, StoreError> {
        let partitions = keys::day_partitions(LIST, &day.to_string());
        let listing = self.listing(partitions, (None, None));
        let wanted = |record: &Record| email.is_none_or(|email| record.email == *email);
        let found = listing.page_of(page, wanted).await?;
        Ok(found.map(|record| record.listed(now)))
    }

    /// A request, if no newer one of the same address replaced it.
    pub async fn find(&self, id: TaskId, now: Timestamp) -> Result<Option<ListedCode>, StoreError> {
        // The id says when it was made, and so where it stands.
        let Some(made_at) = domain::id::made_at(id.uuid()) else {
            return Ok(None);
        };
        let (partition, place) = keys::by_day(LIST, made_at, &id.to_string());
        let listing = self.listing(vec![partition], (Some(place.clone()), Some(place)));
        let request = PageRequest {
            size: 1,
            position: None,
        };
        let found: Page<Record> = listing.page(&request).await?;
        let record = found.items.into_iter().next();
        Ok(record.map(|record| record.listed(now)))
    }

    /// Takes a code away: nobody logs in with it, and if none was made, none will be. False if it has gone already.
    pub async fn remove(&self, code: &ListedCode, audit: &Entry) -> Result<bool, StoreError> {
        let remove = remove_if(
            &self.0.tables.identity,
            keys::code(&code.email),
            equals("task_id", code.id.to_string()),
        );
        let committed = Transaction::new("take a one-time code away")
            .with("code", remove)
            .with("audit", self.0.audit_log().write(audit))
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
            table: &self.0.tables.identity,
            index: Some(keys::BY_DAY),
            attributes: keys::BY_DAY_KEY,
            partitions,
            range,
            attempt: "list one-time codes",
        }
    }
}
