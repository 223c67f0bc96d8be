use jiff::SignedDuration;
use operations_testing::{Answer, Call, Fault, TestApp};
use serde_json::{Value, json};
use store::{Begun, Idempotency, Intent};

use crate::support::ann;

fn add(token: &str, key: &str, x: u32) -> Call {
    let body = json!({"type": "add", "x": x, "y": 1});
    let call = Call::post("/api/v1/tasks", &body).with_token(token);
    call.with_header("idempotency-key", key)
}

/// Makes the call, and holds it before its effect.
async fn add_held(app: &TestApp, token: &str, meanwhile: impl Future<Output = ()>) -> Answer {
    let call = add(token, "key-1", 1);
    app.call_held_at("TransactWriteItems", call, meanwhile)
        .await
}

async fn own_tasks(app: &TestApp, token: &str) -> usize {
    let list = app.call(Call::get("/api/v1/tasks").with_token(token)).await;
    list.json["results"].as_array().unwrap().len()
}

fn ids(answers: &[Answer]) -> Vec<&Value> {
    let mut ids: Vec<_> = answers
        .iter()
        .map(|answer| &answer.json["task_id"])
        .collect();
    ids.dedup();
    ids
}

#[tokio::test]
async fn abuse_060_the_same_call_again_gets_the_same_answer() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let first = app.call(add(&ann.access, "key-1", 1)).await.expect(202);
    assert_eq!(first.header("idempotent-replayed"), "");

    let again = app.call(add(&ann.access, "key-1", 1)).await.expect(202);

    assert_eq!(again.json, first.json);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_060_the_same_key_for_something_else_is_refused() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let _ = app.call(add(&ann.access, "key-1", 1)).await.expect(202);

    let other = app.call(add(&ann.access, "key-1", 2)).await;

    other.expect_error(422, "idempotency_key_reused");
    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_060_another_users_key_is_another_key() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let bob = app.log_in(&app.member("bob@example.com").await).await;
    let first = app.call(add(&ann.access, "key-1", 1)).await.expect(202);

    let second = app.call(add(&bob.access, "key-1", 2)).await.expect(202);

    assert_ne!(first.text("task_id"), second.text("task_id"));
    app.deliver().await;
}

#[tokio::test]
async fn abuse_060_a_call_while_the_first_is_under_way_is_refused() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    let other = app.another_process();
    let meanwhile = async {
        let second = app.call_another(&other, add(&ann.access, "key-1", 1)).await;
        second.expect_error(409, "idempotency_key_in_use");
        let third = app.call_another(&other, add(&ann.access, "key-1", 2)).await;
        third.expect_error(422, "idempotency_key_reused");
    };

    let first = add_held(&app, &ann.access, meanwhile).await;

    let first = first.expect(202);
    let again = app.call(add(&ann.access, "key-1", 1)).await.expect(202);
    assert_eq!(again.text("task_id"), first.text("task_id"));
    app.deliver().await;
}

#[tokio::test]
async fn abuse_060_of_twenty_at_once_one_has_an_effect() {
    let app = TestApp::start().await;
    app.call_from_afar();
    let (_, ann) = ann(&app).await;

    let answers = app
        .call_all((0..20).map(|_| add(&ann.access, "key-1", 1)))
        .await;

    assert!(
        answers
            .iter()
            .all(|answer| [202, 409].contains(&answer.status))
    );
    let accepted: Vec<_> = answers
        .into_iter()
        .filter(|answer| answer.status == 202)
        .collect();
    assert_eq!(ids(&accepted).len(), 1);
    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn a_key_must_be_one() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let long = "k".repeat(256);
    for key in ["", " ", "a b", "ä", &long] {
        let answer = app.call(add(&ann.access, key, 1)).await;
        answer.expect_error(400, "idempotency_key_invalid");
    }
    let twice = add(&ann.access, "one", 1).with_header("idempotency-key", "two");
    let answer = app.call(twice).await;
    answer.expect_error(400, "idempotency_key_invalid");
    assert_eq!(own_tasks(&app, &ann.access).await, 0);
}

#[tokio::test]
async fn a_refused_call_does_not_use_its_key_up() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    let body = json!({"type": "add", "x": 1});
    let wrong = Call::post("/api/v1/tasks", &body).with_token(&ann.access);
    let wrong = app
        .call(wrong.with_header("idempotency-key", "key-1"))
        .await;
    wrong.expect_error(400, "invalid_fields");
    // One whose effect fails: its transaction is refused by DynamoDB.
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());
    let failed = app.call(add(&ann.access, "key-1", 1)).await;
    failed.expect_error(503, "unavailable");

    let _ = app.call(add(&ann.access, "key-1", 1)).await.expect(202);

    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn a_call_that_died_can_be_made_again() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    // The process dies between the two: neither the effect nor its end is written.
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());
    app.dynamodb().pass_next_of("UpdateItem", 1);
    app.dynamodb().fail_next_of("UpdateItem", 4, &Fault::fail());
    let failed = app.call(add(&ann.access, "key-1", 1)).await;
    failed.expect_error(503, "unavailable");
    let early = app.call(add(&ann.access, "key-1", 1)).await;
    early.expect_error(409, "idempotency_key_in_use");

    app.advance(SignedDuration::from_secs(36));

    let _ = app.call(add(&ann.access, "key-1", 1)).await.expect(202);
    app.deliver().await;
}

#[tokio::test]
async fn a_call_that_is_overtaken_has_no_effect() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    let other = app.another_process();
    let meanwhile = async {
        app.advance(SignedDuration::from_secs(36));
        let second = app.call_another(&other, add(&ann.access, "key-1", 1)).await;
        let _ = second.expect(202);
    };

    let slow = add_held(&app, &ann.access, meanwhile).await;

    slow.expect_error(409, "idempotency_key_in_use");
    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn a_key_stays_with_the_call_that_took_it_over() {
    let app = TestApp::start_watched().await;
    let (person, ann) = ann(&app).await;
    let other = app.another_process();
    let meanwhile = async {
        app.advance(SignedDuration::from_secs(36));
        let intent = Intent {
            caller: person.id,
            operation: "create_task",
            key: "key-1".to_owned(),
            fingerprint: "of the other call".to_owned(),
            request_id: "another".to_owned(),
        };
        let begun = Idempotency(other.store()).begin(&intent, app.now()).await;
        assert!(matches!(begun, Ok(Begun::First)), "{begun:?}");
    };

    let slow = add_held(&app, &ann.access, meanwhile).await;

    slow.expect_error(409, "idempotency_key_in_use");
    assert_eq!(own_tasks(&app, &ann.access).await, 0);
    // Nor has it let go of what is not its own any more.
    let third = app.call(add(&ann.access, "key-1", 1)).await;
    third.expect_error(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_call_whose_effect_was_not_heard_of_is_not_made_again() {
    let app = TestApp::start_watched().await;
    let (_, ann) = ann(&app).await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::LoseAnswer);
    let deaf = app.call(add(&ann.access, "key-1", 1)).await;
    deaf.expect_error(503, "unavailable");

    let again = app.call(add(&ann.access, "key-1", 1)).await.expect(202);

    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(own_tasks(&app, &ann.access).await, 1);
    app.deliver().await;
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day() {
    let app = TestApp::start().await;
    let (person, ann) = ann(&app).await;
    let first = app.call(add(&ann.access, "key-1", 1)).await.expect(202);
    app.deliver().await;
    app.advance(SignedDuration::from_hours(24));
    let ann = app.log_in(&person).await;

    let second = app.call(add(&ann.access, "key-1", 2)).await.expect(202);

    assert_ne!(first.text("task_id"), second.text("task_id"));
    app.deliver().await;
}
