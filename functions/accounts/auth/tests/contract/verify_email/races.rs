//! Calls that meet, and answers that are lost.

use accounts_testing::{Answer, Fault, Person, TestApp};
use serde_json::{Value, json};

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

/// An account whose address is not verified, locked or not, and the token that was mailed to it.
async fn newcomer(app: &TestApp, number: usize, is_locked: bool) -> (Person, String) {
    let person = app.newcomer(&format!("new{number}@example.com")).await;
    let _ = app.resend(&person.email).await.expect(200);
    app.deliver().await;
    if is_locked {
        app.disable(&person).await;
    }
    let token = app.token_of(&person.email).await;
    (person, token)
}

/// The link's call, held before the write that finds the account as it is, while an attribute of the account changes.
async fn held(
    app: &TestApp,
    (person, token): &(Person, String),
    is_locked: bool,
    (attribute, value): (&str, Value),
) -> Answer {
    // It takes every account for one that is not locked at first.
    let before = usize::from(is_locked);
    let call = TestApp::verify_email_call(token);
    let change = app.edit_user(person.id, attribute, value);
    app.call_held_after(before, "TransactWriteItems", call, change)
        .await
}

#[tokio::test]
async fn a_link_that_is_replaced_or_of_another_address_by_the_time_it_is_used_verifies_nothing() {
    let app = TestApp::start_watched().await;
    for is_locked in [false, true] {
        for (number, change) in [
            ("verification", json!({"S": "of a newer link"})),
            ("email", json!({"S": "another@example.com"})),
        ]
        .into_iter()
        .enumerate()
        {
            let number = number + 2 * usize::from(is_locked);
            let new = newcomer(&app, number, is_locked).await;

            let answer = held(&app, &new, is_locked, change).await;

            answer.expect_error(400, "invalid_token");
            assert_eq!(app.stored(&new.0).await["email_verified"], false);
        }
    }
    app.deliver().await;
}

#[tokio::test]
async fn an_address_that_is_verified_meanwhile_is_not_verified_again() {
    let app = TestApp::start_watched().await;
    for (number, is_locked) in [false, true].into_iter().enumerate() {
        let new = newcomer(&app, number, is_locked).await;

        let verified = ("email_verified", json!({"BOOL": true}));
        let answer = held(&app, &new, is_locked, verified).await.expect(200);

        assert_eq!(answer.text("message"), "Email already verified");
        assert!(app.audit_of("EMAIL_VERIFIED").await.is_empty());
    }
    app.deliver().await;
}

#[tokio::test]
async fn whoever_is_locked_or_unlocked_meanwhile_is_told_what_they_are_by_then() {
    let app = TestApp::start_watched().await;
    for (number, is_locked) in [false, true].into_iter().enumerate() {
        let new = newcomer(&app, number, is_locked).await;

        let lock = if is_locked {
            Value::Null
        } else {
            json!({"BOOL": true})
        };
        let answer = held(&app, &new, is_locked, ("disabled", lock)).await;

        assert_eq!(answer.expect(200).json["user"]["is_active"], is_locked);
    }
    app.deliver().await;
}
