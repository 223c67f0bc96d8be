//! One write alone: what a transaction of one is, at half the price and without conflicts.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::Store;
use crate::error::StoreError;
use crate::transaction::Cancelled;

/// Sends what all writes have in common, once a request has what is its own.
macro_rules! send {
    ($request:expr, $write:expr, $attempt:expr) => {
        $request
            .table_name(&$write.table_name)
            .set_condition_expression($write.condition_expression.clone())
            .set_expression_attribute_names($write.expression_attribute_names.clone())
            .set_expression_attribute_values($write.expression_attribute_values.clone())
            .send()
            .await
            .map(drop)
            .map_err(|error| reason(error, $attempt))
    };
}

/// Makes the one write of a transaction.
pub(crate) async fn send(
    store: &Store,
    write: &TransactWriteItem,
    attempt: &'static str,
) -> Result<(), Cancelled> {
    let client = &store.client;
    if let Some(write) = &write.put {
        let put = client.put_item().set_item(Some(write.item.clone()));
        send!(put, write, attempt)
    } else if let Some(write) = &write.update {
        let update = client.update_item().set_key(Some(write.key.clone()));
        let update = update.update_expression(&write.update_expression);
        send!(update, write, attempt)
    } else if let Some(write) = &write.delete {
        let delete = client.delete_item().set_key(Some(write.key.clone()));
        send!(delete, write, attempt)
    } else {
        unreachable!("a transaction writes something")
    }
}

fn reason<E>(error: SdkError<E>, attempt: &'static str) -> Cancelled
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error.code() {
        Some("ConditionalCheckFailedException") => Cancelled::Condition(0, None),
        // A transaction of others is at the item.
        Some("TransactionConflictException") => Cancelled::Conflict,
        _ => Cancelled::Failure(StoreError::from_sdk(attempt, error)),
    }
}
