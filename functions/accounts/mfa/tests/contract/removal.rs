//! A second factor that an administrator takes away.

use accounts::actions;
use accounts::factor::Factors;
use accounts::jobs::{SecurityEvent, SendSecurityNotice};
use accounts_testing::{Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{count, recovery_codes, sessions, totp, user};

/// The write that a removal ends with.
const WRITE: &str = "TransactWriteItems";

async fn remove(app: &TestApp, person: &Person) -> bool {
    let app = app.app();
    let notice = app.task(&SendSecurityNotice {
        user_id: person.id,
        event: SecurityEvent::FactorRemoved,
        at: app.now(),
    });
    let audit = app.audit(actions::FACTOR_REMOVED).on(person.id);
    let factors = Factors(app.store());
    factors.remove(person.id, &notice, &audit).await.unwrap()
}

#[tokio::test]
async fn abuse_043_with_the_factor_go_all_that_it_let_in() {
    let app = TestApp::start().await;
    let (person, factor, first) = app.member_with_factor("ann@example.com").await;
    let second = app.log_in_with_factor(&person, &factor).await;
    let challenge = app.challenge_of(&person).await;

    assert!(remove(&app, &person).await);

    for session in [&first, &second] {
        let _ = app.me(&session.access).await.expect(401);
        let _ = app.refresh(&session.refresh).await.expect(401);
    }
    let code = app.next_factor_code(&factor);
    let answer = app.answer_challenge(&challenge, &code).await;
    answer.expect_error(400, "invalid_challenge");
    assert!(totp(&app, &person).await.is_null());
    assert!(recovery_codes(&app, &person).await.is_null());
    assert!(user(&app, &person).await["factor_since"].is_null());
    let login = app.log_in_by_password(&person).await;
    let _ = app.me(&login.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn where_there_is_none_nothing_ends() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;

    assert!(!remove(&app, &person).await);

    let _ = app.me(&session.access).await.expect(200);
    assert!(app.audit_of("FACTOR_REMOVED").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_043_no_log_in_at_the_same_moment_outlives_it() {
    for _ in 0..3 {
        let app = TestApp::start().await;
        let (person, factor, _) = app.member_with_factor("ann@example.com").await;
        let mut challenges = Vec::new();
        for _ in 0..3 {
            challenges.push(app.challenge_of(&person).await);
        }
        app.next_factor_code(&factor);
        let calls = challenges.iter().zip(&factor.recovery_codes);
        let calls = calls.map(|(challenge, code)| {
            TestApp::answer_challenge_call(challenge, &json!({ "recovery_code": code }))
        });

        let (answers, removed) = tokio::join!(app.call_all(calls), remove(&app, &person));

        assert!(removed);
        assert_eq!(count(&answers, 200) + count(&answers, 400), 3);
        assert_eq!(sessions(&app).await, 1 + count(&answers, 200));
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let _ = app.me(answer.text("access")).await.expect(401);
        }
        app.deliver().await;
    }
}

/// Whatever ended the sessions meanwhile, or began one, did so by a clock that is ahead.
#[tokio::test]
async fn what_happens_to_an_account_while_its_factor_is_removed_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    for (number, attribute) in ["sessions_valid_from", "last_proof_at"].iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let (person, _, _) = app.member_with_factor(&email).await;
        let later = app.now() + SignedDuration::from_mins(1);

        let change = app.mark(&person, attribute, later);
        let removal = Box::pin(remove(&app, &person));
        let removed = app.held_at(WRITE, removal, change).await;

        assert!(removed);
        let from = user(&app, &person).await["sessions_valid_from"].clone();
        let from: i64 = from.as_str().unwrap().parse().unwrap();
        assert!(from > later.as_millisecond(), "{attribute}");
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_factor_that_goes_meanwhile_is_not_removed_again() {
    let app = TestApp::start_watched().await;
    let (person, _, session) = app.member_with_factor("ann@example.com").await;

    let go = app.edit_user(person.id, "factor_since", Value::Null);
    let removal = Box::pin(remove(&app, &person));
    let removed = app.held_at(WRITE, removal, go).await;

    assert!(!removed);
    assert!(app.audit_of("FACTOR_REMOVED").await.is_empty());
    let _ = app.me(&session.access).await.expect(200);
}
