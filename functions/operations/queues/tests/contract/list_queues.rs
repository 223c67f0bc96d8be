use operations::queue::{FAILURES, QUEUES};
use operations_testing::{Call, TestApp};
use serde_json::{Value, json};

use crate::support::{ann, dead};

async fn queue(app: &TestApp, access: &str, name: &str) -> Value {
    let call = Call::get("/api/v1/admin/queues").with_token(access);
    let list = app.call(call).await.expect(200).json;
    let queues = list["queues"].as_array().unwrap();
    let found = queues.iter().find(|queue| queue["name"] == name);
    found.unwrap().clone()
}

#[tokio::test]
async fn a_queue_is_shown_with_what_waits_in_it_and_how_it_fares() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let _ = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.deliver().await;
    let _ = dead(&app, &ann, 1, "not now").await;
    app.advance(jiff::SignedDuration::from_secs(90));
    let _ = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.relay().await;
    app.advance(jiff::SignedDuration::from_secs(30));

    let work = queue(&app, &admin.access, "work").await;

    assert_eq!(
        (&work["waiting"], &work["dead_letters"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(work["oldest_age_s"], 30);
    assert_eq!(
        (&work["succeeded"], &work["failed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(work["success_ratio"], 0.5);
    // Nothing works this installation's queues off but the test.
    assert_eq!(work["work"], "none");
    let idle = queue(&app, &admin.access, "avatar-uploads").await;
    assert_eq!(
        (&idle["success_ratio"], &idle["oldest_age_s"]),
        (&Value::Null, &Value::Null)
    );
    // What was asked for an hour ago is not counted any more.
    app.deliver().await;
    app.advance(jiff::SignedDuration::from_mins(28));
    let call = Call::post(
        "/api/v1/auth/token/refresh",
        &json!({"refresh": admin.refresh}),
    );
    let admin = app.call(call).await.expect(200);
    app.advance(jiff::SignedDuration::from_mins(29));
    let work = queue(&app, admin.text("access"), "work").await;
    assert_eq!(
        (&work["succeeded"], &work["failed"]),
        (&json!(2), &json!(1))
    );
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_of_a_later_moment_is_no_old_one() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let body = json!({"type": "add", "x": 1, "y": 1, "run_at": "2026-03-01T12:14:00Z"});
    let _ = app.ask_for(&ann, &body).await;
    app.advance(jiff::SignedDuration::from_mins(10));

    let work = queue(&app, &admin.access, "work").await;

    assert_eq!(work["oldest_age_s"], Value::Null);
    app.leave_work_undone();
}

/// A queue that operators are not shown nobody looks after.
#[tokio::test]
async fn every_queue_of_the_templates_is_shown() {
    let app = TestApp::start().await;
    let mut made: Vec<String> = app.queue_names();
    made.retain(|name| !name.ends_with("-dead-letters"));
    let mut known: Vec<&str> = QUEUES
        .iter()
        .chain(FAILURES)
        .map(|queue| queue.name)
        .collect();
    made.sort_unstable();
    known.sort_unstable();

    assert_eq!(known, made);
}

#[tokio::test]
async fn what_nothing_works_off_is_not_paused() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (path, status, code) in [
        ("relay-failures/pause", 409, "queue_without_work"),
        ("relay-failures/resume", 409, "queue_without_work"),
        // Its mapping is not there.
        ("work/pause", 409, "queue_without_work"),
        ("play/pause", 404, "not_found"),
        ("work-dead-letters/resume", 404, "not_found"),
    ] {
        let call = Call::new("POST", &format!("/api/v1/admin/queues/{path}"));
        let answer = app.call(call.with_token(&admin.access)).await;
        answer.expect_error(status, code);
    }
}
