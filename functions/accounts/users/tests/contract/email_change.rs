//! `change_email` and `confirm_email_change`: the new mailbox proves itself, the old one can object.

use accounts_testing::{Call, FRONTEND_URL, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

mod given_up;
mod races;
mod undone;
mod withdrawn;

const PATH: &str = "/api/v1/users/me/email";
const CONFIRM: &str = "/api/v1/users/me/email/confirm";
const MESSAGE: &str =
    "If the address is free, a link has been sent to it. Follow the link to change your address.";

fn change_call(session: &LoggedIn, email: &str) -> Call {
    let body = json!({"email": email, "password": TestApp::PASSWORD});
    Call::post(PATH, &body).with_token(&session.access)
}

fn confirm_call(token: &str) -> Call {
    Call::post(CONFIRM, &json!({ "token": token }))
}

async fn logged_in(app: &TestApp, email: &str) -> (Person, LoggedIn) {
    let person = app.member(email).await;
    let session = app.log_in_by_password(&person).await;
    (person, session)
}

/// Asks for another address and gives the token that was sent there.
async fn asked(app: &TestApp, session: &LoggedIn, email: &str) -> String {
    let _ = app.call(change_call(session, email)).await.expect(200);
    app.deliver().await;
    app.token_of(email).await
}

/// Changes the address, with everything that is sent.
async fn changed(app: &TestApp, session: &LoggedIn, email: &str) {
    let token = asked(app, session, email).await;
    let _ = app.call(confirm_call(&token)).await.expect(200);
    app.deliver().await;
}

/// The address that the profile says the account is to have.
async fn pending(app: &TestApp, session: &LoggedIn) -> Value {
    let profile = app.me(&session.access).await.expect(200);
    profile.json["pending_email"].clone()
}

async fn user(app: &TestApp, person: &Person) -> Value {
    app.identity_item(&format!("USER#{}", person.id), "USER")
        .await
}

#[tokio::test]
async fn an_address_changes_once_its_mailbox_has_proved_itself() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "old@example.com").await;

    let answer = app
        .call(change_call(&session, " NEW@example.com "))
        .await
        .expect(200);
    assert_eq!(answer.json, json!({ "message": MESSAGE }));
    app.deliver().await;

    // Until then nothing changes.
    let profile = app.me(&session.access).await.expect(200);
    assert_eq!(profile.text("email"), "old@example.com");
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "new@example.com");
    let link = mails[0].link().unwrap();
    assert!(link.starts_with(&format!("{FRONTEND_URL}/confirm-email?token=")));

    let token = mails[0].token().unwrap();
    let answer = app.call(confirm_call(&token)).await.expect(200);

    assert_eq!(answer.text("email"), "new@example.com");
    let profile = app.me(&session.access).await.expect(200);
    assert_eq!(profile.text("email"), "new@example.com");
    assert!(app.is_to_be_listed_anew(&person).await);
    let _ = app
        .obtain_token("new@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    app.obtain_token("old@example.com", TestApp::PASSWORD)
        .await
        .expect_error(401, "invalid_credentials");
    let audit = format!("{:?}", app.audit().await);
    assert!(!audit.contains("example.com"));
    assert_eq!(app.audit_of("EMAIL_CHANGE_REQUESTED").await.len(), 1);
    assert_eq!(app.audit_of("EMAIL_CHANGED").await.len(), 1);

    app.deliver().await;
    let notices = app.mails_to("old@example.com").await;
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0].subject,
        "Your KinWise account has another e-mail address"
    );
    assert!(!notices[0].text.contains("new@example.com"));
    assert_eq!(user(&app, &person).await["pending_email"], Value::Null);
}

#[tokio::test]
async fn abuse_027_codes_and_links_for_the_old_address_are_dead() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "old@example.com").await;
    let token = asked(&app, &session, "new@example.com").await;
    let code = app.fresh_code("old@example.com").await;
    let body = json!({"email": "old@example.com"});
    let _ = app
        .call(Call::post("/api/v1/auth/password/forgot", &body))
        .await
        .expect(200);
    app.deliver().await;
    let reset = app.token_of("old@example.com").await;

    let _ = app.call(confirm_call(&token)).await.expect(200);

    app.verify_otp("old@example.com", &code)
        .await
        .expect_error(400, "invalid_otp");
    let password = "a stapled horse runs";
    let body = json!({"token": reset, "password": password, "password_confirm": password});
    app.call(Call::post("/api/v1/auth/password/reset", &body))
        .await
        .expect_error(400, "invalid_token");
    app.call(confirm_call(&token))
        .await
        .expect_error(400, "invalid_token");
    let code = app.fresh_code("new@example.com").await;
    let _ = app.verify_otp("new@example.com", &code).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_somebody_has_the_address() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let _ = app.member("taken@example.com").await;

    let taken = app
        .call(change_call(&session, "taken@example.com"))
        .await
        .expect(200);
    app.deliver().await;
    assert!(app.mails().await.is_empty());
    let free = app
        .call(change_call(&session, "frees@example.com"))
        .await
        .expect(200);

    assert_eq!(taken.json, free.json);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn an_address_that_somebody_took_meanwhile_is_not_taken_from_them() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let token = asked(&app, &session, "wanted@example.com").await;
    let other = app.member("wanted@example.com").await;

    app.call(confirm_call(&token))
        .await
        .expect_error(409, "email_taken");

    assert_eq!(user(&app, &person).await["email"], "ann@example.com");
    assert_eq!(user(&app, &other).await["email"], "wanted@example.com");
    // It is wanted no longer, and the link is dead, whatever becomes of the other account.
    assert_eq!(pending(&app, &session).await, Value::Null);
    app.call(confirm_call(&token))
        .await
        .expect_error(400, "invalid_token");
}

#[tokio::test]
async fn abuse_042_the_password_is_asked_for() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    for body in [
        json!({"email": "new@example.com"}),
        json!({"email": "new@example.com", "password": ""}),
        json!({"email": "new@example.com", "password": "wrong horse battery"}),
    ] {
        let call = Call::post(PATH, &body).with_token(&session.access);
        app.call(call).await.expect_error(403, "wrong_password");
    }
    let body = json!({"email": "new@example.com", "password": TestApp::PASSWORD});
    app.call(Call::post(PATH, &body))
        .await
        .expect_error(401, "not_authenticated");

    assert!(app.tasks().await.is_empty());
    assert_eq!(user(&app, &person).await["pending_email"], Value::Null);
}

#[tokio::test]
async fn abuse_041_it_is_the_callers_address_whatever_the_body_says() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let victim = app.member("victim@example.com").await;
    let body = json!({
        "email": "new@example.com", "password": TestApp::PASSWORD, "user_id": victim.id, "id": victim.id,
    });

    let call = Call::post(PATH, &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);

    assert_eq!(user(&app, &victim).await["pending_email"], Value::Null);
    app.deliver().await;
}

#[tokio::test]
async fn what_is_no_other_address_is_refused() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    for (email, reason) in [
        ("", "This field is required."),
        ("ann", "Enter a valid e-mail address."),
    ] {
        let answer = app.call(change_call(&session, email)).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("email"), reason);
    }
    for token in ["", "x", "67e55044-10b1-426f-9247-bb680e5fe0c8"] {
        app.call(confirm_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
}

#[tokio::test]
async fn the_newest_link_alone_is_good_and_for_a_day() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let first = asked(&app, &session, "one@example.com").await;
    let second = asked(&app, &session, "two@example.com").await;
    app.call(confirm_call(&first))
        .await
        .expect_error(400, "invalid_token");

    app.advance(SignedDuration::from_hours(24));
    app.call(confirm_call(&second))
        .await
        .expect_error(400, "token_expired");

    assert_eq!(user(&app, &person).await["email"], "ann@example.com");
}

#[tokio::test]
async fn an_account_that_was_locked_meanwhile_keeps_its_address() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let token = asked(&app, &session, "new@example.com").await;
    app.disable(&person).await;

    app.call(confirm_call(&token))
        .await
        .expect_error(400, "invalid_token");
}

#[tokio::test]
async fn three_an_hour_and_account_pass() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    for position in 0..4 {
        let call = change_call(&session, &format!("new{position}@example.com"));
        let answer = app.call(call).await;
        assert_eq!(answer.status, if position < 3 { 200 } else { 429 });
    }
    app.deliver().await;
}
