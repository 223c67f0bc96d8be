//! Lists, a part at a time: of one partition, or of several that are one list.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::count::{count, counted};
use crate::error::StoreError;
use crate::item::{Item, from_item};
use crate::merge::{Chunk, Extract, Source, merge, skip};
use crate::page::{InvalidPosition, Page, PageError, PageRequest, Start};
use crate::query::text;
use crate::value::string;
use crate::wanted::Wanted;

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
    pub async fn page<T: DeserializeOwned>(
        &self,
        request: &PageRequest,
    ) -> Result<Page<T>, PageError> {
        self.page_of(request, &Wanted::all()).await
    }

    /// A part of those of its entries that are wanted. Where they are few and nothing is counted, it gives up after reading
    /// some times as many as asked for: the part is then shorter than asked for, and has a `next`.
    pub async fn page_of<T: DeserializeOwned>(
        &self,
        request: &PageRequest,
        wanted: &Wanted<'_>,
    ) -> Result<Page<T>, PageError> {
        let page = self.extract(request, wanted);
        let count = count(
            self.store,
            self.parts(),
            wanted,
            request.count_to,
            self.attempt,
        );
        let page = counted(request, page, count).await?;
        Ok(Page {
            items: page
                .items
                .into_iter()
                .map(|item| from_item(item, self.attempt))
                .collect::<Result<_, _>>()?,
            next: page.next,
            previous: page.previous,
            count: page.count,
        })
    }

    /// The first entry of a list that is in one partition.
    pub async fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        let Some(query) = self.query(0, true, None) else {
            return Ok(None);
        };
        let (items, _) = self.send(query, 1).await?;
        let item = items.into_iter().next();
        item.map(|item| from_item(item, self.attempt)).transpose()
    }

    async fn extract(
        &self,
        request: &PageRequest,
        wanted: &Wanted<'_>,
    ) -> Result<Page<Item>, PageError> {
        let records = Entries {
            listing: self,
            wanted,
            are_whole: true,
        };
        let is_wanted = |entry: &Entry| entry.is_wanted;
        let (position, is_numbered) = match &request.start {
            Start::After(0) => (None, false),
            Start::After(count) => {
                let keys = Entries {
                    are_whole: false,
                    ..records
                };
                let most = request.count_to.max(*count);
                (Some(skip(&keys, *count, most, is_wanted).await?), true)
            }
            Start::At(position) if !self.covers(&position.key) => {
                return Err(InvalidPosition.into());
            }
            Start::At(position) => (Some(position.clone()), false),
        };

        let extract = Extract {
            size: request.size,
            position,
            most: request.count_to,
        };
        let page = merge(&records, &extract, is_wanted).await?;
        if is_numbered && page.items.is_empty() && page.next.is_none() {
            return Err(PageError::PastEnd);
        }
        Ok(page.map(|entry| entry.item))
    }

    /// Whether an entry could stand there.
    fn covers(&self, key: &str) -> bool {
        let (low, high) = &self.range;
        low.as_deref().is_none_or(|low| low <= key)
            && high.as_deref().is_none_or(|high| key <= high)
    }
}

/// The entries of a list, as they are read.
#[derive(Clone, Copy)]
struct Entries<'a> {
    listing: &'a Listing<'a>,
    wanted: &'a Wanted<'a>,
    /// Whether all attributes are read, or no more than what is needed to pass over entries.
    are_whole: bool,
}

struct Entry {
    key: String,
    is_wanted: bool,
    item: Item,
}

impl Source for Entries<'_> {
    type Entry = Entry;

    fn parts(&self) -> usize {
        self.listing.partitions.len()
    }

    fn key<'e>(&self, entry: &'e Entry) -> &'e str {
        &entry.key
    }

    async fn read(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
        count: usize,
    ) -> Result<Chunk<Entry>, StoreError> {
        let Some(query) = self.listing.query(part, descending, beyond) else {
            return Ok(Chunk::default());
        };
        let sort_key = self.listing.attributes.1;
        let query = if self.are_whole {
            query
        } else {
            self.wanted.narrow(query, Some(sort_key))
        };
        // The item to read on from is read once more: a condition on a sort key cannot leave one end of a range out.
        let count = count + usize::from(beyond.is_some());
        let (items, is_last) = self.listing.send(query, count).await?;
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let key = text(&item, sort_key).to_owned();
            if Some(key.as_str()) != beyond {
                let is_wanted = self.wanted.takes(&item)?;
                entries.push(Entry {
                    key,
                    is_wanted,
                    item,
                });
            }
        }
        Ok(Chunk { entries, is_last })
    }
}

impl Listing<'_> {
    /// What reads each partition from its beginning.
    fn parts(&self) -> Vec<QueryFluentBuilder> {
        let parts = 0..self.partitions.len();
        parts
            .filter_map(|part| self.query(part, true, None))
            .collect()
    }

    /// What reads a partition from a key on; `None` where nothing can be there.
    fn query(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
    ) -> Option<QueryFluentBuilder> {
        let (condition, values) = self.condition(descending, beyond)?;
        let (pk, sk) = self.attributes;
        let mut query = self
            .store
            .client
            .query()
            .table_name(self.table)
            .set_index_name(self.index.map(str::to_owned))
            .consistent_read(self.index.is_none())
            .scan_index_forward(!descending)
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", string(&self.partitions[part]))
            .key_condition_expression(format!("#pk = :pk{condition}"));
        if !values.is_empty() {
            query = query.expression_attribute_names("#sk", sk);
        }
        for (name, value) in values {
            query = query.expression_attribute_values(name, AttributeValue::S(value));
        }
        Some(query)
    }

    /// Some items of a partition, and whether there are no more.
    async fn send(
        &self,
        query: QueryFluentBuilder,
        count: usize,
    ) -> Result<(Vec<Item>, bool), StoreError> {
        let query = query.limit(i32::try_from(count).unwrap_or(i32::MAX));
        let output = self.store.ask(query, self.attempt).await?;
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
