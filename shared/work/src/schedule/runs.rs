//! The runs of schedules, as they are stored: in the table of tasks, beside those.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use store::condition::{absent, at_most, differs, equals, exists};
use store::query::partition;
use store::update::{Changed, Update};
use store::value::{IntoValue as _, millis, nested};
use store::{
    Key, Listing, Page, PageError, PageRequest, Store, StoreError, TASKS, from_item, lookup,
};

use super::{Counts, Schedule};

/// The storage of schedules and their runs.
pub struct Runs<'a>(pub &'a Store);

/// A run that was begun, in the hands of who does its work.
#[derive(Debug)]
pub(super) struct Claim {
    key: Key,
    started_at: Timestamp,
    /// How often the run was begun.
    tries: u32,
}

/// A schedule, as the installation knows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Declared {
    /// The name of its function.
    pub name: String,
    /// The moments at which it is due, as EventBridge Scheduler reads them.
    pub expression: String,
    /// The IANA time zone that they are meant in.
    pub time_zone: String,
    /// What it does.
    pub about: String,
    /// Whether it is switched off.
    #[serde(default)]
    pub disabled: bool,
    /// The moment since which it is known: a slot before that was never missed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub since: Timestamp,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is under way, or its function died.
    Started,
    /// The work was done.
    Done,
    /// The work failed; Lambda tries it again.
    Failed,
    /// The schedule was switched off.
    Disabled,
}

/// A run of a schedule.
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    /// The moment at which it was due; of one that an operator wanted, at which that was.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub slot: Timestamp,
    /// Whether an operator wanted it.
    #[serde(default)]
    pub manual: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// How often it was begun.
    #[serde(default)]
    pub tries: u32,
    /// The moment at which it was last begun.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub started_at: Timestamp,
    /// The moment at which it ended.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub finished_at: Option<Timestamp>,
    /// What it did, in numbers.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// The reason why it failed.
    #[serde(default)]
    pub error: Option<String>,
}

/// The partition of all schedules.
const ALL: &str = "SCHEDULES";

/// The time that a run may take: longer than the function of any schedule lives.
const LEASE: SignedDuration = SignedDuration::from_mins(6);

/// The time for which runs are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The longest reason that is kept, in characters.
const MAX_ERROR: usize = 500;

fn schedule(name: &str) -> Key {
    Key::new(ALL.to_owned(), name)
}

fn runs_of(name: &str) -> String {
    format!("SCHEDULE#{name}")
}

/// A run: its slot, in digits that sort for three hundred years.
fn run(name: &str, slot: Timestamp) -> Key {
    let place = format!("RUN#{:013}", slot.as_millisecond());
    Key::new(runs_of(name), &place)
}

impl Runs<'_> {
    /// Says what schedules there are, as the code declares them. What an operator switched off stays so.
    pub async fn declare(
        &self,
        declared: &Schedule,
        time_zone: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expression = declared.rhythm.expression();
        let is_other = differs("expression", expression.as_str())
            .or(differs("about", declared.about))
            .or(differs("time_zone", time_zone));
        let declare = Update::of(self.0.table(TASKS), schedule(declared.name))
            .set("name", declared.name)
            .set("expression", expression)
            .set("time_zone", time_zone)
            .set("about", declared.about)
            .set("since", millis(now))
            .when(is_other);
        declare.apply(self.0, "declare a schedule").await.map(drop)
    }

    /// All schedules, by their names.
    pub async fn list(&self) -> Result<Vec<Declared>, StoreError> {
        let attempt = "list schedules";
        let items = partition(self.0, self.0.table(TASKS), ALL, attempt).await?;
        items
            .into_iter()
            .map(|item| from_item(item, attempt))
            .collect()
    }

    /// A schedule.
    pub async fn lookup(&self, name: &str) -> Result<Option<Declared>, StoreError> {
        let table = self.0.table(TASKS);
        lookup(self.0, table, schedule(name), "look a schedule up").await
    }

    /// Switches a schedule off or on. False if there is none of the name.
    pub async fn set_disabled(&self, name: &str, disabled: bool) -> Result<bool, StoreError> {
        let update = Update::of(self.0.table(TASKS), schedule(name))
            .set("disabled", disabled)
            .when(exists("pk"));
        let changed = update.apply(self.0, "switch a schedule off or on").await?;
        Ok(matches!(changed, Changed::Now(_)))
    }

    /// Whether a schedule is switched off.
    pub(super) async fn is_disabled(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.lookup(name).await?.is_some_and(|known| known.disabled))
    }

    /// The runs of a schedule, the latest slot first.
    pub async fn list_runs(&self, name: &str, page: &PageRequest) -> Result<Page<Run>, PageError> {
        self.listing(name).page(page).await
    }

    /// The run of the latest slot that had one. Those that operators wanted are none of a slot.
    pub async fn latest(&self, name: &str) -> Result<Option<Run>, StoreError> {
        self.listing(name).first().await
    }

    /// Begins the run of a slot. `None` if it was done, or is under way.
    pub(super) async fn begin(
        &self,
        name: &str,
        slot: Timestamp,
        manual: bool,
        now: Timestamp,
    ) -> Result<Option<Claim>, StoreError> {
        #[derive(Deserialize)]
        struct Begun {
            tries: u32,
        }

        let attempt = "begin a run of a schedule";
        let is_free = absent("pk").or(at_most("lease_until", millis(now)));
        let begin = Update::of(self.0.table(TASKS), run(name, slot))
            .set("slot", millis(slot))
            .set("manual", manual)
            .set("outcome", "started")
            .set("started_at", millis(now))
            .set("lease_until", millis(now + LEASE))
            .set("ttl", (now + KEPT).as_second())
            .count_from(0, "tries")
            .remove(["error"])
            .when(is_free);
        match begin.apply(self.0, attempt).await? {
            Changed::Not(_) => Ok(None),
            Changed::Now(item) => {
                let earlier: Begun = from_item(item, attempt)?;
                Ok(Some(Claim {
                    key: run(name, slot),
                    started_at: now,
                    tries: earlier.tries,
                }))
            }
        }
    }

    /// Notes that a slot had no run, because its schedule is switched off.
    pub(super) async fn skip(
        &self,
        name: &str,
        slot: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let skip = Update::of(self.0.table(TASKS), run(name, slot))
            .set("slot", millis(slot))
            .set("outcome", "disabled")
            .set("started_at", millis(now))
            .set("finished_at", millis(now))
            .set("ttl", (now + KEPT).as_second())
            .when(absent("pk"));
        skip.apply(self.0, "skip a run of a schedule")
            .await
            .map(drop)
    }

    /// Records that the work was done.
    pub(super) async fn finish(
        &self,
        claim: &Claim,
        counts: &Counts,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let counts: BTreeMap<&str, u64> = counts.iter().collect();
        let finish = self
            .ending(claim, "done", now)
            .set("counts", nested(&counts))
            .remove(["lease_until"]);
        finish
            .apply(self.0, "finish a run of a schedule")
            .await
            .map(drop)
    }

    /// Records that the work failed. It may be begun again at once.
    pub(super) async fn fail(
        &self,
        claim: &Claim,
        error: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let error: String = error.chars().take(MAX_ERROR).collect();
        let fail = self
            .ending(claim, "failed", now)
            .set("error", error)
            .set("lease_until", 0);
        fail.apply(self.0, "record a failed run of a schedule")
            .await
            .map(drop)
    }

    /// The change that ends a run, if it is still who began it.
    fn ending(&self, claim: &Claim, outcome: &str, now: Timestamp) -> Update<'_> {
        let is_own = equals("tries", claim.tries.into_value());
        Update::of(self.0.table(TASKS), claim.key.clone())
            .set("outcome", outcome)
            .set("finished_at", millis(now))
            .set("started_at", millis(claim.started_at))
            .when(is_own)
    }

    fn listing(&self, name: &str) -> Listing<'_> {
        Listing {
            store: self.0,
            table: self.0.table(TASKS),
            index: None,
            attributes: ("pk", "sk"),
            partitions: vec![runs_of(name)],
            range: (None, None),
            attempt: "list the runs of a schedule",
        }
    }
}
