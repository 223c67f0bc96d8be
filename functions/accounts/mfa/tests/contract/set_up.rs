//! `begin_totp` and `confirm_totp`.

use std::collections::HashSet;

use accounts_testing::{Call, Factor, Fault, TestApp, recovery_codes};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{STEP, count, expect_used, expect_wrong, totp, user};

const BEGIN: &str = "/api/v1/auth/mfa/totp";

#[tokio::test]
async fn an_authenticator_is_given_its_secret_in_three_ways() {
    let app = TestApp::start().await;
    let person = app.member("ann+x@example.com").await;
    let session = app.log_in_by_password(&person).await;

    let begun = app
        .call(TestApp::begin_totp_call(&session.access))
        .await
        .expect(200);

    let secret = begun.text("secret");
    assert_eq!(secret.len(), 32);
    assert_eq!(
        begun.text("uri"),
        format!(
            "otpauth://totp/KinWise:ann%2Bx%40example.com?secret={secret}&issuer=KinWise&algorithm=SHA1&digits=6&period=30"
        )
    );
    let image = begun.text("qr_svg");
    assert!(image.starts_with("<svg") && image.ends_with("</svg>"));
    assert_eq!(begun.json.as_object().unwrap().len(), 3);
    assert_eq!(begun.header("cache-control"), "no-store");
    let kept = totp(&app, &person).await;
    assert_eq!(kept["active"], false);
    assert!(!kept.to_string().contains(secret));
    assert_eq!(app.audit_of("FACTOR_BEGUN").await.len(), 1);
}

#[tokio::test]
async fn the_first_right_code_sets_the_factor_up() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begun = app
        .call(TestApp::begin_totp_call(&session.access))
        .await
        .expect(200);
    let code = Factor::of(begun.text("secret")).code(app.now());

    let confirmed = app
        .call(TestApp::confirm_totp_call(&session.access, &code))
        .await
        .expect(200);

    let codes = recovery_codes(&confirmed);
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 10);
    assert!(codes.iter().all(|code| code.len() == 11));
    assert_eq!(confirmed.header("cache-control"), "no-store");
    let kept = totp(&app, &person).await;
    assert_eq!(kept["active"], true);
    assert_eq!(kept["ttl"], json!(null), "it must not be forgotten");
    let now = app.now().as_millisecond().to_string();
    assert_eq!(user(&app, &person).await["factor_since"], now);
    let added = app.audit_of("FACTOR_ADDED").await;
    assert_eq!(added.len(), 1);
    assert_eq!(added[0]["object"], format!("user/{}", person.id));
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
    let tables = [app.identity().await, app.tasks().await, app.audit().await];
    let all = json!(tables).to_string();
    for code in &codes {
        assert!(!all.contains(code) && !all.contains(&code.replace('-', "")));
    }
    assert!(!all.contains(begun.text("secret")));
    assert!(user(&app, &person).await["factor_since"].is_string());
}

#[tokio::test]
async fn nothing_is_asked_for_before_the_first_right_code() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
    let factor = Factor::of(begun.expect(200).text("secret"));
    let wrong = factor.wrong_code(app.now());

    expect_wrong(
        &app.call(TestApp::confirm_totp_call(&session.access, &wrong))
            .await,
    );

    let _ = app.log_in_by_password(&person).await;
    let code = factor.code(app.now());
    let _ = app
        .call(TestApp::confirm_totp_call(&session.access, &code))
        .await
        .expect(200);
    let _ = app.challenge_of(&person).await;
    app.deliver().await;
}

#[tokio::test]
async fn beginning_again_makes_the_secret_before_useless() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begin = TestApp::begin_totp_call(&session.access);
    let first = app.call(begin.clone()).await.expect(200);
    let second = app.call(begin).await.expect(200);
    let (first, second) = (first.text("secret"), second.text("secret"));
    assert_ne!(first, second);

    let old = Factor::of(first).code(app.now());
    expect_wrong(
        &app.call(TestApp::confirm_totp_call(&session.access, &old))
            .await,
    );

    let code = Factor::of(second).code(app.now());
    let _ = app
        .call(TestApp::confirm_totp_call(&session.access, &code))
        .await
        .expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn an_account_has_one_factor() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;

    let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
    begun.expect_error(409, "factor_exists");
    let code = app.next_factor_code(&factor);
    let confirmed = app
        .call(TestApp::confirm_totp_call(&session.access, &code))
        .await;
    confirmed.expect_error(409, "factor_not_begun");
}

#[tokio::test]
async fn what_was_not_begun_cannot_be_confirmed() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;

    let answer = app
        .call(TestApp::confirm_totp_call(&session.access, "123456"))
        .await;

    answer.expect_error(409, "factor_not_begun");
}

#[tokio::test]
async fn a_secret_waits_half_an_hour() {
    let app = TestApp::start().await;
    for (email, wait, status) in [
        (
            "ann@example.com",
            SignedDuration::from_mins(30) - SignedDuration::from_millis(1),
            200,
        ),
        ("bob@example.com", SignedDuration::from_mins(30), 409),
    ] {
        let person = app.member(email).await;
        let session = app.log_in_by_password(&person).await;
        let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
        let factor = Factor::of(begun.expect(200).text("secret"));
        app.advance(wait);
        // The access token is over by then.
        let session = app.log_in_by_password(&person).await;

        let code = factor.code(app.now());
        let _ = app
            .call(TestApp::confirm_totp_call(&session.access, &code))
            .await
            .expect(status);
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_042_an_older_session_needs_the_password() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let with = |password: &str| {
        Call::post(BEGIN, &json!({ "password": password })).with_token(&session.access)
    };
    app.advance(SignedDuration::from_mins(10) - SignedDuration::from_millis(1));
    let _ = app
        .call(TestApp::begin_totp_call(&session.access))
        .await
        .expect(200);
    app.advance(SignedDuration::from_millis(1));

    let refused = app.call(TestApp::begin_totp_call(&session.access)).await;
    refused.expect_error(403, "reauthentication_required");
    let refused = app
        .call(Call::post(BEGIN, &json!({})).with_token(&session.access))
        .await;
    refused.expect_error(403, "reauthentication_required");
    let refused = app.call(with("not the password")).await;
    refused.expect_error(403, "wrong_password");
    let _ = app.call(with(TestApp::PASSWORD)).await.expect(200);
}

#[tokio::test]
async fn abuse_042_a_refreshed_session_is_as_old_as_its_log_in() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    app.advance(SignedDuration::from_mins(10));
    let fresh = app.refresh(&session.refresh).await.expect(200);

    let refused = app
        .call(TestApp::begin_totp_call(fresh.text("access")))
        .await;

    refused.expect_error(403, "reauthentication_required");
}

#[tokio::test]
async fn abuse_042_a_password_is_not_guessed_by_setting_up() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    app.advance(SignedDuration::from_mins(10));
    let guess =
        Call::post(BEGIN, &json!({"password": "a wrong guess"})).with_token(&session.access);

    for _ in 0..5 {
        let answer = app.call(guess.clone()).await;
        answer.expect_error(403, "wrong_password");
    }

    app.call(guess).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn abuse_041_a_factor_is_the_callers() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let eve = app.member("eve@example.com").await;
    let session = app.log_in_by_password(&eve).await;
    let body = json!({"user_id": victim.id, "id": victim.id, "email": victim.email});

    let begun = app
        .call(Call::post(BEGIN, &body).with_token(&session.access))
        .await
        .expect(200);
    let code = Factor::of(begun.text("secret")).code(app.now());
    let body = json!({"code": code, "user_id": victim.id});
    let path = format!("{BEGIN}/confirm");
    let _ = app
        .call(Call::post(&path, &body).with_token(&session.access))
        .await
        .expect(200);

    assert!(totp(&app, &victim).await.is_null());
    assert!(user(&app, &victim).await["factor_since"].is_null());
    assert!(user(&app, &eve).await["factor_since"].is_string());
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_confirmations_at_once_one_gets_recovery_codes() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
    let code = Factor::of(begun.expect(200).text("secret")).code(app.now());
    let calls = (0..10).map(|_| TestApp::confirm_totp_call(&session.access, &code));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 1);
    assert_eq!(app.audit_of("FACTOR_ADDED").await.len(), 1);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn ten_in_an_hour_and_account_may_begin() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    for _ in 0..10 {
        let _ = app
            .call(TestApp::begin_totp_call(&session.access))
            .await
            .expect(200);
    }

    let refused = app.call(TestApp::begin_totp_call(&session.access)).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(
        refused.header("ratelimit-policy"),
        "\"factor-account\";q=10;w=3600"
    );
}

#[tokio::test]
async fn a_failing_table_leaves_the_first_code_good() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
    let code = Factor::of(begun.expect(200).text("secret")).code(app.now());
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());

    let confirm = TestApp::confirm_totp_call(&session.access, &code);
    let answer = app.call(confirm.clone()).await;

    answer.expect_error(503, "unavailable");
    assert!(user(&app, &person).await["factor_since"].is_null());
    let _ = app.call(confirm).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn the_code_that_set_it_up_logs_nobody_in_and_its_owner_is_told_to_wait() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;

    let spent = factor.code(app.now());
    expect_used(&app.answer_challenge(&challenge, &spent).await);

    let next = factor.code(app.now() + STEP);
    let _ = app.answer_challenge(&challenge, &next).await.expect(200);
}

#[tokio::test]
async fn a_factor_that_is_confirmed_meanwhile_is_not_begun_anew() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begin_call = || TestApp::begin_totp_call(&session.access);
    let setup = app.call(begin_call()).await.expect(200);
    let code = Factor::of(setup.text("secret")).code(app.now());
    let confirm = TestApp::confirm_totp_call(&session.access, &code);

    app.call_with_another_meanwhile(begin_call(), confirm)
        .await
        .expect_error(409, "factor_exists");

    assert_eq!(totp(&app, &person).await["active"], true);
    app.deliver().await;
}

#[tokio::test]
async fn a_secret_that_is_replaced_meanwhile_is_not_confirmed() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begin_call = || TestApp::begin_totp_call(&session.access);
    let setup = app.call(begin_call()).await.expect(200);
    let code = Factor::of(setup.text("secret")).code(app.now());
    let confirm = TestApp::confirm_totp_call(&session.access, &code);

    let answer = app.call_with_another_meanwhile(confirm, begin_call()).await;

    assert!((400..500).contains(&answer.status), "{}", answer.json);
    assert_eq!(totp(&app, &person).await["active"], false);
    assert!(user(&app, &person).await["factor_since"].is_null());
    app.deliver().await;
}
