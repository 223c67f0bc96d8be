//! One write alone: what a transaction of one is, at half the price and without conflicts.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};

use crate::Store;
use crate::error::StoreError;
use crate::transaction::Cancelled;

/// Makes the one write of a transaction.
pub(crate) async fn send(
    store: &Store,
    write: &TransactWriteItem,
    attempt: &'static str,
) -> Result<(), Cancelled> {
    if let Some(write) = &write.put {
        put(store, write.clone(), attempt).await
    } else if let Some(write) = &write.update {
        update(store, write.clone(), attempt).await
    } else if let Some(write) = &write.delete {
        delete(store, write.clone(), attempt).await
    } else {
        unreachable!("a transaction writes something")
    }
}

async fn put(store: &Store, write: Put, attempt: &'static str) -> Result<(), Cancelled> {
    let request = store.client.put_item().table_name(write.table_name);
    let sent = request
        .set_item(Some(write.item))
        .set_condition_expression(write.condition_expression)
        .set_expression_attribute_names(write.expression_attribute_names)
        .set_expression_attribute_values(write.expression_attribute_values)
        .send()
        .await;
    sent.map(drop).map_err(|error| reason(error, attempt))
}

async fn update(store: &Store, write: Update, attempt: &'static str) -> Result<(), Cancelled> {
    let request = store.client.update_item().table_name(write.table_name);
    let sent = request
        .set_key(Some(write.key))
        .update_expression(write.update_expression)
        .set_condition_expression(write.condition_expression)
        .set_expression_attribute_names(write.expression_attribute_names)
        .set_expression_attribute_values(write.expression_attribute_values)
        .send()
        .await;
    sent.map(drop).map_err(|error| reason(error, attempt))
}

async fn delete(store: &Store, write: Delete, attempt: &'static str) -> Result<(), Cancelled> {
    let request = store.client.delete_item().table_name(write.table_name);
    let sent = request
        .set_key(Some(write.key))
        .set_condition_expression(write.condition_expression)
        .set_expression_attribute_names(write.expression_attribute_names)
        .set_expression_attribute_values(write.expression_attribute_values)
        .send()
        .await;
    sent.map(drop).map_err(|error| reason(error, attempt))
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
