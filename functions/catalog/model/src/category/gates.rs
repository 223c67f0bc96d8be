//! The gates of a category, by which products come into it. While it is deleted they are closed, so that none comes in behind
//! the look that finds it empty.
//!
//! A call closes them until a moment soon after its own end: one that breaks off leaves a category that can be used again. The
//! moment tells whose they are.

use jiff::{SignedDuration, Timestamp};
use store::Write;
use store::condition::equals;
use store::update::Update;
use store::value::millis;
use store::writes::remove_if;

use super::rules::CategoryId;
use crate::product::{is_open, keys};

/// The time for which the gates of a category that is gone stay there, closed: longer than any call takes that has seen it.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The writes that close a category, if it is open.
pub(super) fn close(table: &str, id: CategoryId, now: Timestamp, until: Timestamp) -> Vec<Write> {
    let close = |key| {
        Update::of(table, key)
            .set("closed_until", millis(until))
            .when(is_open(now))
            .in_transaction()
    };
    keys::gates(id).map(close).collect()
}

/// The writes that open a category again.
pub(super) fn open(table: &str, id: CategoryId, closed: Timestamp) -> Vec<Write> {
    let is_own = || equals("closed_until", millis(closed));
    keys::gates(id)
        .map(|key| remove_if(table, key, is_own()))
        .collect()
}

/// The writes that close a category for good which this call has closed.
pub(super) fn shut(table: &str, id: CategoryId, closed: Timestamp) -> Vec<Write> {
    let end = closed + KEPT;
    let shut = |key| {
        Update::of(table, key)
            .set("closed_until", millis(end))
            .set("ttl", end.as_second())
            .when(equals("closed_until", millis(closed)))
            .in_transaction()
    };
    keys::gates(id).map(shut).collect()
}
