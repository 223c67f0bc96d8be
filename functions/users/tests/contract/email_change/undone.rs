//! An address that was changed by somebody else, and the owner of the old one.

use jiff::SignedDuration;
use serde_json::json;
use test_support::{Call, Fault, TestApp};

use super::{changed, logged_in, user};

fn not_me_call(token: &str) -> Call {
    Call::post("/api/v1/auth/not-me/", &json!({ "token": token }))
}

#[tokio::test]
async fn the_old_address_takes_the_account_back() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    changed(&app, &thief, "thief@example.com").await;
    let token = app.token_of("owner@example.com").await;

    let _ = app.call(not_me_call(&token)).await.expect(200);

    let _ = app.me(&thief.access).await.expect(401);
    let account = user(&app, &person).await;
    assert_eq!(account["email"], "owner@example.com");
    assert_eq!(account["password"], "!");
    app.deliver().await;
    let mails = app.mails_to("owner@example.com").await;
    assert_eq!(
        mails.last().unwrap().subject,
        "Choose a new password for KinWise"
    );
    let code = app.fresh_code("owner@example.com").await;
    let _ = app.verify_otp("owner@example.com", &code).await.expect(200);
    // The address it had in between is free.
    let _ = app.member("thief@example.com").await;
    app.deliver().await;
}

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
async fn nobody_can_log_in_or_choose_a_password_by_an_address_that_was_given_up() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "old@example.com").await;
    changed(&app, &session, "new@example.com").await;
    let sent = app.mails_to("old@example.com").await.len();

    let _ = app.request_otp("old@example.com").await.expect(200);
    let body = json!({"email": "old@example.com"});
    let _ = app
        .call(Call::post("/api/v1/auth/password/forgot/", &body))
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

#[tokio::test]
async fn of_two_changes_in_a_row_each_address_is_told_of_its_own() {
    let app = TestApp::start().await;
    let (person, thief) = logged_in(&app, "owner@example.com").await;
    let token = super::asked(&app, &thief, "first@example.com").await;
    let _ = app.call(super::confirm_call(&token)).await.expect(200);
    // The notice of the first change has to wait, and the second one happens meanwhile.
    app.ses().fail_next(1, &Fault::fail());
    app.deliver().await;
    let token = super::asked(&app, &thief, "second@example.com").await;
    let _ = app.call(super::confirm_call(&token)).await.expect(200);
    app.deliver().await;
    assert!(app.mails_to("owner@example.com").await.is_empty());
    app.bring_back().await;
    app.deliver().await;

    assert_eq!(app.mails_to("owner@example.com").await.len(), 1);
    let token = app.token_of("owner@example.com").await;
    let _ = app.call(not_me_call(&token)).await.expect(200);

    assert_eq!(user(&app, &person).await["email"], "owner@example.com");
    let _ = app.member("second@example.com").await;
    app.deliver().await;
}

#[tokio::test]
async fn a_change_can_be_taken_back_for_a_week() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "old@example.com").await;
    changed(&app, &session, "new@example.com").await;
    let token = app.token_of("old@example.com").await;

    app.advance(SignedDuration::from_hours(7 * 24));

    app.call(not_me_call(&token))
        .await
        .expect_error(400, "token_expired");
    assert_eq!(user(&app, &person).await["email"], "new@example.com");
}
