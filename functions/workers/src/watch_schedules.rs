use cloud::App;
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::Error;
use serde_json::{Value, json};
use work::schedule::{self, Counts, Rhythm, Runs, Schedule, call};
use work::{Worker, worker};

pub const WORKER: Worker = worker!(watch_schedules).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "watch_schedules",
    rhythm: Rhythm::EveryMinutes(10),
    about: "Makes up for slots that no run came for",
};

/// The time that a run may be late: EventBridge Scheduler calls within a minute, and Lambda tries again for some more.
const GRACE: SignedDuration = SignedDuration::from_mins(8);

/// Says what schedules there are, and makes up, once, for slots that no run came for. An alarm hears of each by the log.
pub async fn watch_schedules(app: App, event: Value) -> Result<(), Error> {
    schedule::run(&app, &SCHEDULE, &event, watch(&app)).await
}

async fn watch(app: &App) -> Result<Counts, Error> {
    let (runs, now) = (Runs(app.store()), app.now());
    let zone = schedule::local(app);
    let (mut known, mut missed) = (0, 0);
    let others = areas::SCHEDULES.iter().copied().flatten();
    let all: Vec<&'static Schedule> = others.chain([&SCHEDULE]).collect();
    for declared in all {
        runs.declare(declared, &zone.name, now).await?;
        known += 1;
        let slot = declared.rhythm.latest(now - GRACE, &zone.time_zone);
        if declared.name != SCHEDULE.name && is_missed(&runs, declared, slot).await? {
            tracing::error!(schedule = declared.name, %slot, "a slot was missed, and is made up for");
            call(app, declared.name, &json!({ "slot": slot })).await?;
            missed += 1;
        }
    }
    Ok(Counts::of("known", known).and("missed", missed))
}

/// Whether a slot of a schedule that is switched on came, and no run for it or a later one.
async fn is_missed(runs: &Runs<'_>, declared: &Schedule, slot: Timestamp) -> Result<bool, Error> {
    let known = runs.lookup(declared.name).await?;
    let is_expected = known.is_some_and(|known| !known.disabled && known.since <= slot);
    if !is_expected {
        return Ok(false);
    }
    let latest = runs.latest(declared.name).await?;
    Ok(latest.is_none_or(|run| run.slot < slot))
}
