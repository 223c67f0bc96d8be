//! Movements: each change of a stock, as the table's stream tells of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::batch::{put, write_all};
use store::{Item, Listing, Page, PageError, PageRequest, Store, StoreError, to_item};

use super::keys;
use super::rules::{Cause, Part};
use crate::table::STOCK;
use crate::variant::VariantId;

/// A change of a part of a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The variant.
    pub variant_id: VariantId,
    /// The number of the part.
    pub part: u8,
    /// The number of the change, among those of the part.
    pub version: u64,
    /// The pieces that became available; less than 0, where they were taken away.
    pub available_delta: i64,
    /// The pieces that became reserved.
    pub reserved_delta: i64,
    /// The pieces of the part that were available then.
    pub available: u64,
    /// The pieces of the part that were reserved then.
    pub reserved: u64,
    /// The cause.
    #[serde(flatten)]
    pub cause: Cause,
}

impl Movement {
    /// The movement from a state of a part to the next; `None` where neither number changes.
    pub fn between(before: Option<&Part>, after: &Part) -> Option<Self> {
        let delta = |number: fn(&Part) -> u64| {
            number(after).cast_signed() - before.map_or(0, number).cast_signed()
        };
        let available_delta = delta(|part| part.available);
        let reserved_delta = delta(|part| part.reserved);
        (available_delta != 0 || reserved_delta != 0).then(|| Self {
            variant_id: after.variant_id,
            part: after.part,
            version: after.version,
            available_delta,
            reserved_delta,
            available: after.available,
            reserved: after.reserved,
            cause: after.cause.clone(),
        })
    }
}

/// A change of an item, as the stream tells of it: a part as it is now, and how it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// The part as it is now.
    pub part: Part,
    /// How it moved, if it did.
    pub movement: Option<Movement>,
}

impl StockChange {
    /// Reads it of what a record of the stream has of the item before and after; `None` where that is no part of a stock, or
    /// one that is gone.
    pub fn of(
        before: serde_dynamo::Item,
        after: serde_dynamo::Item,
    ) -> Result<Option<Self>, serde_dynamo::Error> {
        let Some(part) = part_of(after)? else {
            return Ok(None);
        };
        let before = part_of(before)?;
        let movement = Movement::between(before.as_ref(), &part);
        Ok(Some(Self { part, movement }))
    }
}

fn part_of(image: serde_dynamo::Item) -> Result<Option<Part>, serde_dynamo::Error> {
    let is_part = match image.get("pk") {
        Some(serde_dynamo::AttributeValue::S(pk)) => pk.starts_with(keys::PART),
        _ => false,
    };
    is_part.then(|| serde_dynamo::from_item(image)).transpose()
}

/// The storage of movements. They are kept for good: they are what a stock is checked by.
pub struct Movements<'a>(pub &'a Store);

impl Movements<'_> {
    /// Writes movements; what is there already is written over by the same.
    pub async fn record(&self, movements: &[Movement]) -> Result<(), StoreError> {
        let numbers = |movement: &Movement| (movement.variant_id, movement.part, movement.version);
        let different: BTreeMap<_, _> = movements.iter().map(|it| (numbers(it), it)).collect();
        let puts = different.into_values().map(|movement| put(item(movement)));
        let puts: Vec<_> = puts.collect();
        let attempt = "record movements";
        write_all(self.0, self.0.table(STOCK), &puts, attempt).await
    }

    /// The movements of a variant's stock, the newest first.
    pub async fn list(
        &self,
        id: VariantId,
        request: &PageRequest,
    ) -> Result<Page<Movement>, PageError> {
        let listing = Listing {
            store: self.0,
            table: self.0.table(STOCK),
            index: None,
            attributes: ("pk", "sk"),
            partitions: vec![keys::movements(id)],
            range: (None, None),
            attempt: "list movements",
        };
        listing.page(request).await
    }
}

fn item(movement: &Movement) -> Item {
    let at = movement.cause.at.as_millisecond();
    let key = keys::movement(movement.variant_id, at, movement.part, movement.version);
    to_item(key, movement)
}
