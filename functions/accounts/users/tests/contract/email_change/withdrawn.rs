//! Another address that is not wanted any more: withdrawn, or its link is over.

use accounts_testing::{Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{PATH, asked, change_call, confirm_call, logged_in, pending, user};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const TICK: SignedDuration = SignedDuration::from_millis(1);

fn cancel_call(session: &LoggedIn) -> Call {
    Call::new("DELETE", PATH).with_token(&session.access)
}

#[tokio::test]
async fn abuse_111_a_mistyped_address_is_withdrawn_and_the_strangers_link_is_dead() {
    let app = TestApp::start().await;
    for (position, email) in ["ann@example.com", "bob@example.com"].iter().enumerate() {
        let (person, session) = logged_in(&app, email).await;
        let typo = format!("typo{position}@elsewhere.example");
        let strangers = asked(&app, &session, &typo).await;
        assert_eq!(pending(&app, &session).await, json!(typo));
        let mails = app.mails().await.len();

        if position == 0 {
            let _ = app.call(cancel_call(&session)).await.expect(204);
        } else {
            let own = change_call(&session, &email.to_uppercase());
            let answer = app.call(own).await.expect(200);
            let told = answer.text("message");
            assert_eq!(told, "Your account keeps the address that it has.");
        }

        assert_eq!(pending(&app, &session).await, Value::Null);
        app.call(confirm_call(&strangers))
            .await
            .expect_error(400, "invalid_token");
        let stored = user(&app, &person).await;
        assert_eq!(stored["email"], *email);
        for attribute in ["pending_email", "pending_email_until", "email_change"] {
            assert_eq!(stored[attribute], Value::Null, "{attribute}");
        }
        app.deliver().await;
        assert_eq!(app.mails().await.len(), mails);
        let audit = app.audit_of("EMAIL_CHANGE_WITHDRAWN").await;
        assert_eq!(audit.len(), position + 1);
        assert!(!json!(audit).to_string().contains("example"));
    }
}

#[tokio::test]
async fn where_no_address_is_pending_nothing_changes() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let before = user(&app, &person).await;

    for _ in 0..2 {
        let _ = app.call(cancel_call(&session)).await.expect(204);
        let own = change_call(&session, "ann@example.com");
        let _ = app.call(own).await.expect(200);
    }

    assert_eq!(user(&app, &person).await, before);
    assert!(app.audit_of("EMAIL_CHANGE_WITHDRAWN").await.is_empty());
    assert!(app.tasks().await.is_empty());
}

#[tokio::test]
async fn an_address_that_is_withdrawn_before_its_mail_is_sent_gets_none() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let call = change_call(&session, "typo@elsewhere.example");
    let _ = app.call(call).await.expect(200);

    let _ = app.call(cancel_call(&session)).await.expect(204);

    app.deliver().await;
    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn a_change_can_be_asked_for_again_afterwards() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let _ = asked(&app, &session, "typo@elsewhere.example").await;
    let _ = app.call(cancel_call(&session)).await.expect(204);

    let token = asked(&app, &session, "new@example.com").await;

    let _ = app.call(confirm_call(&token)).await.expect(200);
    assert_eq!(user(&app, &person).await["email"], "new@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_042_the_own_address_needs_the_password_too() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let _ = asked(&app, &session, "new@example.com").await;
    let body = json!({"email": "ann@example.com", "password": "wrong horse battery"});

    let call = Call::post(PATH, &body).with_token(&session.access);
    app.call(call).await.expect_error(403, "wrong_password");

    assert_eq!(pending(&app, &session).await, "new@example.com");
    app.call(Call::new("DELETE", PATH))
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_withdraws_nothing() {
    let app = TestApp::start_watched().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let _ = asked(&app, &session, "new@example.com").await;
    for is_alone in [true, false] {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let [alone, with_all] = TestApp::ending_calls(&session, &other);
        let end = if is_alone { alone } else { with_all };

        app.call_with_another_meanwhile(cancel_call(&session), end)
            .await
            .expect_error(401, "not_authenticated");
    }

    let stored = user(&app, &person).await;
    assert_eq!(stored["pending_email"], "new@example.com");
    assert!(app.audit_of("EMAIL_CHANGE_WITHDRAWN").await.is_empty());
}

#[tokio::test]
async fn a_profile_shows_an_address_as_long_as_its_link_is_good() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let token = asked(&app, &session, "new@example.com").await;
    let (_, admin) = app.admin().await;
    let path = format!("/api/v1/users/{}", person.id);
    for (wait, shown) in [(DAY - TICK, json!("new@example.com")), (TICK, Value::Null)] {
        app.advance(wait);
        let session = app.log_in_by_password(&person).await;
        assert_eq!(pending(&app, &session).await, shown);
        let refreshed = app.refresh(&admin.refresh).await.expect(200);
        let call = Call::get(&path).with_token(refreshed.text("access"));
        let seen = app.call(call).await.expect(200);
        assert_eq!(seen.json["pending_email"], shown);
    }

    app.call(confirm_call(&token))
        .await
        .expect_error(400, "token_expired");
    // Asking for it again begins another day.
    let session = app.log_in_by_password(&person).await;
    let token = asked(&app, &session, "new@example.com").await;
    assert_eq!(pending(&app, &session).await, "new@example.com");
    let _ = app.call(confirm_call(&token)).await.expect(200);
    app.deliver().await;
}

/// Whoever asks must not learn from the profile that somebody has the address.
#[tokio::test]
async fn abuse_006_a_taken_address_is_shown_for_as_long_as_a_free_one_whenever_its_mail_is_sent() {
    let app = TestApp::start().await;
    let _ = app.member("taken@example.com").await;
    let mut people = Vec::new();
    for (email, wanted) in [
        ("ann@example.com", "taken@example.com"),
        ("bob@example.com", "free@example.com"),
    ] {
        let (person, session) = logged_in(&app, email).await;
        let _ = app.call(change_call(&session, wanted)).await.expect(200);
        people.push((person, wanted));
    }
    let hour = SignedDuration::from_hours(1);
    app.advance(hour);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);

    for (wait, is_shown) in [(DAY - hour - TICK, true), (TICK, false)] {
        app.advance(wait);
        for (person, wanted) in &people {
            let session = app.log_in_by_password(person).await;
            let expected = if is_shown { json!(wanted) } else { Value::Null };
            assert_eq!(pending(&app, &session).await, expected);
        }
    }
    let token = app.token_of("free@example.com").await;
    app.call(confirm_call(&token))
        .await
        .expect_error(400, "token_expired");
    app.deliver().await;
}

#[tokio::test]
async fn a_mail_that_waited_for_a_day_is_not_sent() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let call = change_call(&session, "new@example.com");
    let _ = app.call(call).await.expect(200);

    app.advance(DAY);
    app.deliver().await;

    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn an_address_that_was_asked_for_before_its_end_was_kept_is_not_shown_and_can_be_withdrawn() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let wanted = json!({"S": "typo@elsewhere.example"});
    app.aws()
        .edit(&table, &pk, "USER", "pending_email", &wanted)
        .await;
    assert_eq!(pending(&app, &session).await, Value::Null);

    let _ = app.call(cancel_call(&session)).await.expect(204);

    let stored = user(&app, &person).await;
    assert_eq!(stored["pending_email"], Value::Null);
}
