//! An address that was given up: kept for whom it was, for as long as they may want it back.

use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::undone::not_me_call;
use super::{asked, changed, confirm_call, logged_in, user};

#[tokio::test]
async fn nobody_else_can_have_the_old_address_meanwhile() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;

    let answer = app
        .register(&TestApp::registration("owner@example.com"))
        .await;
    answer.expect_error(400, "invalid_fields");
    let (_, other) = logged_in(&app, "other@example.com").await;
    let sent = app.mails().await.len();
    let body = json!({"email": "owner@example.com", "password": TestApp::PASSWORD});
    let call = Call::post(super::PATH, &body).with_token(&other.access);
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), sent);

    let token = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&token)).await.expect(200);
    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn a_notice_that_waited_is_good_as_long_as_the_old_address_is_kept() {
    let app = TestApp::start().await;
    let (_, thief) = logged_in(&app, "owner@example.com").await;
    let token = asked(&app, &thief, "thief@example.com").await;
    let _ = app.call(confirm_call(&token)).await.expect(200);
    app.advance(SignedDuration::from_hours(5 * 24));
    app.deliver().await;
    let token = app.token_of("owner@example.com").await;

    app.advance(SignedDuration::from_hours(5 * 24));

    app.call(not_me_call(&token))
        .await
        .expect_error(400, "token_expired");
}

/// By then the address it would go to may be somebody else's, and the account's own may be the thief's.
#[tokio::test]
async fn a_notice_that_waited_longer_than_the_old_address_is_kept_goes_to_nobody() {
    let app = TestApp::start().await;
    let (_, thief) = logged_in(&app, "owner@example.com").await;
    let token = asked(&app, &thief, "thief@example.com").await;
    let _ = app.call(confirm_call(&token)).await.expect(200);
    let before = app.mails().await.len();

    app.advance(SignedDuration::from_hours(10 * 24));
    app.deliver().await;

    assert_eq!(app.mails().await.len(), before);
}

/// The item stays there: DynamoDB deletes what is over days later.
#[tokio::test]
async fn an_address_that_was_given_up_is_free_after_ten_days() {
    let app = TestApp::start().await;
    for (email, next) in [
        ("first@example.com", "a@example.com"),
        ("second@example.com", "b@example.com"),
    ] {
        let (_, session) = logged_in(&app, email).await;
        changed(&app, &session, next).await;
    }
    let (other, _) = logged_in(&app, "other@example.com").await;
    app.advance(SignedDuration::from_hours(10 * 24) - SignedDuration::from_millis(1));
    let registration = TestApp::registration("first@example.com");
    let answer = app.register(&registration).await;
    answer.expect_error(400, "invalid_fields");

    app.advance(SignedDuration::from_millis(1));

    let kept = app.identity_item("EMAIL#first@example.com", "OWNER").await;
    assert!(!kept["reserved_for"].is_null(), "{kept}");
    let _ = app.register(&registration).await.expect(201);
    let session = app.log_in_by_password(&other).await;
    changed(&app, &session, "second@example.com").await;
    assert_eq!(user(&app, &other).await["email"], "second@example.com");
    for address in ["first@example.com", "second@example.com"] {
        let owner = app
            .identity_item(&format!("EMAIL#{address}"), "OWNER")
            .await;
        let mut attributes: Vec<_> = owner.as_object().unwrap().keys().collect();
        attributes.sort();
        assert_eq!(attributes, ["pk", "sk", "user_id"], "{address}");
    }
    app.deliver().await;
}

#[tokio::test]
async fn nobody_can_log_in_or_choose_a_password_by_an_address_that_was_given_up() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "old@example.com").await;
    changed(&app, &session, "new@example.com").await;
    let sent = app.mails_to("old@example.com").await.len();

    let _ = app.request_otp("old@example.com").await.expect(200);
    let body = json!({"email": "old@example.com"});
    let _ = app
        .call(Call::post("/api/v1/auth/password/forgot", &body))
        .await
        .expect(200);
    let _ = app.resend("old@example.com").await.expect(200);

    app.deliver().await;
    assert_eq!(app.mails_to("old@example.com").await.len(), sent);
    assert_eq!(app.mails_to("new@example.com").await.len(), 1);
}

#[tokio::test]
async fn an_owner_may_go_back_to_an_address_they_gave_up() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "old@example.com").await;
    changed(&app, &session, "new@example.com").await;
    changed(&app, &session, "old@example.com").await;

    assert_eq!(user(&app, &person).await["email"], "old@example.com");
    let _ = app
        .obtain_token("old@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    app.deliver().await;
}
