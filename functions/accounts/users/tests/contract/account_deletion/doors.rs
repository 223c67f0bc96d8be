//! Who comes to the door of an account that is to be deleted.

use accounts_testing::{Answer, Call, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{account, cancel_call, delete_by_password, logged_in};

const DELAY: SignedDuration = SignedDuration::from_hours(14 * 24);
const SUBJECT: &str = "Your KinWise account will be deleted";

/// An account that is to be deleted, and the token of the mail that says so.
async fn leaving(app: &TestApp, email: &str) -> (Person, String) {
    let (person, tokens) = logged_in(app, email).await;
    let _ = delete_by_password(app, &tokens).await.expect(202);
    app.deliver().await;
    let mailed = app.token_of(email).await;
    (person, mailed)
}

async fn forget_password(app: &TestApp, email: &str) {
    let body = json!({ "email": email });
    let call = Call::post("/api/v1/auth/password/forgot", &body);
    let _ = app.call(call).await.expect(200);
}

/// The token of an answer that says until when the account can be kept.
#[track_caller]
fn offered(answer: &Answer) -> String {
    answer.expect_error_with(403, "deletion_pending", &["deletion"]);
    let deletion = &answer.json["deletion"];
    assert_eq!(deletion["due_at"], "2026-03-15T12:00:00Z");
    assert_eq!(answer.header("cache-control"), "no-store");
    for token in ["access", "refresh", "user", "challenge"] {
        assert_eq!(answer.json[token], Value::Null);
    }
    deletion["cancel_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_right_password_is_told_the_day_and_gets_what_keeps_the_account() {
    let app = TestApp::start().await;
    let (person, mailed) = leaving(&app, "ann@example.com").await;
    let mails = app.mails().await.len();
    let logins = app.audit_of("LOGIN").await.len();

    let refused = app.obtain_token(&person.email, TestApp::PASSWORD).await;

    let token = offered(&refused);
    assert_eq!(
        refused.text("error"),
        "This account will be deleted. Until then you can keep it."
    );
    assert_eq!(app.audit_of("CANCELLATION_OFFERED").await.len(), 1);
    assert_eq!(app.audit_of("LOGIN").await.len(), logins);
    let tables = [app.identity().await, app.tasks().await, app.audit().await];
    assert!(!json!(tables).to_string().contains(&token));
    // It is no session, and the newest alone is good.
    app.me(&token).await.expect_error(401, "not_authenticated");
    let newer = offered(&app.obtain_token(&person.email, TestApp::PASSWORD).await);
    for old in [&mailed, &token] {
        app.call(cancel_call(old))
            .await
            .expect_error(400, "invalid_token");
    }
    let _ = app.call(cancel_call(&newer)).await.expect(200);
    let _ = app.log_in_by_password(&person).await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), mails);
}

#[tokio::test]
async fn abuse_006_a_wrong_proof_is_told_what_it_is_told_of_nobody() {
    let app = TestApp::start().await;
    let (person, mailed) = leaving(&app, "ann@example.com").await;
    let _ = app.request_otp(&person.email).await.expect(200);

    for email in [person.email.as_str(), "nobody@example.com"] {
        let answer = app.obtain_token(email, "wrong horse battery").await;
        answer.expect_error(401, "invalid_credentials");
        assert_eq!(answer.json.as_object().unwrap().len(), 3);
        let answer = app.verify_otp(email, "000000").await;
        answer.expect_error(400, "invalid_otp");
    }

    assert!(app.audit_of("CANCELLATION_OFFERED").await.is_empty());
    let _ = app.call(cancel_call(&mailed)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_009_with_a_second_factor_both_proofs_are_asked_for() {
    let app = TestApp::start().await;
    let (person, factor, tokens) = app.member_with_factor("ann@example.com").await;
    let _ = delete_by_password(&app, &tokens).await.expect(202);
    app.deliver().await;

    let challenge = app.challenge_of(&person).await;
    assert!(app.audit_of("CANCELLATION_OFFERED").await.is_empty());
    let wrong = factor.wrong_code(app.now());
    let answer = app.answer_challenge(&challenge, &wrong).await;
    answer.expect_error(400, "invalid_code");
    assert_eq!(answer.json["deletion"], Value::Null);
    let used = factor.code(app.now());
    let answer = app.answer_challenge(&challenge, &used).await;
    answer.expect_error(400, "code_used");

    let code = app.next_factor_code(&factor);
    let token = offered(&app.answer_challenge(&challenge, &code).await);

    // Both are spent by it.
    let answer = app.answer_challenge(&challenge, &code).await;
    answer.expect_error(400, "invalid_challenge");
    let again = app.challenge_of(&person).await;
    let answer = app.answer_challenge(&again, &code).await;
    answer.expect_error(400, "code_used");
    let proof = json!({"recovery_code": factor.recovery_codes[0]});
    let call = TestApp::answer_challenge_call(&again, &proof);
    let newer = offered(&app.call(call).await);
    app.call(cancel_call(&token))
        .await
        .expect_error(400, "invalid_token");
    let _ = app.call(cancel_call(&newer)).await.expect(200);
    let _ = app.log_in_with_factor(&person, &factor).await;
    app.deliver().await;
}

/// A code is mailed, and the account given up before it is used.
#[tokio::test]
async fn a_right_code_gets_what_keeps_the_account_once() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code(&person.email).await;
    app.mark(&person, "deletion_due_at", app.now() + DELAY)
        .await;

    let token = offered(&app.verify_otp(&person.email, &code).await);

    let answer = app.verify_otp(&person.email, &code).await;
    answer.expect_error(400, "invalid_otp");
    let _ = app.call(cancel_call(&token)).await.expect(200);
}

#[tokio::test]
async fn a_code_or_a_reset_that_is_asked_for_mails_the_link_that_keeps_it() {
    let app = TestApp::start().await;
    for (email, asks_for_code) in [("ann@example.com", true), ("bob@example.com", false)] {
        let (person, first) = leaving(&app, email).await;
        let before = app.mails_to(email).await.len();
        app.advance(SignedDuration::from_hours(24));

        if asks_for_code {
            let asked = app.request_otp(email).await.expect(200);
            let of_nobody = app.request_otp("nobody@example.com").await.expect(200);
            assert_eq!(asked.json, of_nobody.json);
        } else {
            forget_password(&app, email).await;
        }
        app.deliver().await;

        let mails = app.mails_to(email).await.split_off(before);
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].subject, SUBJECT);
        app.call(cancel_call(&first))
            .await
            .expect_error(400, "invalid_token");
        let token = mails[0].token().unwrap();
        let _ = app.call(cancel_call(&token)).await.expect(200);
        let _ = app.log_in_by_password(&person).await;
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_locked_account_is_answered_like_a_wrong_password_and_mailed_nothing() {
    let app = TestApp::start().await;
    let (person, _) = leaving(&app, "ann@example.com").await;
    app.disable(&person).await;
    let mails = app.mails().await.len();

    let refused = app.obtain_token(&person.email, TestApp::PASSWORD).await;

    refused.expect_error(401, "invalid_credentials");
    let _ = app.request_otp(&person.email).await.expect(200);
    forget_password(&app, &person.email).await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), mails);
}

#[tokio::test]
async fn once_its_time_is_over_nothing_keeps_an_account() {
    let app = TestApp::start().await;
    let (person, _) = leaving(&app, "ann@example.com").await;
    let mails = app.mails().await.len();
    app.advance(DELAY);

    for is_begun in [false, true] {
        if is_begun {
            app.purge().await;
            assert_ne!(account(&app, &person).await["deletion_task"], Value::Null);
            // By a clock that is behind the one of the purge.
            let later = app.now() + SignedDuration::from_secs(1);
            app.mark(&person, "deletion_due_at", later).await;
        }
        let refused = app.obtain_token(&person.email, TestApp::PASSWORD).await;
        refused.expect_error(401, "invalid_credentials");
        let _ = app.request_otp(&person.email).await.expect(200);
        forget_password(&app, &person.email).await;
    }

    app.deliver().await;
    assert_eq!(app.mails().await.len(), mails);
    assert!(app.audit_of("CANCELLATION_OFFERED").await.is_empty());
    assert_eq!(account(&app, &person).await, Value::Null);
}

/// The link would go to a mailbox that is the owner's no more, or tell of a deletion that was called off.
#[tokio::test]
async fn what_happens_to_an_account_before_its_notice_is_sent_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("email", json!({"S": "another@example.com"})),
        ("deletion_due_at", Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, tokens) = logged_in(&app, &format!("ann{number}@example.com")).await;
        let _ = delete_by_password(&app, &tokens).await.expect(202);
        let mails = app.mails().await.len();

        let change = app.edit_user(person.id, attribute, value);
        let send = Box::pin(app.deliver());
        app.held_at("TransactWriteItems", send, change).await;

        assert_eq!(app.mails().await.len(), mails);
        let account = account(&app, &person).await;
        assert_eq!(account["deletion_cancel"], Value::Null);
    }
}
