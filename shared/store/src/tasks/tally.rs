//! How the tasks of each queue fare.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::job::Queue;
use kernel::task::TaskState;
use serde::Deserialize;

use super::{Tasks, keys};
use crate::by_day::moment;
use crate::error::StoreError;
use crate::item::from_item;
use crate::query::Query;
use crate::table::TASKS;

/// How the tasks of a queue fare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that are done.
    pub succeeded: u32,
    /// Those that are given up.
    pub failed: u32,
    /// The moment since which the oldest of those that are not finished could be done.
    pub oldest_since: Option<Timestamp>,
}

/// The finished tasks of a partition that are counted, and the open ones of a partition that are looked at, at most.
const MOST_FINISHED: i32 = 2_000;
const MOST_OPEN: usize = 50;

const ATTEMPT: &str = "count the tasks of each queue";

/// A finished task in the index.
#[derive(Deserialize)]
struct Entry {
    state: TaskState,
    queue: Queue,
}

impl Tasks<'_> {
    /// Counts, queue by queue, what became of the tasks that were asked for since a moment, and finds the oldest that are not
    /// finished. Of very many it counts some thousands.
    pub async fn tally(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<BTreeMap<Queue, Tally>, StoreError> {
        let mut tally: BTreeMap<Queue, Tally> = BTreeMap::new();
        for entry in self.finished_since(since, now).await? {
            let queue = tally.entry(entry.queue).or_default();
            match entry.state {
                TaskState::Success => queue.succeeded += 1,
                TaskState::Failure => queue.failed += 1,
                _ => {}
            }
        }
        for row in self.oldest_open(MOST_OPEN).await? {
            if let Some(due) = row.due_since(now) {
                let oldest = &mut tally.entry(row.task.queue).or_default().oldest_since;
                *oldest = Some(oldest.map_or(due, |other| other.min(due)));
            }
        }
        Ok(tally)
    }

    async fn finished_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Entry>, StoreError> {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let mut days: Vec<Date> = vec![day(since), day(now)];
        days.dedup();
        let mut partitions = Vec::new();
        for day in days {
            for state in [TaskState::Success, TaskState::Failure] {
                partitions.extend(keys::finished(state, &day.to_string()));
            }
        }
        let since = moment(since);
        let read = partitions.iter().map(|partition| async {
            let query = Query {
                table: self.0.table(TASKS),
                index: Some(keys::BY_STATE),
                partition: (keys::LIST, partition),
                range: "#sk >= :sk",
                sort: (keys::PLACE, &since),
            };
            query.first(MOST_FINISHED, self.0, ATTEMPT).await
        });
        let found = try_join_all(read).await?.into_iter().flatten();
        found.map(|item| from_item(item, ATTEMPT)).collect()
    }
}
