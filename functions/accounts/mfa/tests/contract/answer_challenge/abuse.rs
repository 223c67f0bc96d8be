//! Log-ins under attack.

use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::expect_over;
use crate::support::{count, expect_used, expect_wrong, sessions, totp};

#[tokio::test]
async fn abuse_009_every_door_asks_for_the_factor() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let by_code = app.verify_otp("ann@example.com", &code).await.expect(200);
    let by_password = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);

    for answer in [by_code, by_password] {
        let challenge = answer.text("challenge").to_owned();
        assert_eq!(
            answer.json,
            json!({
                "mfa_required": true, "challenge": challenge, "expires_in": 300,
                "methods": ["totp", "recovery_code"],
            })
        );
        assert!(answer.header("set-cookie").is_empty());
        let code = app.next_factor_code(&factor);
        let _ = app.answer_challenge(&challenge, &code).await.expect(200);
    }
    assert_eq!(sessions(&app).await, 3);
    let challenges: Vec<_> = app.identity().await;
    let all = json!(challenges).to_string();
    assert!(!all.contains(&app.challenge_of(&person).await));
}

#[tokio::test]
async fn abuse_028_a_new_password_does_not_spare_the_factor() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let before = app.challenge_of(&person).await;
    let forgot = Call::post(
        "/api/v1/auth/password/forgot",
        &json!({"email": "ann@example.com"}),
    );
    let _ = app.call(forgot).await.expect(200);
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;
    let password = "another horse battery";
    let reset = Call::post(
        "/api/v1/auth/password/reset",
        &json!({"token": token, "password": password, "password_confirm": password}),
    );
    let _ = app.call(reset).await.expect(200);
    app.deliver().await;

    let _ = app.me(&session.access).await.expect(401);
    let code = app.next_factor_code(&factor);
    expect_over(&app.answer_challenge(&before, &code).await);
    let answer = app.obtain_token("ann@example.com", password).await;
    let answer = answer.expect(200);
    assert_eq!(answer.json["mfa_required"], true);
    assert!(answer.json["access"].is_null());
    let challenge = answer.text("challenge");
    let _ = app.answer_challenge(challenge, &code).await.expect(200);
}

#[tokio::test]
async fn abuse_010_five_minutes_later_the_challenge_has_expired() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let five_minutes = SignedDuration::from_mins(5);
    for (wait, status) in [
        (five_minutes - SignedDuration::from_millis(1), 200),
        (five_minutes, 400),
    ] {
        let challenge = app.challenge_of(&person).await;
        app.advance(wait);
        let code = factor.code(app.now());
        let answer = app.answer_challenge(&challenge, &code).await;
        if status == 400 {
            answer.expect_error(400, "challenge_expired");
        }
        let _ = answer.expect(status);
    }
    assert_eq!(sessions(&app).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_010_of_many_answers_to_one_challenge_at_once_one_logs_in() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let proof = json!({ "code": code });
    let calls = (0..20).map(|_| TestApp::answer_challenge_call(&challenge, &proof));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 1);
    assert_eq!(count(&answers, 400) + count(&answers, 429), 19);
    assert_eq!(sessions(&app).await, 2);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_011_a_code_is_good_once() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let [first, second, third] = [
        app.challenge_of(&person).await,
        app.challenge_of(&person).await,
        app.challenge_of(&person).await,
    ];
    let earlier = app.next_factor_code(&factor);
    let code = app.next_factor_code(&factor);
    let _ = app.answer_challenge(&first, &code).await.expect(200);

    expect_used(&app.answer_challenge(&second, &code).await);
    // Within the clock's tolerance, but before the one that was used.
    expect_wrong(&app.answer_challenge(&second, &earlier).await);

    let code = app.next_factor_code(&factor);
    let _ = app.answer_challenge(&third, &code).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_011_a_code_logs_in_once_whatever_the_challenge() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let mut challenges = Vec::new();
    for _ in 0..5 {
        challenges.push(app.challenge_of(&person).await);
    }
    let code = app.next_factor_code(&factor);
    let proof = json!({ "code": code });
    let calls = challenges
        .iter()
        .map(|challenge| TestApp::answer_challenge_call(challenge, &proof));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 1);
    assert_eq!(sessions(&app).await, 2);
    let seconds = u64::try_from(app.now().as_second()).unwrap();
    assert_eq!(
        totp(&app, &person).await["last_step"],
        (seconds / 30).to_string()
    );
    app.deliver().await;
}

#[tokio::test]
async fn abuse_041_the_challenge_alone_says_who_logs_in() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let (eve, factor, _) = app.member_with_factor("eve@example.com").await;
    let challenge = app.challenge_of(&eve).await;
    let code = app.next_factor_code(&factor);
    let proof = json!({
        "code": code, "user_id": victim.id, "email": "victim@example.com", "role": "admin",
    });

    let call = TestApp::answer_challenge_call(&challenge, &proof);
    let answer = app.call(call).await.expect(200);

    assert_eq!(answer.json["user"]["id"], eve.id.to_string());
    assert_eq!(answer.json["user"]["role"], "user");
}

#[tokio::test]
async fn abuse_041_the_factor_must_be_that_of_the_challenge() {
    let app = TestApp::start().await;
    let (victim, _, _) = app.member_with_factor("victim@example.com").await;
    let (_, evil, _) = app.member_with_factor("eve@example.com").await;
    let challenge = app.challenge_of(&victim).await;

    let code = app.next_factor_code(&evil);
    expect_wrong(&app.answer_challenge(&challenge, &code).await);
    let proof = json!({"recovery_code": evil.recovery_codes[0]});
    let call = TestApp::answer_challenge_call(&challenge, &proof);
    expect_wrong(&app.call(call).await);
}
