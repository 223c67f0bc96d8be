//! Recovery codes at the door.

use accounts_testing::{Call, LoggedIn, TestApp};
use serde_json::{Value, json};

use crate::support::{count, expect_wrong, recovery_codes, sessions, user};

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
    app.deliver().await;
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
    app.deliver().await;
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
    let told = app.mails_to("ann@example.com").await.len();
    app.deliver().await;
    // Of the code that was used, and of the device, which is new.
    assert_eq!(app.mails_to("ann@example.com").await.len(), told + 2);
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
    app.deliver().await;
}

#[tokio::test]
async fn the_owner_hears_of_it_and_can_close_the_account_to_a_thief() {
    let app = TestApp::start().await;
    let (person, factor, own) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let call = TestApp::answer_challenge_call(&challenge, &proof(&factor.recovery_codes[0]))
        .from("203.0.113.66");
    let thief = LoggedIn::of(&app.call(call).await.expect(200));

    app.deliver().await;

    let mail = app.mails_to("ann@example.com").await.pop().unwrap();
    assert_eq!(
        mail.subject,
        "A recovery code of your KinWise account was used"
    );
    assert!(mail.text.contains("203.0.113.66"), "{}", mail.text);
    assert!(mail.text.contains("9 recovery codes are left."));
    for text in [&mail.text, &mail.html] {
        assert!(!text.contains(&factor.recovery_codes[0]));
    }
    let body = json!({ "token": mail.token().unwrap() });
    let deny = Call::post("/api/v1/auth/not-me", &body);
    let _ = app.call(deny).await.expect(200);
    for session in [&thief, &own] {
        let _ = app.me(&session.access).await.expect(401);
    }
    let answer = app.obtain_token(&person.email, TestApp::PASSWORD).await;
    answer.expect_error(401, "invalid_credentials");
    assert!(user(&app, &person).await["factor_since"].is_string());
    app.deliver().await;
    let mail = app.mails_to("ann@example.com").await.pop().unwrap();
    assert_eq!(mail.subject, "Choose a new password for KinWise");
}

#[tokio::test]
async fn a_code_of_the_authenticator_is_no_news() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let told = app.mails_to("ann@example.com").await.len();

    let _ = app.log_in_with_factor(&person, &factor).await;

    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), told);
}

#[tokio::test]
async fn a_new_device_and_a_recovery_code_are_two_things_to_hear_of() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let told = app.mails_to("ann@example.com").await.len();
    let challenge = app.challenge_of(&person).await;
    let call = TestApp::answer_challenge_call(&challenge, &proof(&factor.recovery_codes[0]))
        .with_header("user-agent", "thief/1.0");
    let _ = app.call(call).await.expect(200);

    app.deliver().await;

    let mails = app.mails_to("ann@example.com").await;
    let mut subjects: Vec<_> = mails[told..].iter().map(|mail| &mail.subject[..]).collect();
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [
            "A recovery code of your KinWise account was used",
            "New login to your KinWise account",
        ]
    );
}
