use kernel::task::TaskState;
use operations_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::json;
use store::{Claim, Tasks};

use crate::support::{ann, id};

const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(35);

async fn revoke(app: &TestApp, who: &LoggedIn, id: &str) -> Answer {
    let call = Call::new("POST", &format!("/api/v1/tasks/{id}/revoke"));
    app.call(call.with_token(&who.access)).await
}

#[tokio::test]
async fn abuse_082_a_queued_task_that_is_revoked_never_runs() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.relay().await;

    let revoked = revoke(&app, &ann, &task).await.expect(200);
    assert_eq!(
        (revoked.text("status"), &revoked.json["stopping"]),
        ("REVOKED", &json!(false))
    );

    app.deliver().await;
    let shown = app.ask_about(&ann, &task).await.expect(200).json;
    assert_eq!(
        (&shown["status"], &shown["attempts"]),
        (&json!("REVOKED"), &json!(0))
    );
    assert_eq!(shown["result"], json!(null));
    // Nor does another message make it run, whenever it comes.
    let message = format!("{{\"task_id\": \"{task}\", \"kind\": \"add\"}}");
    app.send_message("work", &message).await;
    app.deliver().await;
    assert_eq!(app.task(id(&task)).await.state, TaskState::Revoked);
}

#[tokio::test]
async fn abuse_082_a_delayed_task_that_is_revoked_never_runs() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let body = json!({"type": "add", "x": 1, "y": 1, "run_at": "2026-03-01T12:10:00Z"});
    let task = app.ask_for(&ann, &body).await;

    let _ = revoke(&app, &ann, &task).await.expect(200);

    app.advance(jiff::SignedDuration::from_mins(20));
    let message = format!("{{\"task_id\": \"{task}\", \"kind\": \"add\"}}");
    app.send_message("work", &message).await;
    app.deliver().await;
    assert_eq!(app.task(id(&task)).await.state, TaskState::Revoked);
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_082_a_finished_task_is_not_revoked() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.deliver().await;

    let refused = revoke(&app, &ann, &task).await;

    refused.expect_error_with(409, "task_finished", &["status"]);
    assert_eq!(refused.json["status"], "SUCCESS");
    let unknown = revoke(&app, &ann, "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11").await;
    unknown.expect_error(404, "not_found");
}

#[tokio::test]
async fn abuse_082_a_running_task_is_told_to_stop_and_is_not_tried_again() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    let tasks = Tasks(app.app().store());
    let claim = tasks.claim(id(&task), app.now(), LEASE).await.unwrap();
    let Claim::Claimed(claimed) = claim else {
        panic!("{claim:?}")
    };

    let answer = revoke(&app, &ann, &task).await.expect(200);
    assert_eq!(
        (answer.text("status"), &answer.json["stopping"]),
        ("STARTED", &json!(true))
    );
    let shown = app.ask_about(&ann, &task).await.expect(200).json;
    assert_eq!(shown["stopping"], json!(true));

    // Whatever its worker says but that the work is done: it stops.
    let (now, end) = (app.now(), store::End::Redrivable);
    for left in [
        tasks.retry(&claimed, "again", None, now).await,
        tasks.defer(&claimed, "later", None, now).await,
        tasks.fail(&claimed, "no more", end, now).await,
        tasks
            .progress(&claimed, store::Progress { done: 1, total: 2 })
            .await,
    ] {
        assert_eq!(left.unwrap(), store::Left::CalledOff);
    }
    assert_eq!(
        tasks.stop(&claimed, false, now).await.unwrap(),
        store::Left::Recorded
    );
    assert_eq!(app.task(id(&task)).await.state, TaskState::Revoked);
    app.deliver().await;
    assert_eq!(app.task(id(&task)).await.state, TaskState::Revoked);
}

#[tokio::test]
async fn a_task_whose_worker_died_after_it_was_called_off_is_not_taken_up_again() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.relay().await;
    let tasks = Tasks(app.app().store());
    let _ = tasks.claim(id(&task), app.now(), LEASE).await.unwrap();
    let _ = revoke(&app, &ann, &task).await.expect(200);
    app.advance(jiff::SignedDuration::from_secs(36));

    app.deliver().await;

    let row = app.task(id(&task)).await;
    assert_eq!((row.state, row.attempts), (TaskState::Revoked, 2));
    assert_eq!(app.ask_about(&ann, &task).await.json["result"], json!(null));
}

#[tokio::test]
async fn work_that_was_done_when_its_revocation_came_stays_done() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    let tasks = Tasks(app.app().store());
    let claim = tasks.claim(id(&task), app.now(), LEASE).await.unwrap();
    let Claim::Claimed(claimed) = claim else {
        panic!("{claim:?}")
    };
    let _ = revoke(&app, &ann, &task).await.expect(200);

    let done = store::Yield {
        said: "done",
        result: None,
        forgets_input: false,
    };
    let left = tasks.succeed(&claimed, &done, app.now()).await.unwrap();

    assert_eq!(left, store::Left::Recorded);
    assert_eq!(app.task(id(&task)).await.state, TaskState::Success);
    app.deliver().await;
}

#[tokio::test]
async fn a_task_that_finishes_while_it_is_revoked_stays_finished() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    let other = app.another_process();
    let meanwhile = async {
        let tasks = Tasks(other.store());
        let claim = tasks.claim(id(&task), app.now(), LEASE).await.unwrap();
        let Claim::Claimed(claimed) = claim else {
            panic!("{claim:?}")
        };
        let done = store::Yield {
            said: "done",
            result: None,
            forgets_input: false,
        };
        tasks.succeed(&claimed, &done, app.now()).await.unwrap();
    };
    let call = Call::new("POST", &format!("/api/v1/tasks/{task}/revoke"));
    let call = call.with_token(&ann.access);

    let answer = app
        .call_held_at("TransactWriteItems", call, meanwhile)
        .await;

    answer.expect_error_with(409, "task_finished", &["status"]);
    assert_eq!(app.task(id(&task)).await.state, TaskState::Success);
    app.deliver().await;
}
