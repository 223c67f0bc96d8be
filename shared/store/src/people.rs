//! All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
//!
//! Every account has an entry in each list that it belongs to, and one for each term that finds it; each entry carries the
//! whole summary. So a page of any list is one Query that reads the page and nothing else. `entries` says which entries
//! there are, `index` keeps them, `repair` sets them right, `walk` reads them. A new filter: a field in [`PeopleFilter`], a
//! part in `keys::people_list`, and a repair of an index that is there. Each part doubles the lists, so choose what is asked
//! often.

mod account;
mod bounds;
mod entries;
mod index;
mod repair;
mod walk;

use domain::email::EmailAddress;
use domain::id::UserId;
use domain::person::{Name, Username};
use domain::search::SearchText;
use domain::user::{Role, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::keys;
use crate::page::{Page, PageRequest};

use bounds::Bounds;
use walk::Walk;

pub use index::PersonChange;

/// All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
pub struct People<'a>(pub(crate) &'a Store);

/// An account, as lists show it. It follows the account within seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// Identifier.
    pub id: UserId,
    /// Its address.
    pub email: EmailAddress,
    /// Its username, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// First name, or empty.
    pub first_name: Name,
    /// Last name, or empty.
    pub last_name: Name,
    /// What it may do.
    pub role: Role,
    /// No administrator has locked it.
    pub is_active: bool,
    /// Its owner has shown that the address is theirs.
    pub email_verified: bool,
    /// When it was made.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

impl From<&User> for PersonSummary {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            username: user.username.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            role: user.role,
            is_active: !user.disabled,
            email_verified: user.email_verified,
            created_at: user.created_at,
        }
    }
}

/// Which accounts are wanted. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Those with this role.
    pub role: Option<Role>,
    /// Those that are locked, or those that are not.
    pub is_active: Option<bool>,
    /// Those whose address is verified, or those whose is not.
    pub is_verified: Option<bool>,
    /// Those made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Those made before this moment.
    pub created_before: Option<Timestamp>,
}

/// In which order accounts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleOrder {
    /// By when they were made.
    Created {
        /// The newest first.
        newest_first: bool,
    },
    /// By address.
    Email {
        /// From the end of the alphabet.
        descending: bool,
    },
    /// Only those that a search finds, by what it finds them by.
    Found(SearchText),
}

/// A part of a list of accounts.
#[derive(Debug, Default)]
pub struct ListedPeople {
    /// The accounts.
    pub page: Page<PersonSummary>,
    /// Entries that were read for it.
    pub read: usize,
    /// Queries that it took.
    pub queries: usize,
}

impl People<'_> {
    /// A part of the list of accounts. `None` if the position is none of this list.
    ///
    /// Reads the page and one entry more. Only where a search, or a list by address, is narrowed down further, entries are
    /// read that are not wanted: of those up to five pages' worth, and then the part ends early, with a `next`.
    pub async fn list(
        &self,
        filter: &PeopleFilter,
        order: &PeopleOrder,
        request: &PageRequest,
    ) -> Result<Option<ListedPeople>, StoreError> {
        if filter.is_of_no_time() {
            return Ok(Some(ListedPeople::default()));
        }
        let list = |order| {
            vec![keys::people_list(
                order,
                filter.role,
                filter.is_active,
                filter.is_verified,
            )]
        };
        let walk = match order {
            PeopleOrder::Created { newest_first } => Walk {
                partitions: list(entries::BY_CREATION),
                bounds: Bounds::Between(
                    filter.created_from.map(keys::people_moment),
                    filter.created_before.map(keys::people_moment),
                ),
                descending: *newest_first,
                wanted: None,
            },
            PeopleOrder::Email { descending } => Walk {
                partitions: list(entries::BY_EMAIL),
                bounds: Bounds::Between(None, None),
                descending: *descending,
                wanted: filter.asks_for_a_time().then_some((filter, None)),
            },
            PeopleOrder::Found(search) => Walk {
                partitions: search
                    .branches()
                    .into_iter()
                    .map(keys::people_search)
                    .collect(),
                bounds: Bounds::Beginning(search.as_str().to_owned()),
                descending: false,
                wanted: Some((filter, Some(search))),
            },
        };
        walk.page(self.0, request).await
    }
}

impl PeopleFilter {
    fn asks_for_a_time(&self) -> bool {
        self.created_from.is_some() || self.created_before.is_some()
    }

    /// The time it asks for ends before it begins. DynamoDB refuses to look for that.
    fn is_of_no_time(&self) -> bool {
        self.created_from
            .zip(self.created_before)
            .is_some_and(|(from, before)| from >= before)
    }

    fn takes(&self, person: &PersonSummary) -> bool {
        self.role.is_none_or(|role| role == person.role)
            && self.is_active.is_none_or(|flag| flag == person.is_active)
            && self
                .is_verified
                .is_none_or(|flag| flag == person.email_verified)
            && self
                .created_from
                .is_none_or(|from| person.created_at >= from)
            && self
                .created_before
                .is_none_or(|before| person.created_at < before)
    }
}
