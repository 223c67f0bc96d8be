use std::collections::BTreeMap;

use api::{Answer, App, Endpoint, Errors, PUBLIC_KEYS, Permitted, endpoint};
use axum::extract::State;
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use kernel::job::Queue;
use operations::permissions::ReadTasks;
use operations::queue::{FAILURES, Known, QUEUES, QueueState};
use serde::Serialize;
use store::{Tally, Tasks};
use utoipa::ToSchema;

use crate::known_queue::unavailable;
use crate::settings::Settings;
use crate::work::in_words;

pub const ENDPOINT: Endpoint = endpoint!(list_queues).reading(&[PUBLIC_KEYS]);

/// The time over which outcomes are counted.
const LAST_HOUR: SignedDuration = SignedDuration::from_hours(1);

/// All queues.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueList {
    /// The queues, those that are worked off first.
    queues: Vec<QueueEntry>,
}

/// A queue at this moment. SQS counts roughly.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueEntry {
    /// The name of the queue.
    #[schema(example = "mail-urgent")]
    name: &'static str,
    /// `active`, `paused`, `changing`, or `none` where nothing works it off.
    #[schema(example = "active")]
    work: &'static str,
    /// Messages that wait for a worker.
    #[schema(example = 0)]
    waiting: u64,
    /// Messages that a worker has, or that are hidden until their next try.
    #[schema(example = 0)]
    in_flight: u64,
    /// Messages whose moment has not come.
    #[schema(example = 0)]
    delayed: u64,
    /// Messages that could not be worked off.
    #[schema(example = 0)]
    dead_letters: u64,
    /// The time for which the oldest task that is not finished could have been done, in seconds. None where there is none.
    #[schema(example = 3)]
    oldest_age_s: Option<i64>,
    /// Tasks that were asked for in the last hour and are done; of very many, some thousands.
    #[schema(example = 120)]
    succeeded: u32,
    /// Tasks that were asked for in the last hour and are given up.
    #[schema(example = 1)]
    failed: u32,
    /// The share of those that are done, from 0 to 1. None where nothing is finished.
    #[schema(example = 0.99)]
    success_ratio: Option<f64>,
}

impl QueueEntry {
    fn of(known: &'static Known, state: QueueState, tally: Tally, now: Timestamp) -> Self {
        let age = |since: Timestamp| now.duration_since(since).as_secs().max(0);
        let finished = tally.succeeded + tally.failed;
        Self {
            name: known.name,
            work: in_words(state.work),
            waiting: state.messages.waiting,
            in_flight: state.messages.in_flight,
            delayed: state.messages.delayed,
            dead_letters: state.dead_letters,
            oldest_age_s: tally.oldest_since.map(age),
            succeeded: tally.succeeded,
            failed: tally.failed,
            success_ratio: (finished > 0).then(|| f64::from(tally.succeeded) / f64::from(finished)),
        }
    }
}

/// List the queues, and how their tasks fare.
#[utoipa::path(
    get, path = "/api/v1/admin/queues", tag = "operations",
    security(("bearer" = ["tasks:read"])),
    responses((status = 200, description = "The queues", body = QueueList), Errors)
)]
pub async fn list_queues(
    _: Permitted<ReadTasks>,
    State(app): State<App>,
) -> Answer<axum::Json<QueueList>> {
    let (settings, now) = (app.section::<Settings>(), app.now());
    let known = || QUEUES.iter().chain(FAILURES);
    let states = async {
        let states =
            try_join_all(known().map(|known| known.look(&app, settings.mapping(known)))).await;
        states.map_err(unavailable)
    };
    let tally = async { Ok(Tasks(app.store()).tally(now - LAST_HOUR, now).await?) };
    let (states, mut tally): (Vec<QueueState>, BTreeMap<Queue, Tally>) =
        futures_util::future::try_join(states, tally).await?;

    let entries = known().zip(states).map(|(known, state)| {
        let tally = tally.remove(&known.queue()).unwrap_or_default();
        QueueEntry::of(known, state, tally, now)
    });
    Ok(axum::Json(QueueList {
        queues: entries.collect(),
    }))
}
