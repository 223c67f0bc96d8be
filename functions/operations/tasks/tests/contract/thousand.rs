//! A thousand tasks at once, some of which fail at first.

use std::time::Instant;

use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::task::TaskState;
use operations_testing::{Options, TestApp, area};
use serde_json::Value;

use crate::interleavings::{Behaviour, JOBS, Scripted};
use crate::support::with_jobs;

/// The tasks, and how many of them are recorded at once.
const TASKS: usize = 1_000;
const AT_ONCE: usize = 20;

/// The workers that work them off together.
const WORKERS: usize = 4;

/// Each tenth fails at first, each hundredth for good.
fn script(number: usize) -> Vec<Behaviour> {
    match number {
        n if n % 100 == 0 => vec![Behaviour::FailForGood],
        n if n % 10 == 0 => vec![Behaviour::FailForNow, Behaviour::Succeed],
        _ => vec![Behaviour::Succeed],
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "it shows how long a thousand take")]
async fn a_thousand_tasks_end_as_they_should_though_a_tenth_fails_at_first() {
    let area = with_jobs(area(), &[JOBS], SignedDuration::from_secs(30));
    let app = TestApp::start_as(area, Options::default()).await;
    let begun_at = Instant::now();
    let numbers: Vec<usize> = (1..=TASKS).collect();
    for some in numbers.chunks(AT_ONCE) {
        let record = some.iter().map(|number| {
            let work = Scripted::new(script(*number));
            let app = &app;
            async move { app.record_work(&work).await }
        });
        join_all(record.collect::<Vec<_>>()).await;
    }
    let recorded = begun_at.elapsed();
    app.relay().await;
    let relayed = begun_at.elapsed();
    app.drain(WORKERS).await;
    let done = begun_at.elapsed();

    let tasks = app.tasks().await;
    let count = |state: TaskState, attempts: &str| {
        let fits = |task: &&Value| task["state"] == state.as_str() && task["attempts"] == attempts;
        tasks.iter().filter(fits).count()
    };
    assert_eq!(tasks.len(), TASKS);
    assert_eq!(count(TaskState::Success, "1"), 900);
    assert_eq!(count(TaskState::Success, "2"), 90);
    assert_eq!(count(TaskState::Failure, "1"), 10);
    let items = app.scan(&app.table("tasks")).await;
    let is_effect = |item: &&Value| item["sk"]["S"] == "EFFECT";
    let effects: Vec<_> = items.iter().filter(is_effect).collect();
    assert_eq!(effects.len(), 990);
    assert!(effects.iter().all(|effect| effect["times"]["N"] == "1"));
    assert!(app.waiting().await.is_empty());
    for (step, ended) in [("recorded", recorded), ("relayed", relayed), ("done", done)] {
        println!("{TASKS} tasks were {step} after {} ms", ended.as_millis());
    }
}
