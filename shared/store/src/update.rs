//! Changes of single attributes of an item, alone or in a transaction.
//!
//! An [`Update`] names the item, then what changes of it, then the [condition](crate::condition) under which it does:
//!
//! ```
//! use store::condition::{at_most, equals};
//! use store::update::{Changed, Update};
//! use store::{Key, Store, StoreError};
//!
//! async fn claim(store: &Store, table: &str, task: Key, now: i64) -> Result<bool, StoreError> {
//!     let is_free = equals("state", "PENDING").or(at_most("lease_until", now));
//!     let claim = Update::of(table, task)
//!         .set("state", "STARTED")
//!         .set("lease_until", now + 60_000)
//!         .add("attempts", 1)
//!         .remove(["finished_at"])
//!         .when(is_free);
//!     let claimed = claim.apply(store, "claim a task").await?;
//!     Ok(matches!(claimed, Changed::Now(_)))
//! }
//! ```
//!
//! An update makes the item where there is none, unless its condition says that it must be there. An item as a whole is put,
//! deleted or only checked by [`writes`](crate::writes).
//!
//! Of one attribute an update can say one thing only; DynamoDB refuses two. An update that changes nothing has no meaning to
//! it, so such a one does not compile:
//!
//! ```compile_fail
//! # fn check(table: &str, task: store::Key) {
//! use store::condition::exists;
//! use store::update::Update;
//!
//! Update::of(table, task).when(exists("pk")).in_transaction();
//! # }
//! ```

mod parts;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    self, AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use parts::Parts;

use crate::condition::Condition;
use crate::error::StoreError;
use crate::item::Item;
use crate::value::IntoValue;
use crate::{Key, Store};

/// A change of an item. `CHANGES` says whether there is anything yet that it changes: only then it can be made.
#[must_use]
pub struct Update<'a, const CHANGES: bool = true> {
    parts: Parts<'a>,
}

/// What became of an [`Update`] that was made on its own.
pub enum Changed {
    /// The change was made; the item as it is now.
    Now(Item),
    /// The condition did not hold; the item as it is, if there is one.
    Not(Option<Item>),
}

impl<'a> Update<'a, false> {
    /// Begins an update of the item with this key.
    pub fn of(table: &'a str, key: Key) -> Self {
        let parts = Parts::new(table, key);
        Self { parts }
    }
}

impl<'a, const CHANGES: bool> Update<'a, CHANGES> {
    /// Gives the attribute this value.
    pub fn set(mut self, attribute: &'static str, value: impl IntoValue) -> Update<'a> {
        self.parts.set(attribute, |set| set.value(value));
        self.changed()
    }

    /// Gives the attribute this value if it is not there; one that is there stays as it is.
    pub fn set_if_absent(self, attribute: &'static str, value: impl IntoValue) -> Update<'a> {
        self.copy_or_set(attribute, attribute, value)
    }

    /// Gives the attribute what another one, `from`, has; this value, if that is not there.
    pub fn copy_or_set(
        mut self,
        attribute: &'static str,
        from: &'static str,
        value: impl IntoValue,
    ) -> Update<'a> {
        self.parts.set(attribute, |set| {
            set.text("if_not_exists(");
            set.path(from);
            set.text(", ");
            set.value(value);
            set.text(")");
        });
        self.changed()
    }

    /// Adds to the number that the attribute is. It must be there.
    pub fn add(self, attribute: &'static str, amount: i64) -> Update<'a> {
        self.calculate(attribute, " + ", amount)
    }

    /// Counts one more: adds 1 to the number that the attribute is, to `before` where it is not there.
    pub fn count_from(self, before: i64, attribute: &'static str) -> Update<'a> {
        self.add_from(before, attribute, 1)
    }

    /// Counts so many more: adds them to the number that the attribute is, to 0 where it is not there.
    pub fn count_up(self, attribute: &'static str, amount: u64) -> Update<'a> {
        self.add_from(0, attribute, i64::try_from(amount).unwrap_or(i64::MAX))
    }

    /// Adds these at the end of the list that the attribute is; a list is begun where there is none.
    pub fn append(
        mut self,
        attribute: &'static str,
        values: impl IntoIterator<Item = impl IntoValue>,
    ) -> Update<'a> {
        let values = values.into_iter().map(IntoValue::into_value).collect();
        self.parts.set(attribute, |set| {
            set.text("list_append(if_not_exists(");
            set.path(attribute);
            set.text(", ");
            set.value(AttributeValue::L(Vec::new()));
            set.text("), ");
            set.value(AttributeValue::L(values));
            set.text(")");
        });
        self.changed()
    }

    /// Subtracts from the number that the attribute is. It must be there. Only a condition keeps it from falling below zero.
    pub fn subtract(self, attribute: &'static str, amount: i64) -> Update<'a> {
        self.calculate(attribute, " - ", amount)
    }

    /// Removes attributes, those of them that are there. A list without any does not compile.
    pub fn remove<const N: usize>(mut self, attributes: [&'static str; N]) -> Update<'a> {
        const { assert!(N > 0, "DynamoDB refuses a list without attributes") };
        for attribute in attributes {
            self.parts.remove(attribute);
        }
        self.changed()
    }

    /// Takes a text out of the set of texts that the attribute is. With its last one, the attribute is gone.
    pub fn remove_from_set(mut self, attribute: &'static str, text: &str) -> Update<'a> {
        let texts = AttributeValue::Ss(vec![text.to_owned()]);
        self.parts.delete(attribute, texts);
        self.changed()
    }

    /// Makes the change depend on a condition; on all of them, where it is given several.
    pub fn when(mut self, condition: Condition) -> Self {
        self.parts.when(condition);
        self
    }

    fn add_from(mut self, before: i64, attribute: &'static str, amount: i64) -> Update<'a> {
        self.parts.set(attribute, |set| {
            set.text("if_not_exists(");
            set.path(attribute);
            set.text(", ");
            set.value(before);
            set.text(") + ");
            set.value(amount);
        });
        self.changed()
    }

    fn calculate(mut self, attribute: &'static str, sign: &str, amount: i64) -> Update<'a> {
        self.parts.set(attribute, |set| {
            set.path(attribute);
            set.text(sign);
            set.value(amount);
        });
        self.changed()
    }

    fn changed(self) -> Update<'a> {
        Update { parts: self.parts }
    }
}

impl Update<'_> {
    /// Makes the change on its own; `attempt` completes the sentence 'DynamoDB was not available to …'.
    pub async fn apply(self, store: &Store, attempt: &'static str) -> Result<Changed, StoreError> {
        let request = self.parts.into_request();
        let result = store
            .client
            .update_item()
            .table_name(request.table)
            .set_key(Some(request.key))
            .update_expression(request.update)
            .set_condition_expression(request.condition)
            .set_expression_attribute_names(request.names)
            .set_expression_attribute_values(request.values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(output) => Ok(Changed::Now(output.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(context))
                if context.err().is_conditional_check_failed_exception() =>
            {
                let item = match context.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(failed) => failed.item,
                    _ => None,
                };
                Ok(Changed::Not(item.filter(|item| !item.is_empty())))
            }
            Err(error) => Err(StoreError::from_sdk(attempt, error)),
        }
    }

    /// Gives the change as part of a transaction.
    pub fn in_transaction(self) -> TransactWriteItem {
        self.part(None)
    }

    /// The same, whose item the transaction tells where the condition does not hold.
    pub(crate) fn telling_in_transaction(self) -> TransactWriteItem {
        self.part(Some(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    fn part(self, told: Option<ReturnValuesOnConditionCheckFailure>) -> TransactWriteItem {
        let request = self.parts.into_request();
        let update = types::Update::builder()
            .table_name(request.table)
            .set_key(Some(request.key))
            .update_expression(request.update)
            .set_condition_expression(request.condition)
            .set_expression_attribute_names(request.names)
            .set_expression_attribute_values(request.values)
            .set_return_values_on_condition_check_failure(told)
            .build()
            .expect("table, key and update are set");
        TransactWriteItem::builder().update(update).build()
    }
}

#[cfg(test)]
mod tests;
