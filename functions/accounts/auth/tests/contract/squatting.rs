//! Somebody registers with an address that is not theirs, and waits for its owner to open the account. `reset_password`
//! has the owner who asks for a new password; here are those who follow a verification link.

use accounts_testing::{Call, Fault, LoggedIn, Mail, TestApp};
use serde_json::json;

use super::report_activity::report_call;
use super::reset_password::{NEW, a_moment_later, reset_call};

const VICTIM: &str = "victim@example.com";

/// Registers in the attacker's name, with the attacker's password, and the victim's address.
async fn squat(app: &TestApp) {
    let mut body = TestApp::registration(VICTIM);
    body["username"] = "attacker".into();
    let _ = app.register(&body).await.expect(201);
    app.deliver().await;
}

/// The victim learns that the address is taken, asks for another link, and follows it.
async fn open_as_the_victim(app: &TestApp) {
    let refused = app.register(&TestApp::registration(VICTIM)).await;
    refused.expect_error(400, "invalid_fields");
    assert_eq!(
        refused.detail("email"),
        "A user with this email already exists."
    );
    let _ = app.resend(VICTIM).await.expect(200);
    app.deliver().await;
    let _ = app
        .verify_email(&app.token_of(VICTIM).await)
        .await
        .expect(200);
}

async fn log_in_as_the_attacker(app: &TestApp) -> LoggedIn {
    let answer = app.obtain_token("attacker", TestApp::PASSWORD).await;
    LoggedIn::of(&answer.expect(200))
}

/// The token of the link in the welcome that says it was not them.
async fn not_me_token(app: &TestApp) -> String {
    app.deliver().await;
    let mails = app.mails_to(VICTIM).await;
    let mut welcomes = mails
        .iter()
        .filter(|mail| mail.subject == "Welcome to KinWise");
    let token = welcomes
        .next()
        .and_then(|mail| mail.after("/not-me?token="));
    assert!(welcomes.next().is_none());
    token.unwrap()
}

async fn expect_attacker_out(app: &TestApp, attacker: &LoggedIn) {
    app.expect_over(attacker).await;
    for login in [VICTIM, "attacker"] {
        app.obtain_token(login, TestApp::PASSWORD)
            .await
            .expect_error(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn abuse_031_an_owner_who_opened_a_squatters_account_takes_it_from_them() {
    let app = TestApp::start().await;
    squat(&app).await;
    open_as_the_victim(&app).await;
    let attacker = log_in_as_the_attacker(&app).await;
    let _ = app.me(&attacker.access).await.expect(200);
    let not_me = not_me_token(&app).await;

    let _ = app.call(report_call(&not_me)).await.expect(200);

    a_moment_later(&app);
    expect_attacker_out(&app, &attacker).await;
    app.deliver().await;
    let reset = app.token_of(VICTIM).await;
    let _ = app.call(reset_call(&reset)).await.expect(200);
    a_moment_later(&app);
    let answer = app.obtain_token(VICTIM, NEW).await.expect(200);
    let _ = app.me(&LoggedIn::of(&answer).access).await.expect(200);
    expect_attacker_out(&app, &attacker).await;
    app.deliver().await;
}

#[tokio::test]
async fn abuse_031_the_link_is_good_before_the_attacker_comes_too() {
    let app = TestApp::start().await;
    squat(&app).await;
    open_as_the_victim(&app).await;
    let not_me = not_me_token(&app).await;

    let _ = app.call(report_call(&not_me)).await.expect(200);

    for login in [VICTIM, "attacker"] {
        app.obtain_token(login, TestApp::PASSWORD)
            .await
            .expect_error(401, "invalid_credentials");
    }
    app.call(report_call(&not_me))
        .await
        .expect_error(400, "invalid_token");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_031_the_welcome_goes_to_the_victim_though_the_attacker_changed_the_address() {
    let app = TestApp::start().await;
    squat(&app).await;
    open_as_the_victim(&app).await;
    app.ses().fail_next(1, &Fault::fail());
    app.deliver().await;
    a_moment_later(&app);
    let attacker = log_in_as_the_attacker(&app).await;
    let wish = json!({"email": "attacker@example.com", "password": TestApp::PASSWORD});
    let ask = Call::post("/api/v1/users/me/email", &wish).with_token(&attacker.access);
    assert!(app.call(ask).await.status < 300);
    app.deliver().await;
    let token = app.token_of("attacker@example.com").await;
    let take = Call::post("/api/v1/users/me/email/confirm", &json!({ "token": token }));
    let _ = app.call(take).await.expect(200);

    app.bring_back().await;
    let not_me = not_me_token(&app).await;

    let _ = app.call(report_call(&not_me)).await.expect(200);
    app.expect_over(&attacker).await;
    // The link for a new password goes to the address that the account has. The notice of the change gives it back.
    let mails = app.mails_to(VICTIM).await;
    let change = mails
        .iter()
        .find(|mail| mail.subject == "Your KinWise account has another e-mail address");
    let give_back = change.and_then(Mail::token).unwrap();
    let _ = app.call(report_call(&give_back)).await.expect(200);
    app.deliver().await;
    let reset = app.token_of(VICTIM).await;
    let _ = app.call(reset_call(&reset)).await.expect(200);
    a_moment_later(&app);
    expect_attacker_out(&app, &attacker).await;
    let _ = app.obtain_token(VICTIM, NEW).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_031_every_verification_mail_says_when_the_account_was_registered() {
    let app = TestApp::start().await;
    squat(&app).await;
    app.advance(jiff::SignedDuration::from_hours(2));
    let _ = app.resend(VICTIM).await.expect(200);
    app.deliver().await;

    let mails: Vec<Mail> = app.mails_to(VICTIM).await;
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        for part in [&mail.text, &mail.html] {
            assert!(part.contains("1 March 2026, 12:00:00 UTC"), "{part}");
            assert!(part.contains("do not follow the link"), "{part}");
        }
    }
}
