//! Calls that meet, and answers that are lost.

use accounts_testing::{Fault, TestApp};
use serde_json::json;

use super::{by_post, registered, welcomes};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_at_once_one_activates_and_one_welcome_is_sent() {
    let app = TestApp::start().await;
    let token = registered(&app).await;
    let calls = (0..20).map(|position| match position % 2 {
        0 => TestApp::verify_email_call(&token),
        _ => by_post(&json!(token)),
    });

    let answers = app.call_all(calls).await;

    let said = |message| {
        answers
            .iter()
            .filter(|answer| answer.text("message") == message)
            .count()
    };
    assert_eq!(said("Email verified successfully"), 1);
    assert_eq!(said("Email already verified"), 19);
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(
        answers
            .iter()
            .all(|answer| answer.json["user"]["is_active"] == true)
    );
    assert_eq!(welcomes(&app).await, 1);
    assert_eq!(app.audit_of("EMAIL_VERIFIED").await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_table_verifies_once() {
    let app = TestApp::start_watched().await;
    let token = registered(&app).await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let answer = app.verify_email(&token).await.expect(200);

    assert_eq!(answer.text("message"), "Email verified successfully");
    assert_eq!(welcomes(&app).await, 1);
}

#[tokio::test]
async fn a_link_that_is_replaced_while_it_is_used_verifies_nothing() {
    let app = TestApp::start_watched().await;
    let person = app.newcomer("new@example.com").await;
    let _ = app.resend("new@example.com").await.expect(200);
    app.deliver().await;
    let token = app.token_of("new@example.com").await;

    let replace = app.edit_user(person.id, "verification", json!({"S": "of a newer link"}));
    let verify = TestApp::verify_email_call(&token);
    let answer = app
        .call_held_at("TransactWriteItems", verify, replace)
        .await;

    answer.expect_error(400, "invalid_token");
    assert_eq!(app.stored(&person).await["email_verified"], false);
    app.deliver().await;
}
