//! All or nothing: items that must agree change in one `TransactWriteItems`.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;
use rand::RngExt as _;

use crate::Store;
use crate::error::StoreError;

/// The number of attempts of a transaction that another one is in the way of (`TransactionConflict`). With the pauses below
/// they take some 3 s, inside every function's time-out.
const MAX_ATTEMPTS: u32 = 8;

/// Writes that happen together, each with a name to tell which condition failed.
pub struct Transaction {
    attempt: &'static str,
    names: Vec<&'static str>,
    writes: Vec<TransactWriteItem>,
}

/// What became of a [`Transaction`].
pub enum Committed {
    /// All of it was written.
    Yes,
    /// Nothing was written: the condition of the write with this name did not hold.
    No(&'static str),
}

impl Transaction {
    /// An empty one; `attempt` completes the sentence 'DynamoDB was not available to …'.
    pub fn new(attempt: &'static str) -> Self {
        Self {
            attempt,
            names: Vec::new(),
            writes: Vec::new(),
        }
    }

    /// Adds a write to the transaction, by a name that tells which condition failed.
    #[must_use]
    pub fn with(mut self, name: &'static str, write: TransactWriteItem) -> Self {
        self.names.push(name);
        self.writes.push(write);
        self
    }

    /// Writes all or nothing. A conflict with another transaction is waited out: it says nothing about the conditions.
    pub async fn commit(self, store: &Store) -> Result<Committed, StoreError> {
        let mut tries = 0;
        loop {
            let sent = store
                .client
                .transact_write_items()
                .set_transact_items(Some(self.writes.clone()))
                .send()
                .await;
            let Err(error) = sent else {
                return Ok(Committed::Yes);
            };

            let (refused, conflict) = reasons(&error);
            if let Some(position) = refused {
                return Ok(Committed::No(self.names[position]));
            }
            tries += 1;
            if !conflict || tries == MAX_ATTEMPTS {
                return Err(StoreError::from_sdk(self.attempt, error));
            }
            // Full jitter: of many in each other's way, some find it clear.
            let ceiling = 20_u64 << tries.min(6);
            let pause = store.random.clone().random_range(5..ceiling);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }
}

/// The first write whose condition failed, and whether any met another transaction.
fn reasons(error: &SdkError<TransactWriteItemsError>) -> (Option<usize>, bool) {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        let in_progress = error
            .as_service_error()
            .is_some_and(TransactWriteItemsError::is_transaction_in_progress_exception);
        return (None, in_progress);
    };
    let reasons = cancelled.cancellation_reasons();
    let refused = reasons
        .iter()
        .position(|reason| reason.code() == Some("ConditionalCheckFailed"));
    let conflict = reasons
        .iter()
        .any(|reason| reason.code() == Some("TransactionConflict"));
    (refused, conflict)
}
