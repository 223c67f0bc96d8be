//! The search index of products: bytes in, answers out.
//!
//! One function writes it and others read it, and between them are files in a bucket, of which this crate knows the names and
//! the contents alone. A file is written once; the one that is replaced is the [`Manifest`], on the condition that it is the one
//! that was read. So who reads always finds an index that is whole, and of two that write at a time one begins again.
//!
//! ```
//! use std::collections::BTreeMap;
//! use catalog_index::{Change, Index, Limits, Manifest, Query, Search};
//! # use uuid::Uuid;
//! # fn entry() -> Box<catalog_index::Entry> {
//! #     serde_json::from_value(serde_json::json!({
//! #         "id": Uuid::from_u128(1), "version": 1, "name": "Green tea", "skus": [], "texts": [], "price": 49_900,
//! #         "created_at": 0, "categories": [], "facts": [], "is_digital": false, "in_stock": true, "is_active": false,
//! #         "created_by": Uuid::nil(), "row": "{}",
//! #     })).unwrap()
//! # }
//! // Who writes: applies changes, puts the new files, then the manifest.
//! let token = Uuid::from_u128(7);
//! let changes = [Change::Put(entry())];
//! let written = Index::empty().apply(&changes, None, token, &Limits::default())?;
//! let written = written.expect("something is new");
//! let current = written.index.manifest().to_bytes();
//! let bucket: BTreeMap<_, _> = written
//!     .new_files
//!     .iter()
//!     .map(|file| (file.name().to_owned(), file.bytes().to_vec()))
//!     .collect();
//!
//! // Who reads: gets the manifest, then what it has not of the files.
//! let held = Index::empty();
//! let manifest = Manifest::parse(&current)?;
//! let files = held.lacking(&manifest).into_iter().map(|name| (name.to_owned(), bucket[name].clone()));
//! let index = held.reload(manifest.clone(), files.collect())?;
//! let query = Query {
//!     search: Some(Search::parse("green te")),
//!     activity: catalog_index::Activity::Inactive { creator: None },
//!     page_size: 20,
//!     ..Query::default()
//! };
//! assert_eq!(index.search(&query)?.expect("no category is asked for").count, 1);
//! # Ok::<(), catalog_index::IndexError>(())
//! ```
//!
//! What of it is whose: [tantivy] keeps words, columns and rows of a segment, and merges segments. Which segments there are, what of
//! them is deleted, and how a query is answered is here, as an answer must depend on the products alone: on no statistics of a
//! segment, and on no order in which they were written.

mod bands;
mod best;
mod bits;
mod builder;
mod columns;
mod draft;
mod entry;
mod error;
mod facets;
mod filter;
mod find;
mod index;
mod limits;
mod manifest;
mod pack;
pub mod plain;
mod postings;
mod query;
mod schema;
mod search;
mod segment;
mod tally;
mod tree;
mod words;

pub use builder::Builder;
pub use draft::Written;
pub use entry::{Change, Entry};
pub use error::IndexError;
pub use facets::{Attribute, Facets, MOST as MOST_COUNTED, PriceBand};
pub use index::Index;
pub use limits::Limits;
pub use manifest::{CURRENT, Manifest, Rows, SCHEMA};
pub use query::{Activity, Answer, Hit, Order, Query};
pub use search::{MOST_CHARACTERS, MOST_WORDS, Search};
pub use segment::File;
pub use tree::{Category, Tree};
