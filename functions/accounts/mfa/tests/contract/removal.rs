//! A second factor that an administrator takes away.

use accounts::actions;
use accounts::factor::Factors;
use accounts::jobs::{SecurityEvent, SendSecurityNotice};
use accounts_testing::{Person, TestApp};
use serde_json::json;

use crate::support::{count, recovery_codes, sessions, totp, user};

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
