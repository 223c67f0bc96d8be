//! Who has the first factor and guesses the second.

use std::sync::atomic::{AtomicU16, Ordering};

use accounts_testing::{Answer, Call, Factor, Person, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{STEP, count, expect_used, expect_wrong, sessions};

/// Somebody elsewhere, with the password: a challenge.
async fn stolen_challenge(app: &TestApp, person: &Person) -> String {
    let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);
    let answer = app.call(elsewhere(call)).await.expect(200);
    answer.text("challenge").to_owned()
}

async fn guess(app: &TestApp, challenge: &str, factor: &Factor) -> Answer {
    let wrong = json!({"code": factor.wrong_code(app.now())});
    let call = TestApp::answer_challenge_call(challenge, &wrong);
    app.call(elsewhere(call)).await
}

/// From a network that the account has never logged in from; each call from another address of it.
fn elsewhere(call: Call) -> Call {
    static POSITION: AtomicU16 = AtomicU16::new(0);
    let position = POSITION.fetch_add(1, Ordering::Relaxed);
    call.from(&format!("2001:db8:77:{position:x}::1"))
}

#[tokio::test]
async fn abuse_013_a_new_challenge_does_not_begin_the_count_anew() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    for _ in 0..5 {
        let challenge = stolen_challenge(&app, &person).await;
        expect_wrong(&guess(&app, &challenge, &factor).await);
    }

    let challenge = stolen_challenge(&app, &person).await;
    let refused = guess(&app, &challenge, &factor).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    for pause in [1, 2, 4, 8] {
        app.advance(SignedDuration::from_secs(pause));
        let challenge = stolen_challenge(&app, &person).await;
        expect_wrong(&guess(&app, &challenge, &factor).await);
        let refused = guess(&app, &challenge, &factor).await;
        refused.expect_error(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), (pause * 2).to_string());
    }
}

/// Somebody who has seen a code that its owner used.
#[tokio::test]
async fn abuse_013_a_used_code_costs_a_try_like_a_wrong_one() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let used = json!({"code": factor.code(app.now())});
    let challenge = stolen_challenge(&app, &person).await;
    for _ in 0..5 {
        let call = TestApp::answer_challenge_call(&challenge, &used);
        expect_used(&app.call(elsewhere(call)).await);
    }

    let over = guess(&app, &challenge, &factor).await;
    over.expect_error(400, "invalid_challenge");
    let challenge = stolen_challenge(&app, &person).await;
    let refused = guess(&app, &challenge, &factor).await;
    refused.expect_error(429, "rate_limited");
    let failed = app.audit_of("LOGIN_FAILED").await;
    assert_eq!(failed.len(), 5);
}

#[tokio::test]
async fn a_pause_does_not_use_the_challenge_up() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = stolen_challenge(&app, &person).await;
    for _ in 0..4 {
        expect_wrong(&guess(&app, &challenge, &factor).await);
    }
    let other = stolen_challenge(&app, &person).await;
    expect_wrong(&guess(&app, &other, &factor).await);
    for _ in 0..10 {
        guess(&app, &challenge, &factor)
            .await
            .expect_error(429, "rate_limited");
    }
    app.advance(SignedDuration::from_secs(1));

    let code = json!({"code": app.next_factor_code(&factor)});
    let call = TestApp::answer_challenge_call(&challenge, &code);
    let _ = app.call(elsewhere(call)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_right_answer_forgives_the_wrong_ones() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    for _ in 0..2 {
        let challenge = app.challenge_of(&person).await;
        let wrong = factor.wrong_code(app.now());
        for _ in 0..4 {
            expect_wrong(&app.answer_challenge(&challenge, &wrong).await);
        }
        let code = app.next_factor_code(&factor);
        let _ = app.answer_challenge(&challenge, &code).await.expect(200);
    }
}

#[tokio::test]
async fn abuse_037_the_owner_gets_in_at_once_from_a_known_device_and_soon_from_another() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    // Until the pauses are as long as they get.
    for _ in 0..15 {
        let challenge = stolen_challenge(&app, &person).await;
        expect_wrong(&guess(&app, &challenge, &factor).await);
        if let Some(wait) = next_wait(&app, &challenge, &factor).await {
            app.advance(wait);
        }
    }
    let challenge = stolen_challenge(&app, &person).await;
    expect_wrong(&guess(&app, &challenge, &factor).await);
    let wait = next_wait(&app, &challenge, &factor).await;
    assert_eq!(wait, Some(SignedDuration::from_mins(15)));

    let _ = app.log_in_with_factor(&person, &factor).await;

    app.advance(SignedDuration::from_mins(15));
    let code = app.next_factor_code(&factor);
    let challenge = stolen_challenge(&app, &person).await;
    let call = TestApp::answer_challenge_call(&challenge, &json!({ "code": code }));
    let _ = app.call(elsewhere(call)).await.expect(200);
    app.deliver().await;
}

async fn next_wait(app: &TestApp, challenge: &str, factor: &Factor) -> Option<SignedDuration> {
    let answer = guess(app, challenge, factor).await;
    match answer.status {
        429 => answer.header("retry-after").parse().ok(),
        _ => None,
    }
    .map(SignedDuration::from_secs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_013_of_two_hundred_guesses_at_once_five_are_evaluated() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let mut challenges = Vec::new();
    for _ in 0..40 {
        challenges.push(stolen_challenge(&app, &person).await);
    }
    let wrong = json!({"code": factor.wrong_code(app.now())});
    let calls = (0..200).map(|position| {
        let challenge = &challenges[position % challenges.len()];
        elsewhere(TestApp::answer_challenge_call(challenge, &wrong))
    });

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 400), 5);
    assert_eq!(count(&answers, 429), 195);
    assert_eq!(app.audit_of("LOGIN_FAILED").await.len(), 5);
    assert_eq!(sessions(&app).await, 1);
    // The owner's network, where the factor was set up: nothing is to be waited for.
    let at_home = "10.0.0.200";
    let password = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);
    let answer = app.call(password.from(at_home)).await.expect(200);
    let proof = json!({"code": factor.code(app.now() + STEP)});
    let call = TestApp::answer_challenge_call(answer.text("challenge"), &proof);
    let _ = app.call(call.from(at_home)).await.expect(200);
}
