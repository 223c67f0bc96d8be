//! `reset_password`: who has the mailbox has the account, and nobody else any more.

use accounts::jobs::{Recipient, SendPasswordReset};
use accounts_testing::{Call, FRONTEND_URL, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::request_password_reset::{forgot_call, reset_token};

mod devices;
mod faults;
mod races;

const PATH: &str = "/api/v1/auth/password/reset";
/// Another password that follows the policy.
pub(crate) const NEW: &str = "a stapled horse runs";

/// A call that chooses [`NEW`].
pub(crate) fn reset_call(token: &str) -> Call {
    reset_call_with(token, NEW)
}

fn reset_call_with(token: &str, password: &str) -> Call {
    let body = json!({"token": token, "password": password, "password_confirm": password});
    Call::post(PATH, &body)
}

/// A moment later: what was begun before is told from what is begun now.
pub(crate) fn a_moment_later(app: &TestApp) {
    app.advance(SignedDuration::from_secs(2));
}

#[tokio::test]
async fn a_link_chooses_a_new_password_and_ends_every_session() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let sessions = [
        app.log_in_by_password(&person).await,
        app.log_in_by_password(&person).await,
    ];
    let token = reset_token(&app, "ann@example.com").await;

    let answer = app.call(reset_call(&token)).await.expect(200);

    assert_eq!(
        answer.text("message"),
        "Your password has been changed. Log in with the new one."
    );
    for session in &sessions {
        let _ = app.me(&session.access).await.expect(401);
        let _ = app.refresh(&session.refresh).await.expect(401);
    }
    a_moment_later(&app);
    app.obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect_error(401, "invalid_credentials");
    let _ = app.obtain_token("ann@example.com", NEW).await.expect(200);

    let entries = app.audit_of("PASSWORD_RESET").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object"], format!("user/{}", person.id));
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(
        mails.last().unwrap().subject,
        "Your KinWise password was changed"
    );
}

#[tokio::test]
async fn a_password_that_is_refused_leaves_the_link_good() {
    let app = TestApp::start().await;
    let _ = app.member("ann.b@example.com").await;
    let token = reset_token(&app, "ann.b@example.com").await;
    for (password, reason) in [
        ("", "This field is required."),
        (
            "short",
            "This password is too short. It must contain at least 12 characters.",
        ),
        ("aaaaaaaaaaaaaaaa", "This password is too common."),
        (
            "Miller.Ann 1984",
            "This password is too similar to your e-mail address or name.",
        ),
        (
            "1: ANN.B, Miller",
            "This password is too similar to your e-mail address or name.",
        ),
    ] {
        let answer = app.call(reset_call_with(&token, password)).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("password"), reason);
    }
    let body = json!({"token": token, "password": NEW, "password_confirm": "another one"});
    let answer = app.call(Call::post(PATH, &body)).await;
    assert_eq!(
        answer.detail("password_confirm"),
        "The two passwords are not the same."
    );

    let _ = app.call(reset_call(&token)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_link_ends_after_half_an_hour() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_mins(30));

    app.call(reset_call(&token))
        .await
        .expect_error(400, "token_expired");

    let _ = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn an_account_that_was_locked_meanwhile_keeps_its_password() {
    let app = TestApp::start().await;
    let disabled = app.member("ann@example.com").await;
    let leaving = app.member("bob@example.com").await;
    let tokens = [
        reset_token(&app, "ann@example.com").await,
        reset_token(&app, "bob@example.com").await,
    ];
    app.disable(&disabled).await;
    app.mark(&leaving, "deletion_due_at", app.now()).await;

    for token in &tokens {
        app.call(reset_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let app = TestApp::start().await;
    for token in ["", "null", "67e55044-10b1-426f-9247-bb680e5fe0c8", "x"] {
        app.call(reset_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
}

#[tokio::test]
async fn every_code_and_link_that_was_sent_before_is_dead() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let verification = app.token_of("ann@example.com").await;
    let _ = app.member("bob@example.com").await;
    let code = app.fresh_code("bob@example.com").await;
    let tokens = [
        reset_token(&app, "ann@example.com").await,
        reset_token(&app, "bob@example.com").await,
    ];

    for token in &tokens {
        let _ = app.call(reset_call(token)).await.expect(200);
    }

    app.verify_otp("bob@example.com", &code)
        .await
        .expect_error(400, "invalid_otp");
    // The address is verified by the reset, so the old link has nothing left to do.
    let answer = app.verify_email(&verification).await.expect(200);
    assert_eq!(answer.text("message"), "Email already verified");
    for token in &tokens {
        app.call(reset_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_023_a_token_is_good_for_one_thing_alone() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let verification = app.token_of("ann@example.com").await;
    let reset = reset_token(&app, "ann@example.com").await;

    app.call(reset_call(&verification))
        .await
        .expect_error(400, "invalid_token");
    app.verify_email(&reset)
        .await
        .expect_error(400, "invalid_token");
    let body = json!({ "token": reset });
    for path in ["/api/v1/auth/not-me", "/api/v1/users/me/email/confirm"] {
        app.call(Call::post(path, &body))
            .await
            .expect_error(400, "invalid_token");
    }
    app.me(&reset).await.expect_error(401, "not_authenticated");

    let _ = app.call(reset_call(&reset)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_027_the_newest_link_alone_is_good_and_once() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let first = reset_token(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_secs(1));
    let second = reset_token(&app, "ann@example.com").await;
    assert_ne!(first, second);

    app.call(reset_call(&first))
        .await
        .expect_error(400, "invalid_token");
    let _ = app.call(reset_call(&second)).await.expect(200);
    app.call(reset_call(&second))
        .await
        .expect_error(400, "invalid_token");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_028_a_second_factor_is_still_asked_for() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;
    let token = reset_token(&app, "ann@example.com").await;

    let answer = app.call(reset_call(&token)).await.expect(200);

    assert!(answer.json.get("access").is_none());
    let answer = app.obtain_token("ann@example.com", NEW).await.expect(200);
    assert_eq!(answer.json["mfa_required"], true);
    assert!(answer.json.get("access").is_none() && answer.json.get("refresh").is_none());
    app.deliver().await;
}

#[tokio::test]
async fn abuse_029_what_opens_links_by_itself_uses_nothing_up() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let mails = app.mails().await;
    assert!(mails[0].link().unwrap().starts_with(FRONTEND_URL));

    for (method, status) in [("GET", 405), ("HEAD", 405), ("OPTIONS", 204), ("PUT", 405)] {
        let call = Call::new(method, &format!("{PATH}?token={token}"));
        let answer = app.call(call).await;
        assert_eq!(answer.status, status, "{method}");
        assert_eq!(answer.header("allow"), "POST");
    }

    let _ = app.call(reset_call(&token)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_031_who_registered_with_anothers_address_is_out_once_its_owner_comes() {
    let app = TestApp::start().await;
    let mut body = TestApp::registration("victim@example.com");
    body["username"] = "attacker".into();
    let _ = app.register(&body).await.expect(201);
    app.deliver().await;
    let attackers_link = app.token_of("victim@example.com").await;

    let token = reset_token(&app, "victim@example.com").await;
    let _ = app.call(reset_call(&token)).await.expect(200);

    for login in ["victim@example.com", "attacker"] {
        app.obtain_token(login, TestApp::PASSWORD)
            .await
            .expect_error(401, "invalid_credentials");
    }
    let _ = app
        .obtain_token("victim@example.com", NEW)
        .await
        .expect(200);
    // The link that the attacker had sent changes nothing.
    let _ = app.verify_email(&attackers_link).await.expect(200);
    app.obtain_token("victim@example.com", TestApp::PASSWORD)
        .await
        .expect_error(401, "invalid_credentials");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_041_the_link_says_whose_password_it_is_and_nothing_else_does() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let victim = app.member("victim@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let body = json!({
        "token": token, "password": NEW, "password_confirm": NEW,
        "user_id": victim.id, "email": victim.email,
    });

    let _ = app.call(Call::post(PATH, &body)).await.expect(200);

    let _ = app
        .obtain_token("victim@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    let _ = app.obtain_token("ann@example.com", NEW).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn an_administrator_may_have_a_link_sent() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.record_work(&SendPasswordReset(Recipient::UserId(person.id)))
        .await;
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;

    let _ = app.call(reset_call(&token)).await.expect(200);

    // And the owner may have asked for one meanwhile: that is then the good one.
    let _ = app.call(forgot_call("ann@example.com")).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_048_no_token_and_no_password_is_in_any_table_or_queue() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let reset = reset_token(&app, "ann@example.com").await;
    let _ = app.call(reset_call(&reset)).await.expect(200);
    app.relay().await;
    let queued = format!("{:?}", app.waiting().await);
    app.deliver().await;
    let not_me = app.token_of("ann@example.com").await;

    let mut stored = vec![queued];
    for table in ["identity", "tasks", "limits", "audit"] {
        let table = &app.table(table);
        stored.push(format!("{:?}", app.scan(table).await));
    }
    let stored = stored.concat();

    for secret in [NEW, TestApp::PASSWORD, &reset, &not_me] {
        assert!(!stored.contains(secret), "{secret}");
        assert!(!stored.contains(&secret.replace('-', "")), "{secret}");
    }
}
