//! All or nothing: items that must agree change in one `TransactWriteItems`.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use kernel::audit::Entry;

use crate::attempts::Attempts;
use crate::audited::Audited;
use crate::error::StoreError;
use crate::item::Item;
use crate::{Store, single};

/// Writes that happen together, each with a name to tell which condition failed.
pub struct Transaction {
    attempt: &'static str,
    names: Vec<&'static str>,
    writes: Vec<TransactWriteItem>,
    audited: Audited,
}

/// What became of a [`Transaction`].
pub enum Committed {
    /// All of it was written.
    Yes,
    /// Nothing was written: the condition of the write with this name did not hold.
    No(&'static str),
}

/// Why nothing was written.
pub(crate) enum Cancelled {
    /// The condition of the write in this place did not hold; the item as it is, where the write asks for it.
    Condition(usize, Option<Item>),
    /// Another transaction was in the way. It says nothing about the conditions.
    Conflict,
    /// DynamoDB failed.
    Failure(StoreError),
}

impl Transaction {
    /// An empty one; `attempt` completes the sentence 'DynamoDB was not available to …'.
    pub fn new(attempt: &'static str) -> Self {
        Self {
            attempt,
            names: Vec::new(),
            writes: Vec::new(),
            audited: Audited::default(),
        }
    }

    /// Adds a write to the transaction, by a name that tells which condition failed.
    #[must_use]
    pub fn with(mut self, name: &'static str, write: TransactWriteItem) -> Self {
        self.names.push(name);
        self.writes.push(write);
        self
    }

    /// Adds what is written into the audit log, and counts it as the entry says. Where a limit is used up, nothing is written:
    /// [`StoreError::LimitReached`].
    #[must_use]
    pub fn audited(mut self, entry: &Entry) -> Self {
        self.audited.add(entry.clone());
        self
    }

    /// Writes all or nothing. A conflict with another transaction is waited out.
    pub async fn commit(mut self, store: &Store) -> Result<Committed, StoreError> {
        let mut attempts = Attempts::new(store);
        while attempts.next().await {
            let mut writes = self.writes.clone();
            writes.extend(self.audited.writes(store));
            let sent = match &writes[..] {
                [write] => single::send(store, write, self.attempt).await,
                _ => send(store, writes, self.attempt).await,
            };
            match sent {
                Ok(()) => return Ok(Committed::Yes),
                Err(Cancelled::Condition(position, item)) => {
                    if let Some(name) = self.names.get(position) {
                        return Ok(Committed::No(name));
                    }
                    self.audited.learn(position - self.names.len(), item)?;
                }
                Err(Cancelled::Conflict) => {}
                Err(Cancelled::Failure(error)) => return Err(error),
            }
        }
        Err(StoreError::kept_changing(self.attempt))
    }
}

async fn send(
    store: &Store,
    writes: Vec<TransactWriteItem>,
    attempt: &'static str,
) -> Result<(), Cancelled> {
    let sent = store
        .client
        .transact_write_items()
        .set_transact_items(Some(writes))
        .send()
        .await;
    sent.map(drop).map_err(|error| reason(error, attempt))
}

/// The first write whose condition did not hold; else whether any met another transaction.
fn reason(error: SdkError<TransactWriteItemsError>, attempt: &'static str) -> Cancelled {
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        Some(error) if error.is_transaction_in_progress_exception() => return Cancelled::Conflict,
        _ => &[],
    };
    let find = |code: &str| {
        let mut reasons = reasons.iter();
        reasons.position(|reason| reason.code() == Some(code))
    };
    if let Some(position) = find("ConditionalCheckFailed") {
        let item = reasons[position].item.clone();
        return Cancelled::Condition(position, item.filter(|item| !item.is_empty()));
    }
    if find("TransactionConflict").is_some() {
        return Cancelled::Conflict;
    }
    Cancelled::Failure(StoreError::from_sdk(attempt, error))
}
