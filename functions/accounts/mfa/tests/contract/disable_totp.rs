use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{count, expect_used, expect_wrong, recovery_codes, totp, user};

#[tokio::test]
async fn a_fresh_code_takes_the_factor_away() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);

    let call = TestApp::disable_totp_call(&session.access, &json!({ "code": code }));
    let _ = app.call(call).await.expect(204);

    assert!(totp(&app, &person).await.is_null());
    assert!(recovery_codes(&app, &person).await.is_null());
    assert!(user(&app, &person).await["factor_since"].is_null());
    assert_eq!(app.audit_of("FACTOR_REMOVED").await.len(), 1);
    let _ = app.me(&session.access).await.expect(200);
    let _ = app.log_in_by_password(&person).await;
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 2);
}

#[tokio::test]
async fn a_recovery_code_takes_the_factor_away() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({"recovery_code": factor.recovery_codes[3].to_lowercase()});

    let call = TestApp::disable_totp_call(&session.access, &proof);
    let _ = app.call(call).await.expect(204);

    assert!(totp(&app, &person).await.is_null());
    let _ = app.log_in_by_password(&person).await;
    app.deliver().await;
}

#[tokio::test]
async fn another_one_can_be_set_up_afterwards() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({"recovery_code": factor.recovery_codes[0]});
    let call = TestApp::disable_totp_call(&session.access, &proof);
    let _ = app.call(call).await.expect(204);

    let other = app.set_up_factor(&session.access).await;

    let challenge = app.challenge_of(&person).await;
    let old = app.next_factor_code(&factor);
    expect_wrong(&app.answer_challenge(&challenge, &old).await);
    let code = app.next_factor_code(&other);
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn a_code_that_was_used_takes_nothing_away() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);

    let call = TestApp::disable_totp_call(&session.access, &json!({ "code": code }));

    expect_used(&app.call(call).await);
    assert!(user(&app, &person).await["factor_since"].is_string());
}

#[tokio::test]
async fn without_a_factor_there_is_nothing_to_take_away() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;

    let call = TestApp::disable_totp_call(&session.access, &json!({"code": "123456"}));

    app.call(call).await.expect_error(409, "no_factor");
}

#[tokio::test]
async fn abuse_041_a_factor_is_taken_from_the_caller() {
    let app = TestApp::start().await;
    let (victim, _, _) = app.member_with_factor("victim@example.com").await;
    let (eve, factor, session) = app.member_with_factor("eve@example.com").await;
    let code = app.next_factor_code(&factor);
    let body = json!({"code": code, "user_id": victim.id, "email": victim.email});

    let call = TestApp::disable_totp_call(&session.access, &body);
    let _ = app.call(call).await.expect(204);

    assert!(user(&app, &victim).await["factor_since"].is_string());
    assert!(user(&app, &eve).await["factor_since"].is_null());
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_removals_at_once_one_is_done() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);
    let calls =
        (0..10).map(|_| TestApp::disable_totp_call(&session.access, &json!({ "code": code })));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 204), 1);
    assert_eq!(app.audit_of("FACTOR_REMOVED").await.len(), 1);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 2);
}

/// Somebody with a stolen access token.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_013_of_a_thousand_guesses_inside_eight_are_evaluated() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    app.advance(SignedDuration::from_secs(30));
    let wrong = factor.wrong_code(app.now());

    let mut evaluated = 0;
    for _ in 0..10 {
        let guesses = (0..100).map(|position| match position % 2 {
            0 => TestApp::disable_totp_call(&session.access, &json!({ "code": wrong })),
            _ => TestApp::renew_recovery_codes_call(&session.access, &wrong),
        });
        let answers = app.call_all(guesses).await;
        evaluated += count(&answers, 400);
        assert_eq!(count(&answers, 400) + count(&answers, 429), 100);
        app.advance(SignedDuration::from_secs(1));
    }

    // Five, and then one each after pauses of 1, 2 and 4 seconds.
    assert_eq!(evaluated, 8);
    // The door has a count of its own: the owner gets in, and ends the stolen session.
    let owner = app.log_in_with_factor(&person, &factor).await;
    let _ = app
        .call(TestApp::log_out_everywhere_call(&owner.access, true))
        .await
        .expect(204);
    let guess = TestApp::disable_totp_call(&session.access, &json!({ "code": wrong }));
    let _ = app.call(guess).await.expect(401);
    app.deliver().await;
}

#[tokio::test]
async fn recovery_codes_are_guessed_no_faster() {
    let app = TestApp::start().await;
    let (_, _, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({"recovery_code": "00000-00000"});
    let guess = TestApp::disable_totp_call(&session.access, &proof);
    for _ in 0..5 {
        expect_wrong(&app.call(guess.clone()).await);
    }

    let refused = app.call(guess).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn a_right_code_forgives_the_wrong_ones() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let wrong = factor.wrong_code(app.now());
    let guess = TestApp::renew_recovery_codes_call(&session.access, &wrong);
    for _ in 0..4 {
        expect_wrong(&app.call(guess.clone()).await);
    }
    let code = app.next_factor_code(&factor);
    let renew = TestApp::renew_recovery_codes_call(&session.access, &code);
    let _ = app.call(renew).await.expect(200);

    for _ in 0..5 {
        expect_wrong(&app.call(guess.clone()).await);
    }
    app.call(guess).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn who_is_not_logged_in_changes_no_factor() {
    let app = TestApp::start().await;
    for path in ["totp/", "totp/confirm/", "totp/disable/", "recovery-codes/"] {
        let path = format!("/api/v1/auth/mfa/{path}");
        let call = Call::post(&path, &json!({"code": "123456"}));
        app.call(call.clone())
            .await
            .expect_error(401, "not_authenticated");
        app.call(call.with_token("not.a.token"))
            .await
            .expect_error(401, "not_authenticated");
    }
}

#[tokio::test]
async fn a_code_that_is_spent_meanwhile_takes_no_factor_away() {
    let app = TestApp::start_watched().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    for (proof, sk, attribute, value) in [
        (
            json!({ "recovery_code": factor.recovery_codes[0] }),
            "RECOVERY_CODES",
            "hashes",
            json!({"SS": ["of another code"]}),
        ),
        (
            json!({ "code": app.next_factor_code(&factor) }),
            "TOTP",
            "last_step",
            json!({"N": "99999999999"}),
        ),
    ] {
        let call = TestApp::disable_totp_call(&session.access, &proof);
        let spend = async { app.aws().edit(&table, &pk, sk, attribute, &value).await };
        let answer = app.call_held_at("TransactWriteItems", call, spend).await;

        expect_wrong(&answer);
        assert_eq!(totp(&app, &person).await["active"], true);
    }
    app.deliver().await;
}
