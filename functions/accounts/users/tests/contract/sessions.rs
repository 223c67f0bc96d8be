//! The sessions of an account, and their ends.

use accounts::account::Users;
use accounts::session::Sessions;
use accounts::{Me, actions};
use accounts_testing::{Call, LoggedIn, Person, TestApp};
use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::id::SessionId;
use serde_json::json;

const PATH: &str = "/api/v1/users/me/sessions";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn list_call(token: &str) -> Call {
    Call::get(PATH).with_token(token)
}

fn revoke_call(token: &str, id: impl std::fmt::Display) -> Call {
    Call::new("DELETE", &format!("{PATH}/{id}")).with_token(token)
}

fn rename_call(token: &str, id: impl std::fmt::Display, name: &str) -> Call {
    Call::new("PATCH", &format!("{PATH}/{id}"))
        .with_header("content-type", "application/json")
        .with_body(json!({ "name": name }).to_string())
        .with_token(token)
}

async fn two_sessions(app: &TestApp) -> (Person, LoggedIn, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let first = app.log_in(&person).await;
    app.advance(SignedDuration::from_mins(1));
    let second = app.log_in(&person).await;
    (person, first, second)
}

async fn end_all(app: &TestApp, person: &Person, keep: Option<SessionId>) -> bool {
    let audit = app
        .app()
        .audit(actions::SESSIONS_REVOKED)
        .by(person.id)
        .on(person.id);
    let store = app.app().store();
    let (user, kept) = match keep {
        Some(id) => {
            let me = Me::look_up(store, person.id, id).await.unwrap().unwrap();
            (me.user, Some(me.session))
        }
        None => (Users(store).lookup(person.id).await.unwrap().unwrap(), None),
    };
    let ended = Sessions(store)
        .end_all(&user, kept.as_ref(), app.now(), None, &audit)
        .await;
    ended.unwrap()
}

#[tokio::test]
async fn the_list_tells_where_the_account_is_logged_in() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let code = app.fresh_code(&person.email).await;
    let call = TestApp::verify_otp_call(&person.email, &code)
        .with_header("user-agent", FIREFOX)
        .from("203.0.113.7");
    let first = LoggedIn::of(&app.call(call).await.expect(200));
    app.advance(SignedDuration::from_mins(1));
    let second = app.log_in(&person).await;
    app.deliver().await;

    let answer = app.call(list_call(&first.access)).await.expect(200);

    assert_eq!(answer.json["count"], 2);
    assert_eq!(
        answer.json["results"][0]["id"],
        second.session_id.to_string()
    );
    assert_eq!(answer.json["results"][0]["current"], false);
    assert_eq!(
        answer.json["results"][1],
        json!({
            "id": first.session_id.to_string(), "name": null,
            "device": {"type": "desktop", "name": "Firefox on Linux"}, "address": "203.0.113.7",
            "created_at": "2026-03-01T12:00:00Z", "last_seen_at": "2026-03-01T12:00:00Z",
            "expires_at": "2026-03-08T12:00:00Z", "current": true,
        })
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_list_has_pages_and_leaves_out_what_is_over() {
    let app = TestApp::start().await;
    let (person, first, second) = two_sessions(&app).await;
    let third = app.log_in(&person).await;
    let _ = app.log_out(&second.access).await.expect(204);
    app.deliver().await;

    let page = Call::get(&format!("{PATH}?page_size=1")).with_token(&third.access);
    let page = app.call(page).await.expect(200);
    assert_eq!(page.json["results"][0]["id"], third.session_id.to_string());
    assert_eq!(page.json["count"], 2);
    let second = Call::get(&format!("{PATH}?page_size=1&page=2")).with_token(&third.access);
    let second = app.call(second).await.expect(200);
    let next = Call::get(page.text("next")).with_token(&third.access);
    let next = app.call(next).await.expect(200);
    assert_eq!(next.json["results"][0]["id"], first.session_id.to_string());
    assert_eq!(next.json["results"].as_array().unwrap().len(), 1);
    assert_eq!(second.json, next.json);
    for (query, status) in [("page=3&page_size=1", 404), ("sort=name", 400)] {
        let call = Call::get(&format!("{PATH}?{query}")).with_token(&third.access);
        assert_eq!(app.call(call).await.status, status, "{query}");
    }

    let all = app.call(list_call(&third.access)).await.expect(200);
    assert_eq!(all.json["count"], 2);
}

#[tokio::test]
async fn a_session_gets_a_name() {
    let app = TestApp::start().await;
    let (_, first, second) = two_sessions(&app).await;
    app.deliver().await;

    let call = rename_call(&first.access, second.session_id, " Ann's phone ");
    let answer = app.call(call).await.expect(200);

    assert_eq!(answer.text("name"), "Ann's phone");
    assert_eq!(answer.json["current"], false);
    let listed = app.call(list_call(&first.access)).await.expect(200);
    assert_eq!(listed.json["results"][0]["name"], "Ann's phone");
    assert_eq!(app.audit_of("SESSION_RENAMED").await.len(), 1);
    for name in ["", " ", &"x".repeat(61), "a\nb"] {
        let answer = app
            .call(rename_call(&first.access, second.session_id, name))
            .await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("name").is_empty());
    }
}

#[tokio::test]
async fn abuse_021_an_ended_session_is_refused_on_the_next_call() {
    let app = TestApp::start().await;
    let (person, first, second) = two_sessions(&app).await;
    app.deliver().await;
    let _ = app.me(&second.access).await.expect(200);

    let _ = app
        .call(revoke_call(&first.access, second.session_id))
        .await
        .expect(204);

    app.me(&second.access)
        .await
        .expect_error(401, "not_authenticated");
    app.refresh(&second.refresh)
        .await
        .expect_error(401, "invalid_refresh_token");
    let _ = app.me(&first.access).await.expect(200);
    let again = app
        .call(revoke_call(&first.access, second.session_id))
        .await;
    again.expect_error(404, "not_found");
    let entries = app.audit_of("SESSION_REVOKED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], person.id.to_string());

    let _ = app
        .call(revoke_call(&first.access, first.session_id))
        .await
        .expect(204);
    app.me(&first.access)
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn abuse_058_somebody_elses_session_is_a_404() {
    let app = TestApp::start().await;
    let (person, first, _) = two_sessions(&app).await;
    let eve = app.member("eve@example.com").await;
    let eve = app.log_in(&eve).await;
    app.deliver().await;

    for id in [
        first.session_id.to_string(),
        "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11".to_owned(),
        format!("{}%2F..%2F{}", eve.session_id, first.session_id),
        "not-an-id".to_owned(),
        "%FF".to_owned(),
    ] {
        let renamed = app.call(rename_call(&eve.access, &id, "Eve's")).await;
        renamed.expect_error(404, "not_found");
        let revoked = app.call(revoke_call(&eve.access, &id)).await;
        revoked.expect_error(404, "not_found");
    }

    let _ = app.me(&first.access).await.expect(200);
    let sk = format!("SESSION#{}", first.session_id);
    let session = app.identity_item(&format!("USER#{}", person.id), &sk).await;
    assert_eq!(session["name"], serde_json::Value::Null);
}

#[tokio::test]
async fn strangers_see_and_end_nothing() {
    let app = TestApp::start().await;
    let (_, first, _) = two_sessions(&app).await;
    app.deliver().await;
    let id = first.session_id;
    for call in [
        list_call("x"),
        revoke_call("x", id),
        rename_call("x", id, "y"),
    ] {
        app.call(call).await.expect_error(401, "not_authenticated");
    }
}

#[tokio::test]
async fn abuse_021_all_sessions_end_those_of_this_very_moment_too() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    // The clock stands still: the session begins at the moment of the end.
    let session = app.log_in(&person).await;

    assert!(end_all(&app, &person, None).await);

    app.me(&session.access)
        .await
        .expect_error(401, "not_authenticated");
    app.refresh(&session.refresh)
        .await
        .expect_error(401, "invalid_refresh_token");
    let next = app.log_in(&person).await;
    let _ = app.me(&next.access).await.expect(200);
    let _ = app.refresh(&next.refresh).await.expect(200);

    assert!(end_all(&app, &person, None).await);
    app.me(&next.access)
        .await
        .expect_error(401, "not_authenticated");
    app.deliver().await;
}

#[tokio::test]
async fn one_session_is_kept_where_all_others_end() {
    let app = TestApp::start().await;
    let (person, first, second) = two_sessions(&app).await;

    assert!(end_all(&app, &person, Some(first.session_id)).await);

    let _ = app.me(&first.access).await.expect(200);
    let _ = app.refresh(&first.refresh).await.expect(200);
    app.me(&second.access)
        .await
        .expect_error(401, "not_authenticated");
    let listed = app.call(list_call(&first.access)).await.expect(200);
    assert_eq!(listed.json["count"], 1);
    // One that is over keeps nothing.
    assert!(!end_all(&app, &person, Some(second.session_id)).await);

    assert!(end_all(&app, &person, None).await);
    app.me(&first.access)
        .await
        .expect_error(401, "not_authenticated");
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sessions_that_end_each_other_at_once_one_is_kept() {
    let app = TestApp::start().await;
    let (person, first, second) = two_sessions(&app).await;
    let third = app.log_in(&person).await;
    app.deliver().await;
    let sessions = [&first, &second, &third];

    let ended = sessions.map(|session| end_all(&app, &person, Some(session.session_id)));
    let kept = join_all(ended).await;

    assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{kept:?}");
    for (session, kept) in sessions.iter().zip(kept) {
        let expected = if kept { 200 } else { 401 };
        assert_eq!(app.me(&session.access).await.status, expected);
    }
}
