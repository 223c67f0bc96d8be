//! The engine of storage on DynamoDB: items, keys, conditions, updates, queries, pages and transactions, and the three
//! tables that every area writes: tasks, the audit log, limits. It knows no area.
//!
//! # How an area stores something
//!
//! An area declares its table by the name without the stack's ([`Table::named`]); the template makes it. The keys of a
//! topic are built by functions that stand together, so that nobody else spells them. There is one struct per entity
//! over a [`Store`], with a small vocabulary (`lookup` by id, `find_by_…`, `list`, `count`, `add`, `remove`) and
//! besides it methods named after a business fact, which change several items in one transaction. The stored record is
//! a private struct, turned into the area's own type next to it.
//!
//! Absence is `Option`. A condition that does not hold is an outcome that the method returns, not an error: two callers
//! raced, or the state is another one, and the handler says what that means. Only a DynamoDB that fails is a
//! [`StoreError`].
//!
//! # How to write a transaction
//!
//! What must agree changes in one [`Transaction`]: either all of its writes are made or none. A write is one item's: a
//! whole item by [`writes`], single attributes by an [`Update`](update::Update), each on a [condition] if there is one.
//! Every write has a name, and [`Committed::No`] gives the name of the first whose condition did not hold.
//!
//! ```
//! use kernel::audit::Entry;
//! use kernel::task::Task;
//! use serde::Serialize;
//! use store::condition::greater;
//! use store::update::Update;
//! use store::writes::add;
//! use store::{Committed, Key, Store, StoreError, Table, Tasks, Transaction};
//!
//! /// The table of the catalogue.
//! const CATALOG: Table = Table::named("catalog");
//!
//! /// catalog: the key of a product.
//! fn product(sku: &str) -> Key {
//!     Key::new(format!("PRODUCT#{sku}"), "PRODUCT")
//! }
//!
//! /// catalog: the key of a customer's hold on a product.
//! fn hold(sku: &str, customer: &str) -> Key {
//!     Key::new(format!("PRODUCT#{sku}"), &format!("HOLD#{customer}"))
//! }
//!
//! #[derive(Serialize)]
//! struct Record<'a> {
//!     customer: &'a str,
//! }
//!
//! /// What became of a hold.
//! pub enum HoldOutcome {
//!     Placed,
//!     SoldOut,
//!     AlreadyHeld,
//! }
//!
//! /// The storage of holds.
//! pub struct Holds<'a>(pub &'a Store);
//!
//! impl Holds<'_> {
//!     /// Takes one piece off the stock for a customer. Of many callers at once, as many get one as there are pieces.
//!     pub async fn place(
//!         &self,
//!         sku: &str,
//!         customer: &str,
//!         notice: &Task,
//!         audit: &Entry,
//!     ) -> Result<HoldOutcome, StoreError> {
//!         let table = self.0.table(CATALOG);
//!         let take = Update::of(table, product(sku))
//!             .subtract("stock", 1)
//!             .when(greater("stock", 0))
//!             .in_transaction();
//!         let committed = Transaction::new("place a hold")
//!             .with("stock", take)
//!             .with("hold", add(table, hold(sku, customer), &Record { customer }))
//!             .with("task", Tasks(self.0).write(notice))
//!             .audited(audit)
//!             .commit(self.0)
//!             .await?;
//!         Ok(match committed {
//!             Committed::Yes => HoldOutcome::Placed,
//!             Committed::No("stock") => HoldOutcome::SoldOut,
//!             Committed::No(_) => HoldOutcome::AlreadyHeld,
//!         })
//!     }
//! }
//! ```
//!
//! - What can be a condition of the write is not read first: the read would be one step more, and stale by the time of
//!   the write.
//! - A conflict with another transaction says nothing about the conditions, so `commit` retries it, with a random
//!   pause.
//! - Mail and other work go into the transaction as a task, and so does the entry in the audit log
//!   ([`Transaction::audited`]): neither can be there without the change, nor the change without them. What the entry is
//!   counted against is counted there too, so that a limit counts what happened and costs no step.
//! - One item stands in a transaction once; DynamoDB refuses a second write to it.
//! - A transaction of one write is sent as that write. Where the item is wanted, [`Update::apply`](update::Update::apply) gives it as it is now.
//! - The `attempt` that many functions take completes the sentence 'DynamoDB was not available to …' in the log.

mod attempts;
pub mod audit;
mod audited;
pub mod batch;
pub mod by_day;
pub mod condition;
mod count;
mod error;
mod idempotency;
mod item;
mod key;
mod limits;
mod listing;
mod merge;
mod page;
mod placeholders;
pub mod query;
mod single;
mod table;
mod tasks;
mod transaction;
mod tries;
pub mod update;
pub mod value;
mod wanted;
pub mod writes;

pub use attempts::Attempts;
pub use audit::{AuditFilter, AuditLog};
pub use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem as Write};
pub use count::{Count, count, counted};
pub use error::StoreError;
pub use idempotency::{Begun, Given, Idempotency, Intent};
pub use item::{Item, from_item, get, get_each, get_some, lookup, to_item};
pub use key::Key;
pub use limits::{Hit, Limits};
pub use listing::Listing;
pub use merge::{LARGE_CHUNK, worth};
pub use page::{InvalidPosition, Page, PageError, PageRequest, Position, Start, Way};
pub use table::{AUDIT, LIMITS, TASKS, Table};
pub use tasks::{
    Again, Claim, Claimed, End, Left, Progress, Remedy, Revoked, Step, Tally, TaskFilter,
    TaskResult, TaskRow, TaskWithResult, Tasks, Yield,
};
pub use transaction::{Committed, Transaction};
pub use tries::Tries;
pub use wanted::Wanted;

use std::sync::Arc;

use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use jiff::SignedDuration;
use kernel::random::Random;
use tokio::sync::Semaphore;

use crate::table::TableNames;

/// The queries of a list that are under way at once. Its parts and its count are independent, but each query at once is one
/// connection more, which costs a function that has just started more than a query.
const QUERIES_AT_ONCE: usize = 4;

/// The way to all tables.
#[derive(Debug, Clone)]
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    tables: TableNames,
    audit_retention: SignedDuration,
    random: Random,
    queries: Arc<Semaphore>,
}

impl Store {
    /// A store on the tables of a stack, whose audit entries are kept for `audit_retention`. Of the randomness it makes
    /// pauses, so that writers in each other's way do not come again at the same moment.
    pub fn new(
        client: aws_sdk_dynamodb::Client,
        stack: String,
        audit_retention: SignedDuration,
        random: Random,
    ) -> Self {
        Self {
            client,
            tables: TableNames::new(stack),
            audit_retention,
            random,
            queries: Arc::new(Semaphore::new(QUERIES_AT_ONCE)),
        }
    }

    /// The name of a table in AWS.
    pub fn table(&self, table: Table) -> &'static str {
        self.tables.of(table)
    }

    /// The client, for what the engine has no word for.
    pub fn client(&self) -> &aws_sdk_dynamodb::Client {
        &self.client
    }

    /// Sends one of the queries that a list is made of. A few are under way at once, and the others wait.
    pub async fn ask(
        &self,
        query: QueryFluentBuilder,
        attempt: &'static str,
    ) -> Result<QueryOutput, StoreError> {
        let turn = self.queries.acquire().await;
        let _turn = turn.expect("nobody closes the semaphore");
        let answer = query.send().await;
        answer.map_err(|error| StoreError::from_sdk(attempt, error))
    }

    /// Whether DynamoDB answers: looks for an item that never is.
    pub async fn ping(&self, table: Table) -> Result<(), StoreError> {
        let key = Key::new("PING".to_owned(), "PING");
        let attempt = "ask whether the table answers";
        get(self, self.table(table), key, attempt).await.map(drop)
    }
}
