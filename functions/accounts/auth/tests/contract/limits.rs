//! Counters under real parallel calls.

use accounts_testing::TestApp;
use cloud::App;
use jiff::SignedDuration;
use kernel::audit::{self, Object};
use kernel::limit::{Counted, Limit, Per};
use serde_json::Value;
use store::{Hit, Limits, StoreError};

const LIMIT: Limit = Limit {
    name: "test",
    quota: 10,
    window: SignedDuration::from_mins(1),
    per: Per::Account,
};

/// So many calls of one subject at once.
async fn hit_at_once(app: &TestApp, count: usize) -> Vec<Hit> {
    let running: Vec<_> = (0..count)
        .map(|_| {
            let app = app.app().clone();
            tokio::spawn(async move { Limits(app.store()).hit(&LIMIT, "ann", app.now()).await })
        })
        .collect();
    let mut hits = Vec::new();
    for hit in running {
        hits.push(hit.await.unwrap().unwrap());
    }
    hits
}

fn passed(hits: &[Hit]) -> usize {
    hits.iter().filter(|hit| hit.passed).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_036_of_two_hundred_calls_at_once_exactly_ten_pass() {
    let app = TestApp::start().await;
    let hits = hit_at_once(&app, 200).await;
    assert_eq!(passed(&hits), 10);
    let mut left: Vec<u32> = hits
        .iter()
        .filter(|hit| hit.passed)
        .map(|hit| hit.remaining)
        .collect();
    left.sort_unstable();
    assert_eq!(left, (0..10).collect::<Vec<_>>());
    assert!(hits.iter().all(|hit| hit.resets_in == LIMIT.window));

    // A window that has ended opens once, however many find it so.
    app.advance(LIMIT.window);
    assert_eq!(passed(&hit_at_once(&app, 200).await), 10);
}

/// Reports that Ann has reached the limit.
async fn report(app: &App) -> Result<(), StoreError> {
    let audit = app
        .audit(audit::RATE_LIMIT_EXCEEDED)
        .on(Object::of("limit", "test"));
    let reached = Counted {
        limit: LIMIT,
        subject: "ann".to_owned(),
    };
    Limits(app.store()).report(&reached, &audit).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_reports_of_one_window_one_is_written() {
    let app = TestApp::start().await;
    hit_at_once(&app, 11).await;
    let running: Vec<_> = (0..20)
        .map(|_| {
            let app = app.app().clone();
            tokio::spawn(async move { report(&app).await })
        })
        .collect();
    for report in running {
        report.await.unwrap().unwrap();
    }

    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
    assert!(!hit_at_once(&app, 1).await[0].is_first_refusal);
}

/// Nothing would ever take away what such a report left behind.
#[tokio::test]
async fn a_window_whose_counter_is_gone_is_not_reported() {
    let app = TestApp::start_watched().await;
    hit_at_once(&app, 11).await;
    let table = app.table("limits");
    let counters = app.scan(&table).await;
    assert_eq!(counters.len(), 1);
    let pk = counters[0]["pk"]["S"].as_str().unwrap();

    let meanwhile = app.aws().remove(&table, pk, "LIMIT");
    let reported = app.held_at("TransactWriteItems", report(app.app()), meanwhile);
    reported.await.unwrap();

    assert_eq!(app.scan(&table).await, [] as [Value; 0]);
    assert!(app.audit_of("RATE_LIMIT_EXCEEDED").await.is_empty());
}
