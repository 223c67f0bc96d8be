use operations_testing::{Call, LoggedIn, TestApp};
use serde_json::{Value, json};

use crate::support::ann;

async fn listed(app: &TestApp, who: &LoggedIn, query: &str) -> Vec<String> {
    let call = Call::get(&format!("/api/v1/tasks{query}")).with_token(&who.access);
    let list = app.call(call).await.expect(200).json;
    let results = list["results"].as_array().unwrap();
    let ids = results.iter().map(|task| task["task_id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_task_that_is_not_ones_own_is_not_there() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let bob = app.log_in(&app.member("bob@example.com").await).await;
    let id = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    let own_mail = app.tasks().await;
    let mail = own_mail
        .iter()
        .find(|task| task["kind"] == "send_one_time_code")
        .unwrap();

    for id in [
        &id,
        mail["id"].as_str().unwrap(),
        "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11",
        "x",
    ] {
        app.ask_about(&bob, id).await.expect_error(404, "not_found");
        let call = Call::new("POST", &format!("/api/v1/tasks/{id}/revoke"));
        let answer = app.call(call.with_token(&bob.access)).await;
        answer.expect_error(404, "not_found");
    }
    assert!(listed(&app, &bob, "").await.is_empty());
    app.deliver().await;
    assert_eq!(app.ask_about(&ann, &id).await.text("status"), "SUCCESS");
}

#[tokio::test]
async fn own_tasks_are_listed_the_newest_first_and_narrowed() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let one = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.deliver().await;
    app.advance(jiff::SignedDuration::from_secs(10));
    let two = app
        .ask_for(&ann, &json!({"type": "process_data", "data": ""}))
        .await;
    app.advance(jiff::SignedDuration::from_secs(10));
    let three = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 2}))
        .await;

    for (query, expected) in [
        ("", vec![&three, &two, &one]),
        ("?type=add", vec![&three, &one]),
        ("?status=SUCCESS", vec![&one]),
        ("?status=OPEN", vec![&three, &two]),
        ("?status=PENDING&type=add", vec![&three]),
        ("?status=REVOKED", vec![]),
        ("?created_after=2026-03-01T12:00:10Z", vec![&three, &two]),
        ("?created_before=2026-03-01T12:00:10Z", vec![&one]),
        ("?page_size=1&page=2", vec![&two]),
    ] {
        assert_eq!(
            listed(&app, &ann, query).await.iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
    for (query, field) in [
        ("?status=DONE", "status"),
        ("?created_after=yesterday", "created_after"),
        ("?created_before=1", "created_before"),
        ("?kind=add", "kind"),
    ] {
        let call = Call::get(&format!("/api/v1/tasks{query}")).with_token(&ann.access);
        let answer = app.call(call).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty());
    }
    app.deliver().await;
}

#[tokio::test]
async fn tasks_are_in_the_copy_of_an_account_and_end_with_it() {
    let app = TestApp::start().await;
    let (person, ann) = ann(&app).await;
    let done = app
        .ask_for(&ann, &json!({"type": "process_data", "data": "my words"}))
        .await;
    app.deliver().await;
    let waiting = json!({"type": "add", "x": 1, "y": 1, "run_at": "2026-03-01T12:05:00Z"});
    let _ = app.ask_for(&ann, &waiting).await;
    let belongings: &dyn work::Belongings = &tasks::TaskBelongings;

    let copy = belongings.copy(app.app(), person.id).await.unwrap();
    let copied = copy["tasks"].as_array().unwrap();
    assert_eq!(copied.len(), 2);
    let copied = copied.iter().find(|task| task["task_id"] == json!(done));
    assert_eq!(copied.unwrap()["parameters"], json!({"data": "my words"}));

    let ended = belongings.end(app.app(), person.id).await.unwrap();
    assert_eq!(ended, work::Ended::All(2));
    assert!(listed(&app, &ann, "").await.is_empty());
    let left = app.tasks().await;
    assert!(
        left.iter().all(|task| task["owner"] == Value::Null),
        "{left:?}"
    );
    let again = belongings.end(app.app(), person.id).await.unwrap();
    assert_eq!(again, work::Ended::All(0));
    // The message of a task that is gone has no effect.
    app.advance(jiff::SignedDuration::from_mins(6));
    app.bring_back().await;
    app.deliver().await;
    app.leave_work_undone();
}
