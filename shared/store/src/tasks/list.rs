//! Lists of tasks: an owner's own, and all of a day for operators.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::id::{TaskId, UserId};
use kernel::task::TaskState;
use serde::Deserialize;

use super::Tasks;
use super::keys;
use super::record::{Record, TaskRow};
use crate::batch::{delete, get_all, write_all};
use crate::by_day::moment;
use crate::error::StoreError;
use crate::item::from_item;
use crate::listing::Listing;
use crate::page::{Page, PageError, PageRequest};
use crate::table::TASKS;
use crate::wanted::Wanted;

/// The tasks that are wanted. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Those in one of these states; in any where there is none.
    pub states: Vec<TaskState>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those that wait in this queue.
    pub queue: Option<String>,
    /// Those that this account asked for.
    pub owner: Option<UserId>,
    /// Those whose last error has these words, in upper or lower case.
    pub text: Option<String>,
    /// Those that were asked for then or later.
    pub from: Option<Timestamp>,
    /// Those that were asked for before this moment.
    pub until: Option<Timestamp>,
}

/// What of a task says whether it is wanted.
#[derive(Deserialize)]
struct Facts {
    state: TaskState,
    kind: String,
    #[serde(default)]
    queue: String,
    #[serde(default)]
    owner: Option<UserId>,
    #[serde(default)]
    last_error: String,
}

impl Facts {
    const ATTRIBUTES: [&str; 5] = ["state", "kind", "queue", "owner", "last_error"];
}

/// A task in an index.
#[derive(Deserialize)]
struct Entry {
    id: TaskId,
}

impl TaskFilter {
    fn takes(&self, facts: &Facts) -> bool {
        let has_text = |text: &String| facts.last_error.to_lowercase().contains(text);
        (self.states.is_empty() || self.states.contains(&facts.state))
            && self.kind.as_ref().is_none_or(|kind| *kind == facts.kind)
            && self
                .queue
                .as_ref()
                .is_none_or(|queue| *queue == facts.queue)
            && self.owner.is_none_or(|owner| facts.owner == Some(owner))
            && self.text.as_ref().is_none_or(has_text)
    }

    fn wanted(&self) -> Wanted<'_> {
        let is_all = self.states.is_empty()
            && self.kind.is_none()
            && self.queue.is_none()
            && self.owner.is_none()
            && self.text.is_none();
        if is_all {
            return Wanted::all();
        }
        let takes = |facts: Facts| self.takes(&facts);
        Wanted::by(&Facts::ATTRIBUTES, "list tasks", takes)
    }

    /// The smallest and the greatest place of what is wanted.
    fn range(&self) -> (Option<String>, Option<String>) {
        // Behind the moment of a place comes its id.
        (self.from.map(moment), self.until.map(moment))
    }
}

impl Tasks<'_> {
    /// The tasks that an account asked for, the newest first.
    pub async fn list_own(
        &self,
        owner: UserId,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<TaskRow>, PageError> {
        let index = (keys::BY_OWNER, keys::OWNER);
        self.list(index, vec![keys::owner(owner)], filter, page)
            .await
    }

    /// The tasks of a day (UTC), the newest first. Those that are not finished are listed whatever the day.
    pub async fn list_of_day(
        &self,
        day: Date,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<TaskRow>, PageError> {
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
        let is_open = |state: &TaskState| !state.is_final();
        let (mut partitions, mut filter) = (Vec::new(), filter.clone());
        if filter.states.is_empty() || !filter.states.iter().all(is_open) {
            filter.from = filter.from.max(midnight(day));
            let tomorrow = day.tomorrow().ok().and_then(midnight);
            filter.until = least(filter.until, tomorrow);
        }
        if filter.states.is_empty() || filter.states.iter().any(is_open) {
            partitions.extend(keys::all_open());
        }
        for state in [TaskState::Success, TaskState::Failure, TaskState::Revoked] {
            if filter.states.is_empty() || filter.states.contains(&state) {
                partitions.extend(keys::finished(state, &day.to_string()));
            }
        }
        let index = (keys::BY_STATE, keys::LIST);
        self.list(index, partitions, &filter, page).await
    }

    /// Those that are not finished, the oldest of them first: some of each part of the list.
    pub async fn oldest_open(&self, most: usize) -> Result<Vec<TaskRow>, StoreError> {
        let mut ids = Vec::new();
        for partition in keys::all_open() {
            let query = crate::query::Query {
                table: self.0.table(TASKS),
                index: Some(keys::BY_STATE),
                partition: (keys::LIST, &partition),
                range: "",
                sort: (keys::PLACE, ""),
            };
            let most = i32::try_from(most).unwrap_or(i32::MAX);
            for item in query
                .first(most, self.0, "find tasks that are not finished")
                .await?
            {
                ids.push(from_item::<Entry>(item, "find tasks that are not finished")?.id);
            }
        }
        self.read(&ids).await
    }

    /// Reads tasks as they are now, those of them that are there, in the order of their ids here.
    pub async fn read(&self, ids: &[TaskId]) -> Result<Vec<TaskRow>, StoreError> {
        let attempt = "read tasks";
        let keys = ids.iter().map(|id| keys::task(*id)).collect();
        let items = get_all(self.0, self.0.table(TASKS), keys, attempt).await?;
        let mut rows = HashMap::with_capacity(items.len());
        for item in items {
            let row = TaskRow::from(from_item::<Record>(item, attempt)?);
            rows.insert(row.task.id, row);
        }
        Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
    }

    /// Deletes some of the tasks that an account asked for, with their results. Gives how many; fewer than `most` are all.
    ///
    /// A task that is being worked on is gone for its worker, too: what it records has no item to go to.
    pub async fn remove_some_of(&self, owner: UserId, most: usize) -> Result<usize, StoreError> {
        let attempt = "delete the tasks of an account";
        let query = crate::query::Query {
            table: self.0.table(TASKS),
            index: Some(keys::BY_OWNER),
            partition: (keys::OWNER, &keys::owner(owner)),
            range: "",
            sort: (keys::PLACE, ""),
        };
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        let found = query.first(most, self.0, attempt).await?;
        let (table, count) = (self.0.table(TASKS), found.len());
        let mut deletions = Vec::with_capacity(2 * count);
        for item in found {
            let id = from_item::<Entry>(item, attempt)?.id;
            let keys = [keys::task(id), keys::result(id)];
            deletions.extend(keys.map(|key| delete(key.into_item())));
        }
        write_all(self.0, table, &deletions, attempt).await?;
        Ok(count)
    }

    async fn list(
        &self,
        (index, attribute): (&str, &str),
        partitions: Vec<String>,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<TaskRow>, PageError> {
        let listing = Listing {
            store: self.0,
            table: self.0.table(TASKS),
            index: Some(index),
            attributes: (attribute, keys::PLACE),
            partitions,
            range: filter.range(),
            attempt: "list tasks",
        };
        let page: Page<Entry> = listing.page_of(page, &filter.wanted()).await?;
        // An index may lag behind; what is shown is how the tasks are.
        let ids: Vec<TaskId> = page.items.iter().map(|entry| entry.id).collect();
        let rows = self.read(&ids).await?;
        Ok(Page {
            items: rows,
            next: page.next,
            previous: page.previous,
            count: page.count,
        })
    }
}

/// The earlier of two moments, where none is no bound.
fn least(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
