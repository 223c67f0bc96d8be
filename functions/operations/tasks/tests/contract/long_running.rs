use jiff::SignedDuration;
use kernel::task::TaskState;
use operations_testing::{Call, Options, TestApp, area};
use serde_json::json;

use crate::support::{ann, id, with_jobs};

/// A time limit in which a part or two are done before the function hands on.
const SHORT: SignedDuration = SignedDuration::from_secs(10);

#[tokio::test]
async fn work_that_is_longer_than_a_function_lives_is_handed_on() {
    let area = with_jobs(area(), &[tasks::JOBS], SHORT);
    let app = TestApp::start_as(area, Options::default()).await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "long_running", "duration": 4}))
        .await;

    app.deliver().await;

    let shown = app.ask_about(&ann, &task).await.expect(200).json;
    assert_eq!(shown["status"], "SUCCESS", "{shown}");
    assert_eq!(shown["result"], json!({"seconds": 4}));
    assert_eq!(shown["progress"], json!({"done": 4, "total": 4}));
    // Being handed on uses up no try.
    assert_eq!(shown["attempts"], 1);
    let handed_on = app.task(id(&task)).await.last_error.unwrap();
    assert!(handed_on.contains("of 4 seconds are done"), "{handed_on}");
}

#[tokio::test]
async fn abuse_082_running_work_stops_when_it_is_revoked() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "long_running", "duration": 20}))
        .await;
    app.relay().await;
    let event = app.sqs_event("work", &app.receive("work", 0).await);
    let process = app.another_process();
    let worker = tokio::spawn(operations_testing::perform_work(process, event));
    app.eventually(async || {
        let row = app.task(id(&task)).await;
        row.progress.is_some().then_some(())
    })
    .await;

    let call = Call::new("POST", &format!("/api/v1/tasks/{task}/revoke"));
    let answer = app.call(call.with_token(&ann.access)).await.expect(200);
    assert_eq!(answer.json["stopping"], json!(true));

    assert!(worker.await.unwrap().batch_item_failures.is_empty());
    let row = app.task(id(&task)).await;
    assert_eq!(row.state, TaskState::Revoked);
    assert!(row.progress.unwrap().done < 20, "{row:?}");
    app.leave_work_undone();
}

#[tokio::test]
async fn work_that_takes_longer_than_it_may_is_ended_and_says_so() {
    let area = with_jobs(
        area(),
        &[crate::interleavings::JOBS],
        SignedDuration::from_secs(8),
    );
    let app = TestApp::start_as(area, Options::default()).await;
    let work = crate::interleavings::Scripted::hanging();
    let id = app.record_work(&work).await;

    app.deliver().await;

    let row = app.task(id).await;
    assert_eq!(row.state, TaskState::Retry);
    let error = row.last_error.unwrap();
    assert!(error.starts_with("it was ended after"), "{error}");
    app.leave_work_undone();
}
