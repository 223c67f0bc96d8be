//! Reads of several items of one partition.

use crate::value::string;
use aws_sdk_dynamodb::types::{AttributeValue, Select};

use crate::Store;
use crate::error::StoreError;
use crate::item::Item;

/// Items of a partition.
pub struct Query<'a> {
    /// The table, by its name in AWS.
    pub table: &'a str,
    /// The index it asks; the table itself, where there is none.
    pub index: Option<&'a str>,
    /// The attribute that names the partition, and which.
    pub partition: (&'a str, &'a str),
    /// A condition on the attribute it is sorted by, of `#sk` and `:sk`; empty for all of the partition.
    pub range: &'a str,
    /// The attribute it is sorted by, and what it is compared with.
    pub sort: (&'a str, &'a str),
}

impl Query<'_> {
    /// Reads all items of the query, however many pages it takes. Strongly consistent, where no index is asked.
    pub async fn all(&self, store: &Store, attempt: &'static str) -> Result<Vec<Item>, StoreError> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let page = self
                .request(store)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(attempt, error))?;
            found.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }

    /// How many items there are, however many pages it takes to count them.
    pub async fn count(&self, store: &Store, attempt: &'static str) -> Result<u64, StoreError> {
        let (mut count, mut start) = (0, None);
        loop {
            let page = self
                .request(store)
                .select(Select::Count)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(attempt, error))?;
            count += u64::try_from(page.count).unwrap_or_default();
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// The first so many of them.
    pub async fn first(
        &self,
        count: i32,
        store: &Store,
        attempt: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        let page = self
            .request(store)
            .limit(count)
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(attempt, error))?;
        Ok(page.items.unwrap_or_default())
    }

    fn request(
        &self,
        store: &Store,
    ) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        let (pk, partition) = self.partition;
        let mut request = store
            .client
            .query()
            .table_name(self.table)
            .set_index_name(self.index.map(str::to_owned))
            .consistent_read(self.index.is_none())
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", string(partition));
        let mut condition = "#pk = :pk".to_owned();
        if !self.range.is_empty() {
            let (sk, value) = self.sort;
            condition = format!("{condition} AND {}", self.range);
            request = request
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":sk", AttributeValue::S(value.to_owned()));
        }
        request.key_condition_expression(condition)
    }
}

/// All items of a partition of the table itself; strongly consistent.
pub async fn partition(
    store: &Store,
    table: &str,
    pk: &str,
    attempt: &'static str,
) -> Result<Vec<Item>, StoreError> {
    let query = Query {
        table,
        index: None,
        partition: ("pk", pk),
        range: "",
        sort: ("sk", ""),
    };
    query.all(store, attempt).await
}

/// A text of an item; empty if it has none of that name.
pub fn text<'i>(item: &'i Item, attribute: &str) -> &'i str {
    item.get(attribute)
        .and_then(|value| value.as_s().ok())
        .map_or("", String::as_str)
}
