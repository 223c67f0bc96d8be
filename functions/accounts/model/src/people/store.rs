use jiff::Timestamp;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use serde::{Deserialize, Serialize};
use store::{Page, PageError, PageRequest, Start, Store, Wanted};

use crate::account::User;
use crate::people::bounds::Bounds;
use crate::people::entries;
use crate::people::keys::{self, Group};
use crate::people::walk::{ATTEMPT, Walk};
use crate::people::{SearchText, Term};
use crate::profile::{Name, Username};

/// All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
pub struct People<'a>(pub &'a Store);

/// An account, as lists show it. It follows the account within seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// The id of the account.
    pub id: UserId,
    /// The e-mail address of the account.
    pub email: EmailAddress,
    /// The username of the account, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// First name, or empty.
    pub first_name: Name,
    /// Last name, or empty.
    pub last_name: Name,
    /// What it may do.
    pub role: Role,
    /// Whether no administrator has locked the account.
    pub is_active: bool,
    /// Whether its owner has shown that the address is theirs.
    pub email_verified: bool,
    /// The moment at which the account was made.
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

/// The accounts that are wanted. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// The role that the accounts have.
    pub role: Option<Role>,
    /// Whether the accounts are active, or locked.
    pub is_active: Option<bool>,
    /// Whether the address of the accounts is verified.
    pub is_verified: Option<bool>,
    /// The moment at which the accounts were made, or later.
    pub created_from: Option<Timestamp>,
    /// The moment before which the accounts were made.
    pub created_before: Option<Timestamp>,
}

/// The order in which accounts are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleOrder {
    /// The accounts are ordered by the moment at which they were made.
    Created {
        /// Whether the newest account comes first.
        newest_first: bool,
    },
    /// The accounts are ordered by address.
    Email {
        /// Whether the end of the alphabet comes first.
        descending: bool,
    },
    /// The accounts are those that a search finds, ordered by what it finds them by.
    Found(SearchText),
}

/// A part of a list of accounts.
#[derive(Debug, Default)]
pub struct ListedPeople {
    /// The accounts of this part of the list.
    pub page: Page<PersonSummary>,
    /// The number of entries that were read for it.
    pub read: usize,
    /// Queries that it took.
    pub queries: usize,
}

impl People<'_> {
    /// A part of the list of accounts.
    ///
    /// Reads the page and one entry more. Only where a list or a search is narrowed down further, entries are read that are not
    /// wanted: of those up to five pages' worth, or as many as are counted, and then the part ends early, with a `next`.
    pub async fn list(
        &self,
        filter: &PeopleFilter,
        order: &PeopleOrder,
        request: &PageRequest,
    ) -> Result<ListedPeople, PageError> {
        if filter.is_of_no_time() {
            return match request.start {
                Start::After(1..) => Err(PageError::PastEnd),
                _ => Ok(ListedPeople::default()),
            };
        }
        let (group, rest) = filter.group();
        let list = |order| vec![keys::list(order, group)];
        let walk = match order {
            PeopleOrder::Created { newest_first } => Walk {
                partitions: list(entries::BY_CREATION),
                bounds: Bounds::Between(
                    filter.created_from.map(keys::moment),
                    filter.created_before.map(keys::moment),
                ),
                descending: *newest_first,
                wanted: rest.of_any_time().wanted(None),
            },
            PeopleOrder::Email { descending } => Walk {
                partitions: list(entries::BY_EMAIL),
                bounds: Bounds::Between(None, None),
                descending: *descending,
                wanted: rest.wanted(None),
            },
            PeopleOrder::Found(search) => Walk {
                partitions: search.branches().into_iter().map(keys::search).collect(),
                bounds: Bounds::Beginning(search.as_str().to_owned()),
                descending: false,
                wanted: filter.clone().wanted(Some(search)),
            },
        };
        walk.page(self.0, request).await
    }
}

impl PeopleFilter {
    /// The smallest group that has all who are wanted, and what is still to be asked of it.
    fn group(&self) -> (Group, Self) {
        let mut rest = self.clone();
        let group = if self.is_active == Some(false) {
            rest.is_active = None;
            Group::Locked
        } else if self.is_verified == Some(false) {
            rest.is_verified = None;
            Group::Unverified
        } else if let Some(role) = rest.role.take() {
            Group::Role(role)
        } else {
            Group::All
        };
        (group, rest)
    }

    fn of_any_time(self) -> Self {
        Self {
            created_from: None,
            created_before: None,
            ..self
        }
    }

    fn asks_for_nothing(&self) -> bool {
        let Self {
            role,
            is_active,
            is_verified,
            created_from,
            created_before,
        } = self;
        role.is_none()
            && is_active.or(*is_verified).is_none()
            && created_from.or(*created_before).is_none()
    }

    /// The time it asks for ends before it begins. DynamoDB refuses to look for that.
    fn is_of_no_time(&self) -> bool {
        self.created_from
            .zip(self.created_before)
            .is_some_and(|(from, before)| from >= before)
    }

    /// The entries that fit, of those that a search finds where there is one.
    fn wanted(self, search: Option<&SearchText>) -> Wanted<'_> {
        if search.is_none() && self.asks_for_nothing() {
            return Wanted::all();
        }
        Wanted::by(&Facts::ATTRIBUTES, ATTEMPT, move |facts: Facts| {
            let is_found = match (search, &facts.term) {
                (Some(search), Some(term)) => search.finds(term),
                _ => true,
            };
            is_found && self.takes(&facts)
        })
    }

    fn takes(&self, facts: &Facts) -> bool {
        self.role.is_none_or(|role| role == facts.role)
            && self.is_active.is_none_or(|flag| flag == facts.is_active)
            && self
                .is_verified
                .is_none_or(|flag| flag == facts.email_verified)
            && self
                .created_from
                .is_none_or(|from| facts.created_at >= from)
            && self
                .created_before
                .is_none_or(|before| facts.created_at < before)
    }
}

/// What of an entry says whether it is wanted.
#[derive(Deserialize)]
struct Facts {
    role: Role,
    is_active: bool,
    email_verified: bool,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(default)]
    term: Option<Term>,
}

impl Facts {
    const ATTRIBUTES: [&str; 5] = ["role", "is_active", "email_verified", "created_at", "term"];
}
