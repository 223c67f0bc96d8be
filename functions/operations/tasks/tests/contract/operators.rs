use kernel::task::TaskState;
use operations_testing::{Answer, Call, Fault, LoggedIn, TestApp};
use serde_json::{Value, json};
use store::{Claim, End, Tasks};

use crate::support::{ann, id};

const LEASE: jiff::SignedDuration = jiff::SignedDuration::from_secs(35);

fn post(path: &str, who: &LoggedIn) -> Call {
    Call::new("POST", path).with_token(&who.access)
}

async fn retry(app: &TestApp, who: &LoggedIn, id: &str) -> Answer {
    app.call(post(&format!("/api/v1/admin/tasks/{id}/retry"), who))
        .await
}

async fn listed(app: &TestApp, who: &LoggedIn, query: &str) -> Vec<Value> {
    let call = Call::get(&format!("/api/v1/admin/tasks{query}")).with_token(&who.access);
    let list = app.call(call).await.expect(200).json;
    list["results"].as_array().unwrap().clone()
}

/// A task of Ann's that has used up its tries.
async fn failed(app: &TestApp, ann: &LoggedIn) -> String {
    let task = app
        .ask_for(ann, &json!({"type": "add", "x": 20, "y": 3}))
        .await;
    app.new_tasks().await;
    let tasks = Tasks(app.app().store());
    let claim = tasks.claim(id(&task), app.now(), LEASE).await.unwrap();
    let Claim::Claimed(claimed) = claim else {
        panic!("{claim:?}")
    };
    let error = "the table of ann@example.com was away";
    tasks
        .fail(&claimed, error, End::Redrivable, app.now())
        .await
        .unwrap();
    task
}

#[tokio::test]
async fn abuse_083_a_retry_that_is_pressed_twice_is_one() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let (_, admin) = app.admin().await;
    let task = failed(&app, &ann).await;
    let path = format!("/api/v1/admin/tasks/{task}/retry");

    let answers = app.call_all((0..8).map(|_| post(&path, &admin))).await;

    let (accepted, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 202);
    assert_eq!(accepted.len(), 1);
    let retried = accepted[0].text("task_id");
    for answer in refused {
        answer.expect_error_with(409, "task_retried_before", &["task_id"]);
        assert_eq!(answer.text("task_id"), retried);
    }
    app.deliver().await;
    let again = app.ask_about(&ann, retried).await.expect(200).json;
    assert_eq!(
        (&again["status"], &again["result"]),
        (&json!("SUCCESS"), &json!(23))
    );
    assert_eq!(
        (&again["retry_of"], &again["parameters"]),
        (&json!(task), &json!({"x": 20, "y": 3}))
    );
    // The old one stays as it was, and its dead letter has no effect any more.
    let message = format!("{{\"task_id\": \"{task}\", \"kind\": \"add\"}}");
    app.send_message("work", &message).await;
    app.deliver().await;
    let row = app.task(id(&task)).await;
    assert_eq!((row.state, row.attempts), (TaskState::Failure, 1));
    assert_eq!(row.retried_by.unwrap().to_string(), retried);
    assert_eq!(app.audit_of("TASK_RETRIED").await.len(), 1);
}

#[tokio::test]
async fn what_has_not_failed_is_not_tried_again() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let (_, admin) = app.admin().await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;

    let waiting = retry(&app, &admin, &task).await;
    waiting.expect_error_with(409, "task_not_failed", &["status"]);
    app.deliver().await;
    let done = retry(&app, &admin, &task).await;
    done.expect_error_with(409, "task_not_failed", &["status"]);
    assert_eq!(done.text("status"), "SUCCESS");
    let unknown = retry(&app, &admin, "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11").await;
    unknown.expect_error(404, "not_found");
}

#[tokio::test]
async fn what_was_redriven_meanwhile_is_not_tried_again() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    let (_, admin) = app.admin().await;
    let task = failed(&app, &ann).await;
    let other = app.another_process();
    let meanwhile = async {
        let tasks = Tasks(other.store());
        assert!(tasks.redrive(id(&task)).await.unwrap());
        let claim = tasks.claim(id(&task), app.now(), LEASE).await;
        assert!(matches!(claim.unwrap(), Claim::Claimed(_)));
    };
    let call = post(&format!("/api/v1/admin/tasks/{task}/retry"), &admin);

    let answer = app
        .call_held_at("TransactWriteItems", call, meanwhile)
        .await;

    answer.expect_error_with(409, "task_not_failed", &["status"]);
    assert_eq!(answer.text("status"), "STARTED");
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_whose_input_is_forgotten_is_not_tried_again() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.ses().fail_next(1, &Fault::reject());
    let _ = app.request_otp("admin@kinwise.example").await.expect(200);
    app.deliver().await;
    let all = app.tasks().await;
    let given_up = all.iter().find(|task| task["state"] == "FAILURE").unwrap();

    let answer = retry(&app, &admin, given_up["id"].as_str().unwrap()).await;

    answer.expect_error(409, "task_input_forgotten");
}

#[tokio::test]
async fn operators_see_everybodys_tasks_with_addresses_masked() {
    let app = TestApp::start().await;
    let (person, ann) = ann(&app).await;
    let (_, admin) = app.admin().await;
    let task = failed(&app, &ann).await;
    let owner = format!("?owner={}", person.id);

    for (query, expected) in [
        ("?status=FAILURE", 1),
        ("?status=FAILURE&type=add&queue=work", 1),
        ("?status=FAILURE&queue=mail-bulk", 0),
        ("?status=SUCCESS&type=send_one_time_code", 2),
        ("?status=OPEN", 0),
        ("?text=WAS%20AWAY", 1),
        ("?text=elsewhere", 0),
        ("?day=2026-02-28", 0),
        ("?created_after=2026-03-01T12:00:01Z", 0),
        (&owner, 1),
        ("", 3),
    ] {
        assert_eq!(listed(&app, &admin, query).await.len(), expected, "{query}");
    }
    let entry = &listed(&app, &admin, "?status=FAILURE").await[0];
    assert_eq!(entry["task_id"], json!(task));
    assert_eq!(entry["error"], "the table of a***@example.com was away");
    assert_eq!(
        (&entry["redrivable"], &entry["queue"]),
        (&json!(true), &json!("work"))
    );

    let call = Call::get(&format!("/api/v1/admin/tasks/{task}")).with_token(&admin.access);
    let shown = app.call(call).await.expect(200).json;
    assert_eq!(shown["parameters"], json!({"x": 20, "y": 3}));
    assert_eq!(shown["timeline"].as_array().unwrap().len(), 3);
    let call = Call::get("/api/v1/admin/tasks/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11");
    let unknown = app.call(call.with_token(&admin.access)).await;
    unknown.expect_error(404, "not_found");
    for (query, field) in [
        ("?status=GONE", "status"),
        ("?day=20260301", "day"),
        ("?owner=ann", "owner"),
        ("?created_before=now", "created_before"),
    ] {
        let call = Call::get(&format!("/api/v1/admin/tasks{query}")).with_token(&admin.access);
        let answer = app.call(call).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty());
    }
}

#[tokio::test]
async fn open_tasks_are_listed_whatever_their_day() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let waiting = json!({"type": "add", "x": 1, "y": 1, "run_at": "2026-04-01T12:00:00Z"});
    let task = app.ask_for(&ann, &waiting).await;
    app.advance(jiff::SignedDuration::from_hours(48));
    let (_, admin) = app.admin().await;

    let open = listed(&app, &admin, "?status=OPEN").await;

    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["task_id"], json!(task));
    assert!(
        listed(&app, &admin, "")
            .await
            .iter()
            .all(|entry| entry["task_id"] != json!(task))
    );
    app.leave_work_undone();
}

#[tokio::test]
async fn an_operator_calls_off_a_task_of_anybodys() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let (admin_person, admin) = app.admin().await;
    let task = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    let path = format!("/api/v1/admin/tasks/{task}/revoke");

    let answer = app.call(post(&path, &admin)).await.expect(200);

    assert_eq!(answer.text("status"), "REVOKED");
    let audit = app.audit_of("TASK_REVOKED").await;
    assert_eq!(audit[0]["actor"], json!(admin_person.id));
    assert_eq!(audit[0]["object"], json!(format!("task/{task}")));
    app.call(post(&path, &admin))
        .await
        .expect_error_with(409, "task_finished", &["status"]);
    let path = "/api/v1/admin/tasks/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/revoke";
    app.call(post(path, &admin))
        .await
        .expect_error(404, "not_found");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_090_nobody_else_sees_or_moves_tasks() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let task = failed(&app, &ann).await;
    for (method, path) in [
        ("GET", "/api/v1/admin/tasks".to_owned()),
        ("GET", format!("/api/v1/admin/tasks/{task}")),
        ("POST", format!("/api/v1/admin/tasks/{task}/retry")),
        ("POST", format!("/api/v1/admin/tasks/{task}/revoke")),
    ] {
        let anonymous = app.call(Call::new(method, &path)).await;
        anonymous.expect_error(401, "not_authenticated");
        let user = app
            .call(Call::new(method, &path).with_token(&ann.access))
            .await;
        user.expect_error(403, "forbidden");
    }
    assert!(app.task(id(&task)).await.retried_by.is_none());
}
