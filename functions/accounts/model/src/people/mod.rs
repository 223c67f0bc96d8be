//! All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
//!
//! Every account has an entry in each list that it belongs to, and one for each term that finds it; each entry carries the
//! whole summary. So a page of any list is one Query that reads the page and nothing else. `entries` says which entries
//! there are, `index` keeps them, `repair` sets them right, `walk` reads them. A new filter: a field in [`PeopleFilter`], a
//! part in `keys::list`, and a repair of an index that is there. Each part doubles the lists, so choose what is asked
//! often.

mod account;
mod bounds;
mod entries;
mod index;
mod keys;
mod repair;
mod rules;
mod store;
mod walk;

pub use index::PersonChange;
pub use rules::*;
pub use store::{ListedPeople, PEOPLE, People, PeopleFilter, PeopleOrder, PersonSummary};
