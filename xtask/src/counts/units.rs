//! What DynamoDB charges for a call: write and read units.
//!
//! The rules are AWS's ("[DynamoDB read and write operations][rules]"). A write takes a unit per started KB of the item, before
//! or after it, whichever is larger; in a transaction two, for a check of a condition as well; and one more per started KB of
//! each entry that it writes, changes or takes away in an index, where a changed key is an entry taken away and another written.
//! The emulator counts so itself, and knows items and entries, so its word is taken for what was written
//! (`ReturnConsumedCapacity`). It has none for a write that was refused for its condition, which is charged for all the same.
//! A read takes half a unit per started 4 KB, a consistent one a whole, one in a transaction two: of each item that is looked
//! up, of all items together that a query looks at, and at least one 4 KB, where nothing is found as well. Of that the emulator
//! knows nothing but the least, so it is counted here, by the items as they are: what a request leaves out of them, by a
//! projection or a filter, is charged for too.
//!
//! [rules]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::item_size::item_size;
use crate::placeholders::drop_unused;

/// The bytes that one unit writes, and those that one or a half reads.
const WRITTEN: u64 = 1024;
const READ: u64 = 4 * 1024;
/// What makes a read tell less than it is charged for.
const CUTS: [&str; 4] = [
    "AttributesToGet",
    "FilterExpression",
    "ProjectionExpression",
    "Select",
];

/// An amount of units, in halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Units(u64);

impl Units {
    /// An amount of whole units.
    #[cfg(test)]
    pub(crate) fn whole(units: u64) -> Self {
        Self(2 * units)
    }

    /// An amount of halves.
    #[cfg(test)]
    pub(crate) fn halves(halves: u64) -> Self {
        Self(halves)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.0 % 2 == 1 { ".5" } else { "" };
        write!(formatter, "{}{half}", self.0 / 2)
    }
}

impl FromStr for Units {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (whole, half) = match text.strip_suffix(".5") {
            Some(whole) => (whole, 1),
            None => (text, 0),
        };
        Ok(Self(2 * whole.parse::<u64>()? + half))
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(units: I) -> Self {
        Self(units.map(|units| units.0).sum())
    }
}

/// Whether an operation writes.
pub(crate) fn is_write(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems" | "BatchWriteItem"
    )
}

/// The write units of a call, by what the emulator says of it, which was asked for `ReturnConsumedCapacity`.
pub(crate) fn written(operation: &str, request: &Value, answer: &Value) -> Units {
    if !is_write(operation) {
        return Units::default();
    }
    let kind = answer["__type"].as_str().unwrap_or_default();
    if kind.ends_with("ConditionalCheckFailedException") {
        return refused(request, 1);
    }
    if kind.ends_with("TransactionCanceledException") {
        let members = request["TransactItems"].as_array().into_iter().flatten();
        let writes = members.filter_map(|member| member.as_object()?.values().next());
        return writes.map(|write| refused(write, 2)).sum();
    }
    let consumed = &answer["ConsumedCapacity"];
    let tables = consumed
        .as_array()
        .map_or(std::slice::from_ref(consumed), Vec::as_slice);
    let units = tables.iter().map(|table| &table["CapacityUnits"]);
    units.map(halves).sum()
}

/// What a refused write is charged. How large the item is that it was refused for is not known, so where the request brings
/// none it is taken to be no larger than a KB, as those of the product are.
fn refused(write: &Value, factor: u64) -> Units {
    let size = write["Item"].as_object().map_or(0, item_size);
    Units(2 * factor * size.div_ceil(WRITTEN).max(1))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "units are small and whole, as a number with a point"
)]
fn halves(units: &Value) -> Units {
    Units((units.as_f64().unwrap_or_default() * 2.0).round() as u64)
}

/// A read that tells all that the request is charged for; nothing, if that is the request itself or it reads nothing.
pub(crate) fn whole(operation: &str, request: &Value) -> Option<Value> {
    let mut whole = request.clone();
    let is_cut = match operation {
        "GetItem" | "Query" | "Scan" => uncut(whole.as_object_mut()?),
        "BatchGetItem" => {
            let tables = whole["RequestItems"].as_object_mut()?.values_mut();
            let uncut = tables.filter_map(|table| Some(uncut(table.as_object_mut()?)));
            uncut.fold(false, |any, one| any | one)
        }
        "TransactGetItems" => {
            let members = whole["TransactItems"].as_array_mut()?.iter_mut();
            let uncut = members.filter_map(|member| Some(uncut(member["Get"].as_object_mut()?)));
            uncut.fold(false, |any, one| any | one)
        }
        _ => return None,
    };
    is_cut.then_some(whole)
}

/// Takes out of a read what makes it tell less. Says whether there was any.
fn uncut(read: &mut Map<String, Value>) -> bool {
    let is_cut = CUTS.iter().any(|cut| read.contains_key(*cut));
    read.retain(|member, _| !CUTS.contains(&member.as_str()));
    drop_unused(read);
    is_cut
}

/// The read units of a call, by the whole of the items that it looked at.
pub(crate) fn read(operation: &str, request: &Value, answer: &Value) -> Units {
    match operation {
        "GetItem" => of_size(size(&answer["Item"]), is_consistent(request)),
        "Query" | "Scan" => {
            let items = answer["Items"].as_array().into_iter().flatten();
            of_size(items.map(size).sum(), is_consistent(request))
        }
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object().into_iter().flatten();
            let units = tables.map(|(table, asked)| {
                let found = answer["Responses"][table].as_array();
                let keys = asked["Keys"].as_array().map_or(0, Vec::len);
                let missing = keys.saturating_sub(found.map_or(0, Vec::len));
                let found = found.into_iter().flatten().map(size);
                let sizes = found.chain(std::iter::repeat_n(0, missing));
                let units = sizes.map(|size| of_size(size, is_consistent(asked)));
                units.sum()
            });
            units.sum()
        }
        "TransactGetItems" => {
            let items = answer["Responses"].as_array().into_iter().flatten();
            let units = items.map(|one| Units(2 * of_size(size(&one["Item"]), true).0));
            units.sum()
        }
        _ => Units::default(),
    }
}

fn of_size(bytes: u64, is_consistent: bool) -> Units {
    let started = bytes.div_ceil(READ).max(1);
    Units(if is_consistent { 2 * started } else { started })
}

fn is_consistent(read: &Value) -> bool {
    read["ConsistentRead"].as_bool().unwrap_or_default()
}

fn size(item: &Value) -> u64 {
    item.as_object().map_or(0, item_size)
}

#[cfg(test)]
mod tests;
