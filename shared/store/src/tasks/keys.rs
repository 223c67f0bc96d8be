//! Keys of the tasks table.

use jiff::Timestamp;
use kernel::id::{TaskId, UserId};
use kernel::task::TaskState;

use crate::Key;
use crate::by_day::{DAY_SHARDS, day_partitions, day_shard, moment};

/// The index of all tasks, by how they ended and the day they were asked for; those that are not finished are one list.
pub(super) const BY_STATE: &str = "by-state";
/// The attribute that names the partition of [`BY_STATE`].
pub(super) const LIST: &str = "list_pk";

/// The index of the tasks that accounts asked for.
pub(super) const BY_OWNER: &str = "by-owner";
/// The attribute that names the partition of [`BY_OWNER`].
pub(super) const OWNER: &str = "owner_pk";

/// The attribute that sorts both indexes.
pub(super) const PLACE: &str = "list_sk";

/// A task.
pub(super) fn task(id: TaskId) -> Key {
    Key::new(format!("TASK#{id}"), "TASK")
}

/// What a task gave its owner, which expires before the task does.
pub(super) fn result(id: TaskId) -> Key {
    Key::new(format!("TASK#{id}"), "RESULT")
}

/// Index `by-state`: the partition of a task.
pub(super) fn list(id: TaskId, state: TaskState, created_at: Timestamp) -> String {
    if state.is_final() {
        let day = created_at.strftime("%Y-%m-%d").to_string();
        finished(state, &day).swap_remove(day_shard(&id.to_string()) as usize)
    } else {
        open(id)
    }
}

/// Index `by-state`: the partition of a task that is not finished.
pub(super) fn open(id: TaskId) -> String {
    open_partition(day_shard(&id.to_string()))
}

/// Index `by-state`: all partitions of tasks that are not finished.
pub(super) fn all_open() -> Vec<String> {
    (0..DAY_SHARDS).map(open_partition).collect()
}

/// Index `by-state`: the partitions of the tasks that were asked for on a day (`2026-11-21`) and ended so.
pub(super) fn finished(state: TaskState, day: &str) -> Vec<String> {
    day_partitions(state.as_str(), day)
}

/// Index `by-owner`: the tasks that an account asked for.
pub(super) fn owner(id: UserId) -> String {
    format!("OWNER#{id}")
}

/// Both indexes: the place of a task in its list, which is by time.
pub(super) fn place(id: TaskId, created_at: Timestamp) -> String {
    format!("{}#{id}", moment(created_at))
}

fn open_partition(shard: u32) -> String {
    format!("OPEN#{shard}")
}
