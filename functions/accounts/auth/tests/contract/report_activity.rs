//! `report_activity`: the owner's word against whoever acted in their name.

use accounts::jobs::{SecurityEvent, SendSecurityNotice};
use accounts_testing::{Call, FRONTEND_URL, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::request_password_reset::reset_token;
use super::reset_password::{NEW, a_moment_later, reset_call};

mod meanwhile;
mod sessions;

const PATH: &str = "/api/v1/auth/not-me";
const MESSAGE: &str =
    "Thank you. What was done has been stopped. Choose a new password to be safe.";

pub(crate) fn report_call(token: &str) -> Call {
    Call::post(PATH, &json!({ "token": token }))
}

/// A log-in from a device that the account has not.
fn log_in_call(person: &Person) -> Call {
    TestApp::obtain_token_call(&person.email, TestApp::PASSWORD)
        .from("203.0.113.66")
        .with_header("user-agent", "thief/1.0 see http://evil.example/x")
}

async fn log_in_elsewhere(app: &TestApp, person: &Person) -> LoggedIn {
    LoggedIn::of(&app.call(log_in_call(person)).await.expect(200))
}

/// Has the notice of something sent, and gives the token of its link.
async fn notice(app: &TestApp, person: &Person, event: SecurityEvent) -> String {
    app.record_work(&SendSecurityNotice {
        user_id: person.id,
        event,
        at: app.now(),
    })
    .await;
    app.deliver().await;
    app.token_of(&person.email).await
}

async fn user(app: &TestApp, person: &Person) -> Value {
    app.stored(person).await
}

/// A member's session, and a thief's of a moment later.
async fn with_a_thief(app: &TestApp) -> (Person, LoggedIn, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let own = app.log_in_by_password(&person).await;
    a_moment_later(app);
    let thief = log_in_elsewhere(app, &person).await;
    (person, own, thief)
}

/// A thief asks for an address of their own.
async fn ask_for_another_address(app: &TestApp, thief: &LoggedIn) {
    let body = json!({"email": "thief@example.com", "password": TestApp::PASSWORD});
    let call = Call::post("/api/v1/users/me/email", &body).with_token(&thief.access);
    let _ = app.call(call).await.expect(200);
}

async fn expect_nothing_begun(app: &TestApp, person: &Person, attributes: &[&str]) {
    let user = user(app, person).await;
    for attribute in attributes {
        assert_eq!(user[attribute], Value::Null, "{attribute}");
    }
}

#[tokio::test]
async fn a_session_from_a_new_device_is_told_of_and_can_be_ended() {
    let app = TestApp::start().await;
    let (person, own, thief) = with_a_thief(&app).await;
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1, "the first device of an account is no news");
    assert_eq!(mails[0].subject, "New login to your KinWise account");
    assert!(mails[0].text.contains("203.0.113.66") && mails[0].text.contains("thief"));
    assert!(mails[0].text.contains("1 March 2026, 12:00:02 UTC"));
    assert!(!mails[0].text.contains("evil") && !mails[0].html.contains("evil"));
    let link = mails[0].link().unwrap();
    assert!(link.starts_with(&format!("{FRONTEND_URL}/not-me?token=")));

    let token = mails[0].token().unwrap();
    let answer = app.call(report_call(&token)).await.expect(200);

    assert_eq!(answer.json, json!({ "message": MESSAGE }));
    let _ = app.me(&thief.access).await.expect(401);
    let _ = app.refresh(&thief.refresh).await.expect(401);
    let _ = app.me(&own.access).await.expect(200);
    let _ = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(200);
    let entries = app.audit_of("ACTIVITY_DENIED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0]["object"],
        format!("session/{}", thief.session_id)
    );
    // The device is forgotten: it is told of again.
    let _ = log_in_elsewhere(&app, &person).await;
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 2);
}

#[tokio::test]
async fn a_session_that_is_over_can_be_denied_all_the_same() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let _ = app.log_in_by_password(&person).await;
    let thief = log_in_elsewhere(&app, &person).await;
    let _ = app.log_out(&thief.access).await.expect(204);

    app.deliver().await;

    let token = app.token_of("ann@example.com").await;
    let _ = app.call(report_call(&token)).await.expect(200);
}

#[tokio::test]
async fn a_password_that_the_owner_did_not_change_is_useless() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let thief = app.log_in_by_password(&person).await;
    let body = json!({
        "current_password": TestApp::PASSWORD, "password": NEW, "password_confirm": NEW,
    });
    let call = Call::post("/api/v1/auth/password/change", &body).with_token(&thief.access);
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let _ = app.me(&thief.access).await.expect(401);
    for password in [TestApp::PASSWORD, NEW, "!", ""] {
        let answer = app.obtain_token("ann@example.com", password).await;
        assert!([400, 401].contains(&answer.status), "{password}");
    }
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    let mail = mails.last().unwrap();
    assert_eq!(mail.subject, "Choose a new password for KinWise");
    a_moment_later(&app);
    let _ = app
        .call(reset_call(&mail.token().unwrap()))
        .await
        .expect(200);
    a_moment_later(&app);
    let _ = app.obtain_token("ann@example.com", NEW).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_reused_token_that_was_not_the_owners_doing_closes_the_account() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let thief = app.log_in_by_password(&person).await;
    let other = app.log_in_by_password(&person).await;
    let _ = app.refresh(&thief.refresh).await.expect(200);
    app.advance(SignedDuration::from_secs(61));
    let _ = app.refresh(&thief.refresh).await.expect(401);
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let _ = app.me(&other.access).await.expect(401);
    assert_eq!(user(&app, &person).await["password"], "!");
    app.deliver().await;
}

#[tokio::test]
async fn what_an_attacker_has_begun_is_over_as_well() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let thief = app.log_in_by_password(&person).await;
    ask_for_another_address(&app, &thief).await;
    let reset = reset_token(&app, "ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let token = notice(&app, &person, SecurityEvent::PasswordChanged).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let begun = ["pending_email", "email_change", "password_reset"];
    expect_nothing_begun(&app, &person, &begun).await;
    app.verify_otp("ann@example.com", &code)
        .await
        .expect_error(400, "invalid_otp");
    app.call(reset_call(&reset))
        .await
        .expect_error(400, "invalid_token");
    app.deliver().await;
}

#[tokio::test]
async fn a_second_factor_that_was_added_is_taken_away_and_a_later_one_is_not() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;
    let first = notice(&app, &person, SecurityEvent::FactorAdded).await;
    app.advance(SignedDuration::from_mins(1));
    let second = notice(&app, &person, SecurityEvent::FactorAdded).await;
    app.advance(SignedDuration::from_mins(1));
    // The owner has set up one of their own since.
    app.mark(&person, "factor_since", app.now()).await;

    let _ = app.call(report_call(&first)).await.expect(200);
    assert_ne!(user(&app, &person).await["factor_since"], Value::Null);

    app.advance(SignedDuration::from_mins(1));
    let third = notice(&app, &person, SecurityEvent::FactorAdded).await;
    let _ = app.call(report_call(&third)).await.expect(200);
    assert_eq!(user(&app, &person).await["factor_since"], Value::Null);
    // Each link is good until it is used.
    let _ = app.call(report_call(&second)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_factor_that_was_removed_closes_the_account() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let token = notice(&app, &person, SecurityEvent::FactorRemoved).await;

    let _ = app.call(report_call(&token)).await.expect(200);

    let _ = app.me(&session.access).await.expect(401);
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_is_good_once_under_any_race() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let token = notice(&app, &person, SecurityEvent::PasswordChanged).await;

    let answers = app.call_all((0..10).map(|_| report_call(&token))).await;

    let successes = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(successes.count(), 1);
    app.call(report_call(&token))
        .await
        .expect_error(400, "invalid_token");
    assert_eq!(app.audit_of("ACTIVITY_DENIED").await.len(), 1);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 2);
}

#[tokio::test]
async fn with_a_session_goes_the_address_that_was_asked_for() {
    let app = TestApp::start().await;
    let (person, own, thief) = with_a_thief(&app).await;
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;
    ask_for_another_address(&app, &thief).await;
    app.deliver().await;
    let change = app.token_of("thief@example.com").await;

    let _ = app.call(report_call(&token)).await.expect(200);

    expect_nothing_begun(&app, &person, &["pending_email", "email_change"]).await;
    let body = json!({ "token": change });
    app.call(Call::post("/api/v1/users/me/email/confirm", &body))
        .await
        .expect_error(400, "invalid_token");
    let _ = app.me(&own.access).await.expect(200);
}

#[tokio::test]
async fn a_link_that_takes_a_second_factor_away_ends_after_a_day() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;
    let token = notice(&app, &person, SecurityEvent::FactorAdded).await;
    app.advance(SignedDuration::from_hours(24));

    app.call(report_call(&token))
        .await
        .expect_error(400, "token_expired");

    assert_ne!(user(&app, &person).await["factor_since"], Value::Null);
}

#[tokio::test]
async fn a_link_ends_after_a_week() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let token = notice(&app, &person, SecurityEvent::PasswordChanged).await;
    app.advance(SignedDuration::from_hours(7 * 24));

    app.call(report_call(&token))
        .await
        .expect_error(400, "token_expired");

    assert_ne!(user(&app, &person).await["password"], "!");
}

#[tokio::test]
async fn abuse_023_no_other_token_will_do() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let reset = reset_token(&app, "ann@example.com").await;
    for token in [
        "",
        "null",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        reset.as_str(),
    ] {
        app.call(report_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
}

#[tokio::test]
async fn abuse_029_what_opens_links_by_itself_reports_nothing() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let token = notice(&app, &person, SecurityEvent::PasswordChanged).await;
    for method in ["GET", "HEAD"] {
        let call = Call::new(method, &format!("{PATH}?token={token}"));
        assert_eq!(app.call(call).await.status, 405);
    }

    let _ = app.call(report_call(&token)).await.expect(200);
    app.deliver().await;
}
