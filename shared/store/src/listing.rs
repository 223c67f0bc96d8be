//! Lists, a part at a time: of one partition, or of several that are one list.

use crate::value::string;
use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::error::StoreError;
use crate::item::{Item, from_item};
use crate::merge::{Chunk, Source, merge};
use crate::page::{Page, PageRequest};
use crate::query::text;

/// A list, the greatest value of the sorting attribute first: where that begins with a time, the newest. Where it stands in
/// several partitions, they are read at once and merged.
pub struct Listing<'a> {
    /// The store that is asked.
    pub store: &'a Store,
    /// The table, by its name in AWS.
    pub table: &'a str,
    /// The index it asks; the table itself, where there is none.
    pub index: Option<&'a str>,
    /// The attribute that names the partition, and the one that sorts. Of all partitions together, no two entries may have
    /// the same value of the second.
    pub attributes: (&'a str, &'a str),
    /// The partitions that the list is spread over.
    pub partitions: Vec<String>,
    /// The smallest and the greatest value of the sorting attribute that is part of the list, where it does not take all.
    pub range: (Option<String>, Option<String>),
    /// Completes the sentence 'DynamoDB was not available to …'.
    pub attempt: &'static str,
}

impl Listing<'_> {
    /// A part of it.
    pub async fn page<T>(&self, request: &PageRequest) -> Result<Page<T>, StoreError>
    where
        T: DeserializeOwned + Send,
    {
        self.page_of(request, |_| true).await
    }

    /// A part of those of its entries that are wanted. Where they are few, it gives up after reading some times as many as
    /// asked for: the part is then shorter than asked for, and has a `next`.
    pub async fn page_of<T>(
        &self,
        request: &PageRequest,
        wanted: impl Fn(&T) -> bool + Send + Sync,
    ) -> Result<Page<T>, StoreError>
    where
        T: DeserializeOwned + Send,
    {
        let source = Records {
            listing: self,
            record: PhantomData,
        };
        let page = merge(&source, request, |(_, record)| wanted(record)).await?;
        Ok(page.map(|(_, record)| record))
    }
}

/// A list, read as records.
struct Records<'a, T> {
    listing: &'a Listing<'a>,
    record: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + Send> Source for Records<'_, T> {
    /// The sort key, and the record.
    type Entry = (String, T);

    fn parts(&self) -> usize {
        self.listing.partitions.len()
    }

    fn key<'e>(&self, (key, _): &'e (String, T)) -> &'e str {
        key
    }

    async fn read(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
        count: usize,
    ) -> Result<Chunk<Self::Entry>, StoreError> {
        let (items, is_last) = self.listing.read(part, descending, beyond, count).await?;
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let key = text(&item, self.listing.attributes.1).to_owned();
            if Some(key.as_str()) != beyond {
                entries.push((key, from_item(item, self.listing.attempt)?));
            }
        }
        Ok(Chunk { entries, is_last })
    }
}

impl Listing<'_> {
    /// Some items of a partition, and whether there are no more.
    async fn read(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
        count: usize,
    ) -> Result<(Vec<Item>, bool), StoreError> {
        let Some((condition, values)) = self.condition(descending, beyond) else {
            return Ok((Vec::new(), true));
        };
        let (pk, sk) = self.attributes;
        // The item to read on from is read once more: a condition on a sort key cannot leave one end of a range out.
        let count = count + usize::from(beyond.is_some());
        let mut request = self
            .store
            .client
            .query()
            .table_name(self.table)
            .set_index_name(self.index.map(str::to_owned))
            .consistent_read(self.index.is_none())
            .scan_index_forward(!descending)
            .limit(i32::try_from(count).unwrap_or(i32::MAX))
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", string(&self.partitions[part]))
            .key_condition_expression(format!("#pk = :pk{condition}"));
        if !values.is_empty() {
            request = request.expression_attribute_names("#sk", sk);
        }
        for (name, value) in values {
            request = request.expression_attribute_values(name, AttributeValue::S(value));
        }
        let output = request
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(self.attempt, error))?;
        let is_last = output.last_evaluated_key.is_none();
        Ok((output.items.unwrap_or_default(), is_last))
    }

    /// The condition on the sorting attribute, and its values; `None` where nothing can fulfil it.
    fn condition(
        &self,
        descending: bool,
        beyond: Option<&str>,
    ) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        let (low, high) = (self.range.0.as_deref(), self.range.1.as_deref());
        let (low, high) = if descending {
            (low, least(high, beyond))
        } else {
            (low.max(beyond), high)
        };
        match (low, high) {
            (None, None) => Some(("", Vec::new())),
            (Some(low), None) => Some((" AND #sk >= :low", vec![(":low", low.to_owned())])),
            (None, Some(high)) => Some((" AND #sk <= :high", vec![(":high", high.to_owned())])),
            // DynamoDB refuses a range that ends before it begins.
            (Some(low), Some(high)) if low > high => None,
            (Some(low), Some(high)) => Some((
                " AND #sk BETWEEN :low AND :high",
                vec![(":low", low.to_owned()), (":high", high.to_owned())],
            )),
        }
    }
}

/// The smaller of two bounds, where no bound is greater than any.
fn least<'a>(one: Option<&'a str>, other: Option<&'a str>) -> Option<&'a str> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
