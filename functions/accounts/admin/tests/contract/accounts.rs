//! One account at a time: looking at it, ending its sessions, a link for a new password, taking its second factor away.

use accounts::account::Users;
use accounts_testing::{Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::json;

fn path(person: &Person, rest: &str) -> String {
    format!("/api/v1/users/{}/{rest}", person.id)
}

fn post(admin: &LoggedIn, person: &Person, rest: &str) -> Call {
    Call::new("POST", &path(person, rest)).with_token(&admin.access)
}

#[tokio::test]
async fn an_account_is_shown_as_it_is_without_its_secrets() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app
        .member_called("ann@example.com", "Ann.M", "Ann", "Miller")
        .await;
    app.advance(SignedDuration::from_mins(1));
    let _ = app.log_in(&person).await;

    let answer = app
        .call(Call::get(&path(&person, "")).with_token(&admin.access))
        .await
        .expect(200);

    assert_eq!(
        answer.json,
        json!({
            "id": person.id.to_string(), "email": "ann@example.com", "username": "Ann.M", "first_name": "Ann",
            "last_name": "Miller", "role": "user", "is_active": true, "email_verified": true, "pending_email": null,
            "mfa_enabled": false, "created_at": "2026-03-01T12:00:00Z", "last_login_at": "2026-03-01T12:01:00Z",
            "deletion_due_at": null,
        })
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn abuse_021_ended_sessions_are_over_with_the_next_call() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let (phone, laptop) = (app.log_in(&person).await, app.log_in(&person).await);
    let valid_from = async || {
        let user = Users(app.app().store()).lookup(person.id).await;
        user.unwrap().unwrap().sessions_valid_from.to_string()
    };
    let before = valid_from().await;

    let _ = app
        .call(post(&admin, &person, "sessions/revoke/"))
        .await
        .expect(204);

    for tokens in [&phone, &laptop] {
        app.expect_over(tokens).await;
    }
    let _ = app.me(&admin.access).await.expect(200);
    let entries = app.audit_of("SESSIONS_REVOKED").await;
    assert_eq!(entries[0]["actor"], me.id.to_string());
    assert_eq!(entries[0]["object"], format!("user/{}", person.id));
    let after = valid_from().await;
    assert_ne!(before, after);
    assert_eq!(
        entries[0]["changes"],
        json!([{"field": "sessions_valid_from", "before": before, "after": after}])
    );
    let again = app.log_in(&person).await;
    let _ = app.me(&again.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn the_owner_gets_the_link_and_the_administrator_nothing_of_it() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;

    let answer = app
        .call(post(&admin, &person, "password-reset/"))
        .await
        .expect(200);

    assert_eq!(answer.json.as_object().unwrap().len(), 1);
    let task = app
        .tasks()
        .await
        .into_iter()
        .find(|task| task["kind"] == "send_password_reset")
        .unwrap();
    assert_eq!(task["input"], json!({"user_id": person.id.to_string()}));
    let entries = app.audit_of("PASSWORD_RESET_REQUESTED").await;
    assert_eq!(entries[0]["actor"], me.id.to_string());
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
}

#[tokio::test]
async fn links_for_one_account_are_limited_whoever_asks() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let other = app.member("bob@example.com").await;
    app.leave_work_undone();

    for _ in 0..5 {
        let _ = app
            .call(post(&admin, &person, "password-reset/"))
            .await
            .expect(200);
    }
    let answer = app.call(post(&admin, &person, "password-reset/")).await;

    answer.expect_error(429, "rate_limited");
    assert!(!answer.header("retry-after").is_empty());
    let _ = app
        .call(post(&admin, &other, "password-reset/"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_locked_account_gets_no_link() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let locked = app.member("ann@example.com").await;
    app.disable(&locked).await;
    let leaving = app.member("bob@example.com").await;
    app.mark(&leaving, "deletion_due_at", app.now()).await;

    for person in [&locked, &leaving] {
        app.call(post(&admin, person, "password-reset/"))
            .await
            .expect_error(409, "not_active");
    }
}

#[tokio::test]
async fn abuse_043_who_loses_the_factor_loses_what_it_opened() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let (person, tokens) = app.member_logged_in("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;
    let call = || Call::new("DELETE", &path(&person, "mfa/")).with_token(&admin.access);

    let _ = app.call(call()).await.expect(204);

    app.expect_over(&tokens).await;
    assert!(app.stored(&person).await["factor_since"].is_null());
    let entries = app.audit_of("FACTOR_REMOVED").await;
    assert_eq!(
        (&entries[0]["actor"], entries.len()),
        (&json!(me.id.to_string()), 1)
    );
    assert_eq!(
        entries[0]["changes"],
        json!([{"field": "second_factor", "before": "true", "after": "false"}])
    );
    let notices = app
        .tasks()
        .await
        .into_iter()
        .filter(|task| task["kind"] == "send_security_notice")
        .count();
    assert_eq!(notices, 1);
    app.deliver().await;

    app.call(call()).await.expect_error(409, "no_factor");
}

/// A session that began or ended in between must not outlive the end of all, nor come back by it.
#[tokio::test]
async fn abuse_043_what_comes_between_ends_with_the_factor_too() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    let later = app.now() + SignedDuration::from_hours(1);
    for attribute in ["last_proof_at", "sessions_valid_from"] {
        let person = app.member(&format!("{attribute}@example.com")).await;
        app.mark(&person, "factor_since", app.now()).await;
        let call = Call::new("DELETE", &path(&person, "mfa/")).with_token(&admin.access);

        let meanwhile = app.mark(&person, attribute, later);
        let answer = app
            .call_held_at("TransactWriteItems", call, meanwhile)
            .await;

        let _ = answer.expect(204);
        let user = app.stored(&person).await;
        assert!(user["factor_since"].is_null());
        let valid_from = user["sessions_valid_from"].as_str().unwrap();
        let valid_from: i64 = valid_from.parse().unwrap();
        assert!(valid_from > later.as_millisecond(), "{attribute}: {user}");
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_factor_that_its_owner_takes_away_meanwhile_is_taken_away_once() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    app.mark(&person, "factor_since", app.now()).await;
    let call = Call::new("DELETE", &path(&person, "mfa/")).with_token(&admin.access);

    let meanwhile = app.clear_user(person.id, "factor_since");
    let answer = app
        .call_held_at("TransactWriteItems", call, meanwhile)
        .await;

    answer.expect_error(409, "no_factor");
    assert!(app.audit_of("FACTOR_REMOVED").await.is_empty());
}

#[tokio::test]
async fn abuse_013_nobody_gets_rid_of_their_own_factor_here() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    app.mark(&me, "factor_since", app.now()).await;

    let answer = app
        .call(Call::new("DELETE", &path(&me, "mfa/")).with_token(&admin.access))
        .await;

    answer.expect_error(409, "own_account");
    assert!(!app.stored(&me).await["factor_since"].is_null());
}
