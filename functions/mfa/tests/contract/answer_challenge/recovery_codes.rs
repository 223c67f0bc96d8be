//! Recovery codes at the door.

use serde_json::{Value, json};
use test_support::TestApp;

use crate::support::{count, expect_wrong, recovery_codes, sessions};

fn proof(code: &str) -> Value {
    json!({ "recovery_code": code })
}

#[tokio::test]
async fn each_of_them_logs_in_once() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;

    for code in &factor.recovery_codes {
        let challenge = app.challenge_of(&person).await;
        let call = TestApp::answer_challenge_call(&challenge, &proof(code));
        let _ = app.call(call).await.expect(200);
        let challenge = app.challenge_of(&person).await;
        let again = TestApp::answer_challenge_call(&challenge, &proof(code));
        expect_wrong(&app.call(again).await);
    }

    assert_eq!(sessions(&app).await, 11);
    assert!(recovery_codes(&app, &person).await["hashes"].is_null());
    let code = app.next_factor_code(&factor);
    let challenge = app.challenge_of(&person).await;
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn they_are_read_as_people_type_them() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let typed: [fn(&str) -> String; 3] = [
        |code| code.to_lowercase(),
        |code| format!("  {} ", code.replace('-', "")),
        |code| code.replace('-', " ").replace('0', "O").replace('1', "l"),
    ];

    for (typed, code) in typed.iter().zip(&factor.recovery_codes) {
        let challenge = app.challenge_of(&person).await;
        let call = TestApp::answer_challenge_call(&challenge, &proof(&typed(code)));
        let _ = app.call(call).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_014_of_many_log_ins_with_one_recovery_code_at_once_one_wins() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let mut challenges = Vec::new();
    for _ in 0..5 {
        challenges.push(app.challenge_of(&person).await);
    }
    let proof = proof(&factor.recovery_codes[0]);
    let calls = challenges
        .iter()
        .map(|challenge| TestApp::answer_challenge_call(challenge, &proof));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 1);
    assert_eq!(count(&answers, 400), 4);
    assert_eq!(sessions(&app).await, 2);
    let left = recovery_codes(&app, &person).await;
    assert_eq!(left["hashes"].as_array().map(Vec::len), Some(9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_014_two_recovery_codes_at_once_both_log_in() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let mut calls = Vec::new();
    for code in &factor.recovery_codes[..2] {
        let challenge = app.challenge_of(&person).await;
        calls.push(TestApp::answer_challenge_call(&challenge, &proof(code)));
    }

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 2);
    let left = recovery_codes(&app, &person).await;
    assert_eq!(left["hashes"].as_array().map(Vec::len), Some(8));
}
