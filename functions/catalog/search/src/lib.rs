//! Lists and search of products, and the index that they are answered from.
//!
//! [`index_products`] reads the stream of the catalogue and writes the index into the bucket, [`rebuild_index`] makes it anew
//! from the table every night, and [`list_products`] answers from what it has loaded of it. Between them are files alone: those of
//! segments, which never change, and `current`, which names them and is replaced on its entity tag. Each step can be done again:
//!
//! - Who writes loads `current`, then reads the table, so that what is read is never older than what is indexed. It puts new files,
//!   then `current`. Broken off before that, nothing has happened but files that nobody names, which the rebuild removes.
//! - Whoever was slower than another begins again with what is current then.
//! - Who reads keeps what it has. Where `current`, or a file that it names, is missing or not what was written, it asks for the
//!   index by an item of the table ([`IndexWishes`](catalog::index::IndexWishes)), whose stream tells [`index_products`]. That
//!   loads all of it, and makes it anew.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

mod asked;
mod entry;
mod facets_body;
pub mod index_products;
pub mod list_products;
mod overlay;
mod page;
mod price;
pub mod rebuild_index;
mod rebuilding;
mod rows;
mod shelf;
mod states;
mod stored;

use api::Endpoint;
use kernel::settings::{Check, check};
use work::Worker;
use work::schedule::Schedule;

pub use catalog_index::Limits;
pub use entry::{entry_of, tree_of};
pub use shelf::LOOK_AGAIN;

/// The crate's routes, in the order of its area's template.
pub const ENDPOINTS: &[Endpoint] = &[list_products::ENDPOINT];

/// What is not called over HTTP.
pub const WORKERS: &[Worker] = &[index_products::WORKER, rebuild_index::WORKER];

/// What comes with the clock.
pub const SCHEDULES: &[Schedule] = &[rebuild_index::SCHEDULE];

/// The settings that the crate's functions work with, checked when they start.
pub const SETTINGS: &[Check] = &[check::<identity::Settings>];
