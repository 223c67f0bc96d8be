//! Queues and dead letters.

use std::collections::BTreeMap;
use std::time::Duration;

use ::queues::Settings;
use anyhow::{Context as _, bail};
use api::App;
use cloud::Work;
use jiff::SignedDuration;
use kernel::audit::{Action, Object};
use kernel::id::TaskId;
use operations::actions::{
    DEAD_LETTERS_PURGED, DEAD_LETTERS_REDRIVEN, QUEUE_PAUSED, QUEUE_RESUMED,
};
use operations::queue::{Choice, DeadLetters, FAILURES, Known, Lock, Moved, QUEUES, group};
use store::{AuditLog, Tasks};

use crate::tasks::audit;
use crate::tasks::shown::{cut, line};

/// How long letters are looked at or moved in one go: less than their lock lasts.
const PATIENCE: Duration = Duration::from_secs(20);

/// The letters that are listed at most.
const MOST: usize = 1_000;

pub(super) async fn list(app: &App) -> anyhow::Result<()> {
    let (now, settings) = (app.now(), app.section::<Settings>());
    let hour = SignedDuration::from_hours(1);
    let tally = Tasks(app.store()).tally(now - hour, now).await?;
    line(&[
        (18, "queue"),
        (8, "work"),
        (7, "waiting"),
        (9, "in flight"),
        (7, "delayed"),
        (4, "dead"),
        (8, "oldest s"),
        (0, "done/failed in the last hour"),
    ]);
    for known in QUEUES.iter().chain(FAILURES) {
        let state = known.look(app, settings.mapping(known)).await?;
        let fares = tally.get(&known.queue()).copied().unwrap_or_default();
        let age = fares.oldest_since.map(|since| now.duration_since(since));
        let age = age.map(|age| age.as_secs().to_string()).unwrap_or_default();
        line(&[
            (18, known.name),
            (8, in_words(state.work)),
            (7, &state.messages.waiting.to_string()),
            (9, &state.messages.in_flight.to_string()),
            (7, &state.messages.delayed.to_string()),
            (4, &state.dead_letters.to_string()),
            (8, &age),
            (0, &format!("{}/{}", fares.succeeded, fares.failed)),
        ]);
    }
    Ok(())
}

pub(super) async fn dead_letters(app: &App, queue: &str) -> anyhow::Result<()> {
    let letters = DeadLetters::of(app, named(queue)?)
        .look(MOST, PATIENCE)
        .await?;
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for letter in &letters {
        *groups.entry(group(&letter.reason)).or_default() += 1;
        let id = letter.task_id.map(|id| id.to_string()).unwrap_or_default();
        let state = letter.task.as_ref().map_or("", |row| row.state.as_str());
        let sent = letter.sent_at.map(|at| at.to_string()).unwrap_or_default();
        line(&[
            (36, &id),
            (8, state),
            (3, &letter.receives.to_string()),
            (24, &sent),
            (0, &cut(&letter.reason)),
        ]);
    }
    for (group, count) in groups {
        println!("{count} × {group}");
    }
    Ok(())
}

pub(super) async fn redrive(
    app: &App,
    queue: &str,
    task_id: Option<TaskId>,
    group: Option<String>,
) -> anyhow::Result<()> {
    let known = named(queue)?;
    if !known.has_worker() {
        bail!("nothing works {queue} off");
    }
    let choice = Choice { task_id, group };
    move_letters(app, known, DEAD_LETTERS_REDRIVEN, async || {
        Ok(DeadLetters::of(app, known)
            .redrive(&choice, PATIENCE)
            .await?)
    })
    .await
}

pub(super) async fn purge(
    app: &App,
    queue: &str,
    task_id: Option<TaskId>,
    group: Option<String>,
) -> anyhow::Result<()> {
    let known = named(queue)?;
    let choice = Choice { task_id, group };
    move_letters(app, known, DEAD_LETTERS_PURGED, async || {
        Ok(DeadLetters::of(app, known).purge(&choice, PATIENCE).await?)
    })
    .await
}

pub(super) async fn set_work(app: &App, queue: &str, goes_on: bool) -> anyhow::Result<()> {
    let (known, settings) = (named(queue)?, app.section::<Settings>());
    let action = if goes_on { QUEUE_RESUMED } else { QUEUE_PAUSED };
    let audit = audit(app, action).on(Object::of("queue", known.name));
    AuditLog(app.store()).add(&audit).await?;
    let work = app
        .queues()
        .set_work(settings.mapping(known), goes_on)
        .await?;
    let work = work.context("nothing works this queue off")?;
    println!("{queue}: {}", in_words(Some(work)));
    Ok(())
}

/// Moves letters until all that are meant are moved, under the lock of their queue.
async fn move_letters(
    app: &App,
    known: &'static Known,
    action: Action,
    work: impl AsyncFn() -> anyhow::Result<Moved>,
) -> anyhow::Result<()> {
    let audit = audit(app, action).on(Object::of("queue", known.name));
    AuditLog(app.store()).add(&audit).await?;
    loop {
        let holder = audit.id.to_string();
        let lock = Lock::take(app.store(), known.name, &holder, app.now()).await?;
        let lock = lock.context("somebody moves the dead letters of this queue at the moment")?;
        let moved = work().await;
        lock.release().await?;
        let moved = moved?;
        println!(
            "{} moved, {} settled and deleted, {} passed over",
            moved.moved, moved.settled, moved.passed_over
        );
        if !moved.is_more {
            return Ok(());
        }
    }
}

fn named(queue: &str) -> anyhow::Result<&'static Known> {
    Known::named(queue).with_context(|| {
        let all = QUEUES.iter().chain(FAILURES).map(|known| known.name);
        format!(
            "there is no queue {queue}; there are {}",
            all.collect::<Vec<_>>().join(", ")
        )
    })
}

fn in_words(work: Option<Work>) -> &'static str {
    match work {
        Some(Work::GoesOn) => "active",
        Some(Work::IsPaused) => "paused",
        Some(Work::IsChanging) => "changing",
        None => "none",
    }
}
