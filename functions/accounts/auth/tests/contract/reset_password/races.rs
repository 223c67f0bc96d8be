//! One link in several hands, and log-ins while a password is reset.

use accounts_testing::TestApp;
use jiff::SignedDuration;
use serde_json::json;

use super::super::request_password_reset::reset_token;
use super::{NEW, reset_call};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_027_of_many_uses_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;

    let answers = app.call_all((0..10).map(|_| reset_call(&token))).await;

    let successes = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(successes.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.expect_error(400, "invalid_token");
    }
    assert_eq!(app.audit_of("PASSWORD_RESET").await.len(), 1);
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_with_the_old_password_does_not_outlive_the_reset() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let calls = (0..9).map(|position| match position {
        4 => reset_call(&token),
        _ => TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD),
    });

    let answers = app.call_all(calls).await;

    let _ = answers[4].clone().expect(200);
    for answer in answers
        .iter()
        .filter(|answer| answer.json["access"] != serde_json::Value::Null)
    {
        let _ = app.me(answer.text("access")).await.expect(401);
        let _ = app.refresh(answer.text("refresh")).await.expect(401);
    }
    let _ = app.obtain_token("ann@example.com", NEW).await;
    app.deliver().await;
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_reset_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let later = (app.now().as_millisecond() + 86_400_000).to_string();
    for (number, (attribute, value)) in [
        ("password_reset", json!({"S": "of a newer link"})),
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({ "N": later })),
    ]
    .into_iter()
    .enumerate()
    {
        let person = app.member(&format!("ann{number}@example.com")).await;
        let token = reset_token(&app, &person.email).await;
        let before = app.stored(&person).await["password"].clone();

        let change = app.edit_user(person.id, attribute, value);
        let answer = app
            .call_held_at("TransactWriteItems", reset_call(&token), change)
            .await;

        answer.expect_error(400, "invalid_token");
        assert_eq!(app.stored(&person).await["password"], before);
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_log_in_during_a_reset_does_not_outlive_it() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let process = app.another_process();

    let log_in = async {
        app.advance(SignedDuration::from_secs(2));
        let call = TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD);
        let _ = app.call_another(&process, call).await.expect(200);
    };
    let answer = app
        .call_held_at("TransactWriteItems", reset_call(&token), log_in)
        .await;

    let _ = answer.expect(200);
    let user = app.stored(&person).await;
    let [proof, valid] = ["last_proof_at", "sessions_valid_from"]
        .map(|name| user[name].as_str().unwrap().parse::<i64>().unwrap());
    assert!(proof < valid, "{user}");
    app.deliver().await;
}
