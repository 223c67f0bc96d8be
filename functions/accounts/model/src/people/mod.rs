//! All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
//!
//! Every account has an entry in the list of each group that it belongs to, and one for each term that finds it; each entry
//! carries the whole summary. So a page of a list is one Query that reads the page and nothing else, and what no group says is
//! sorted out entry by entry. `entries` says which entries there are, `index` keeps them, `repair` sets them right, `walk`
//! reads them. A new filter is a field in [`PeopleFilter`]. It becomes a `Group`, too, where few accounts fit and they are
//! asked for often: every account in a group is two entries more to write whenever it changes.

mod account;
mod bounds;
mod entries;
mod index;
mod keys;
mod repair;
mod rules;
mod store;
mod walk;

pub use identity::PEOPLE;
pub use index::PersonChange;
pub use rules::*;
pub use store::{ListedPeople, People, PeopleFilter, PeopleOrder, PersonSummary};
