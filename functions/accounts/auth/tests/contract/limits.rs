//! Counters under real parallel calls.

use accounts_testing::TestApp;
use jiff::SignedDuration;
use kernel::audit::{self, Object};
use kernel::limit::{Counted, Limit, Per};
use store::{Hit, Limits};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_reports_of_one_window_one_is_written() {
    let app = TestApp::start().await;
    hit_at_once(&app, 11).await;
    let running: Vec<_> = (0..20)
        .map(|_| {
            let app = app.app().clone();
            tokio::spawn(async move {
                let audit = app
                    .audit(audit::RATE_LIMIT_EXCEEDED)
                    .on(Object::of("limit", "test"));
                let reached = Counted {
                    limit: LIMIT,
                    subject: "ann".to_owned(),
                };
                Limits(app.store()).report(&reached, &audit).await
            })
        })
        .collect();
    for report in running {
        report.await.unwrap().unwrap();
    }

    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
    assert!(!hit_at_once(&app, 1).await[0].is_first_refusal);
}
