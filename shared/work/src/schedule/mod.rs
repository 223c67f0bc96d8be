//! Work that comes with the clock.
//!
//! A schedule is declared beside its function, `pub const SCHEDULE: Schedule = …`, and listed in the crate's `SCHEDULES`. The
//! template has it as a `ScheduleV2` event with the [expression](Rhythm::expression) of its rhythm; a test compares the two.
//! The function takes whatever the event says, and calls [`run`] with its schedule and its work:
//!
//! ```text
//! pub const WORKER: Worker = worker!(purge_holds).checking(CHECKS);
//!
//! pub const SCHEDULE: Schedule = Schedule {
//!     name: "purge_holds",
//!     rhythm: Rhythm::Hourly { minute: 10 },
//!     about: "Lets go of what was held for a cart and not bought",
//! };
//!
//! pub async fn purge_holds(app: App, event: Value) -> Result<(), Error> {
//!     run(&app, &SCHEDULE, &event, async {
//!         let released = Holds(app.store()).release_old(app.now()).await?;
//!         Ok(Counts::of("released", released))
//!     })
//!     .await
//! }
//! ```
//!
//! # A slot
//!
//! A run belongs to a slot, the moment at which it was due. EventBridge Scheduler may call twice for one slot, and Lambda tries
//! again what failed. So a run is claimed by a conditional write: of any number of calls for a slot one does the work, unless
//! it died. A schedule that is switched off is called all the same, and does nothing.
//!
//! A slot that nothing ran for is found by `watch_schedules`, which calls the function again, once, and says so in the log,
//! where an alarm hears it. Because work that comes with the clock reads the state and sets right what it finds, one run makes
//! up for any number of missed ones.

mod call;
mod rhythm;
mod runs;
mod settings;

use std::pin::pin;
use std::sync::Arc;

use cloud::App;
use futures_util::future::{BoxFuture, FutureExt as _};
use jiff::{SignedDuration, Timestamp};
use kernel::settings::{Check, check};
use lambda_runtime::Error;
use serde::Deserialize;
use serde_json::Value;

pub use call::{NotCalled, call};
pub use rhythm::Rhythm;
pub use runs::{Declared, Outcome, Run, Runs};
pub use settings::Settings;

/// Work that comes with the clock.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The name of the function that does it.
    pub name: &'static str,
    /// The moments at which it is due.
    pub rhythm: Rhythm,
    /// What it does, for operators.
    pub about: &'static str,
}

/// What a run did, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(Vec<(&'static str, u64)>);

/// What the function of a schedule checks when it starts: `worker!(purge_holds).checking(CHECKS)`.
pub const CHECKS: &[Check] = &[check::<Settings>];

/// The time by which a clock may be behind that of the schedules: a call that comes a little early is one for its slot.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(30);

/// What calls the function of a schedule. What it does not know of the event it passes over.
#[derive(Debug, Default, Deserialize)]
struct Call {
    /// The slot that is made up for, where it is not the latest.
    #[serde(default)]
    slot: Option<Timestamp>,
    /// Whether an operator wants it done now, whatever the clock says.
    #[serde(default)]
    manual: bool,
}

impl Counts {
    /// So many things of a kind.
    pub fn of(name: &'static str, count: usize) -> Self {
        Self::default().and(name, count)
    }

    /// The same, with so many things of another kind.
    #[must_use]
    pub fn and(mut self, name: &'static str, count: usize) -> Self {
        self.0
            .push((name, u64::try_from(count).unwrap_or(u64::MAX)));
        self
    }

    /// The counts by their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().copied()
    }
}

/// The settings of schedules, for a function that [checks](CHECKS) them.
pub fn local(app: &App) -> Arc<Settings> {
    app.section::<Settings>()
}

/// Does the work of a schedule, once for its slot.
///
/// # Errors
/// What the work fails with; Lambda then calls again.
pub fn run<'a, E: Into<Error> + Send + 'a>(
    app: &'a App,
    schedule: &'a Schedule,
    event: &'a Value,
    work: impl Future<Output = Result<Counts, E>> + Send + 'a,
) -> BoxFuture<'a, Result<(), Error>> {
    // Boxed, because it is large, and every function of a schedule and whoever calls it would be as large.
    run_slot(app, schedule, event, work).boxed()
}

async fn run_slot<E: Into<Error>>(
    app: &App,
    schedule: &Schedule,
    event: &Value,
    work: impl Future<Output = Result<Counts, E>>,
) -> Result<(), Error> {
    let call: Call = serde_json::from_value(event.clone()).unwrap_or_default();
    let (runs, now) = (Runs(app.store()), app.now());
    let due = || {
        let zone = local(app);
        schedule.rhythm.latest(now + TOLERANCE, &zone.time_zone)
    };
    let slot = if call.manual {
        now
    } else {
        call.slot.unwrap_or_else(due)
    };
    if !call.manual && runs.is_disabled(schedule.name).await? {
        runs.skip(schedule.name, slot, now).await?;
        tracing::info!(schedule = schedule.name, %slot, "the schedule is switched off");
        return Ok(());
    }
    let Some(claim) = runs.begin(schedule.name, slot, call.manual, now).await? else {
        tracing::info!(schedule = schedule.name, %slot, "the slot has had its run");
        return Ok(());
    };
    let done = pin!(work).await.map_err(Into::into);
    match done {
        Ok(counts) => {
            runs.finish(&claim, &counts, app.now()).await?;
            let counts: Vec<String> = counts
                .iter()
                .map(|(name, n)| format!("{name}={n}"))
                .collect();
            tracing::info!(schedule = schedule.name, %slot, counts = counts.join(" "), "the schedule has run");
            Ok(())
        }
        Err(error) => {
            runs.fail(&claim, &error.to_string(), app.now()).await?;
            Err(error)
        }
    }
}
