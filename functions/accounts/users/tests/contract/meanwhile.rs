//! What ends a session, or changes its account, between what a call reads and what it writes: the write must not overlook it.

mod repetitions;

use std::cell::RefCell;

use accounts_testing::{Call, LoggedIn, Person, TestApp};
use serde_json::{Value, json};

/// The write that a call ends with.
const WRITE: &str = "TransactWriteItems";

const SESSIONS: &str = "/api/v1/users/me/sessions";

/// An account with two sessions of now.
async fn two_sessions(app: &TestApp, email: &str) -> (Person, LoggedIn, LoggedIn) {
    let person = app.member(email).await;
    let first = app.log_in_by_password(&person).await;
    let second = app.log_in_by_password(&person).await;
    (person, first, second)
}

fn change_profile_call(session: &LoggedIn, body: &Value) -> Call {
    Call::new("PATCH", "/api/v1/users/me")
        .with_header("content-type", "application/json")
        .with_body(body.to_string())
        .with_token(&session.access)
}

/// Ends a session as nobody's call does: as one ends whose refresh token comes back.
async fn end(app: &TestApp, person: &Person, session: &LoggedIn) {
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let sk = format!("SESSION#{}", session.session_id);
    let at = json!({"N": app.now().as_millisecond().to_string()});
    app.aws().edit(&table, &pk, &sk, "revoked_at", &at).await;
}

#[tokio::test]
async fn a_session_that_is_ended_meanwhile_is_neither_ended_again_nor_named() {
    let app = TestApp::start_watched().await;
    for (number, method) in ["DELETE", "PATCH"].into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let (person, first, second) = two_sessions(&app, &email).await;
        let path = format!("{SESSIONS}/{}", second.session_id);
        let call = Call::new(method, &path)
            .with_header("content-type", "application/json")
            .with_body(json!({"name": "Phone"}).to_string())
            .with_token(&first.access);

        let ended = RefCell::default();
        let end = async {
            end(&app, &person, &second).await;
            ended.replace(app.identity().await);
        };
        let answer = app.call_held_at(WRITE, call, end).await;

        answer.expect_error(404, "not_found");
        assert_eq!(app.identity().await, ended.take());
    }
    for action in ["SESSION_REVOKED", "SESSION_RENAMED"] {
        assert!(app.audit_of(action).await.is_empty());
    }
    app.deliver().await;
}

/// A thief's session that its owner ends must not end the owner's with its last call.
#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_ends_no_others() {
    let app = TestApp::start_watched().await;
    let (_, thief, owner) = two_sessions(&app, "ann@example.com").await;

    let [alone, _] = TestApp::ending_calls(&thief, &owner);
    let others = TestApp::log_out_everywhere_call(&thief.access, true);
    let answer = app.call_with_another_meanwhile(others, alone).await;

    answer.expect_error(401, "not_authenticated");
    let _ = app.me(&owner.access).await.expect(200);
    app.expect_over(&thief).await;
    app.deliver().await;
}

#[tokio::test]
async fn the_profile_of_an_account_that_goes_meanwhile_is_not_changed() {
    let app = TestApp::start_watched().await;
    let body = json!({"first_name": "Zoe"});
    let (leaving, session, _) = two_sessions(&app, "ann@example.com").await;
    let at = app.now();
    let leave = app.mark(&leaving, "deletion_due_at", at);
    let call = change_profile_call(&session, &body);
    let answer = app.call_held_at(WRITE, call, leave).await;
    answer.expect_error(401, "not_authenticated");
    assert_eq!(app.stored(&leaving).await["first_name"], "Ann");

    let (gone, session, _) = two_sessions(&app, "bob@example.com").await;
    let go = app.delete_account(&gone);
    let call = change_profile_call(&session, &body);
    let answer = app.call_held_at(WRITE, call, go).await;
    answer.expect_error(401, "not_authenticated");
    assert_eq!(app.stored(&gone).await, Value::Null);
    app.deliver().await;
}
