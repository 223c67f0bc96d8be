//! The same of calls that repeat one of the last minute. They are written twice, and what comes between the two is not overlooked
//! either.

use std::cell::RefCell;

use accounts_testing::{Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::{change_profile_call, end};

/// Calls of a session that end nothing but what they say, and can be made again at once.
fn calls(session: &LoggedIn) -> [Call; 3] {
    let body = json!({"email": "next@example.com", "password": TestApp::PASSWORD});
    [
        TestApp::begin_totp_call(&session.access),
        Call::post("/api/v1/users/me/email", &body).with_token(&session.access),
        TestApp::log_out_everywhere_call(&session.access, true),
    ]
}

/// By somebody else than its owner: what they do themselves takes the place of what is repeated.
#[tokio::test]
async fn abuse_021_a_session_that_is_ended_between_does_nothing_again() {
    let app = TestApp::start_watched().await;
    let mut number = 0;
    for kind in 0..3 {
        for is_alone in [true, false] {
            number += 1;
            let person = app.member(&format!("ann{number}@example.com")).await;
            let session = app.log_in_by_password(&person).await;
            let [first, again] = [(); 2].map(|()| calls(&session).into_iter().nth(kind).unwrap());
            let first = app.call(first).await;
            assert!((200..300).contains(&first.status), "{}", first.json);

            let ended = RefCell::default();
            let end = async {
                if is_alone {
                    end(&app, &person, &session).await;
                } else {
                    let later = app.now() + SignedDuration::from_mins(1);
                    app.mark(&person, "sessions_valid_from", later).await;
                }
                ended.replace(app.identity().await);
            };
            let answer = app.call_held_as_repetition(again, end).await;

            answer.expect_error(401, "not_authenticated");
            assert_eq!(app.identity().await, ended.take(), "{kind} {is_alone}");
        }
    }
    app.deliver().await;
}

#[tokio::test]
async fn an_account_that_is_to_go_since_has_its_profile_changed_no_more() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let call = |name: &str| change_profile_call(&session, &json!({ "first_name": name }));
    let _ = app.call(call("Zoe")).await.expect(200);

    let leave = app.mark(&person, "deletion_due_at", app.now());
    let answer = app.call_held_as_repetition(call("Eve"), leave).await;

    answer.expect_error(401, "not_authenticated");
    assert_eq!(app.stored(&person).await["first_name"], "Zoe");
}

/// Another has taken the new username, or a spelling of the old one that this account never had.
#[tokio::test]
async fn a_username_that_another_takes_between_stays_theirs() {
    let app = TestApp::start_watched().await;
    let bob = app.member("bob@example.com").await;
    for (number, (taken, status)) in [("third", 400), ("strasse", 200)].into_iter().enumerate() {
        let person = app.member(&format!("ann{number}@example.com")).await;
        let session = app.log_in_by_password(&person).await;
        let call = |name: &str| change_profile_call(&session, &json!({ "username": name }));
        let _ = app.call(call(&format!("first{number}"))).await.expect(200);
        app.name_as_before(&person, "straße").await;

        let take = app.own_username(&bob, taken);
        let answer = app.call_held_as_repetition(call("third"), take).await;

        assert_eq!(answer.status, status, "{}", answer.json);
        let owner = app
            .identity_item(&format!("USERNAME#{taken}"), "OWNER")
            .await;
        assert_eq!(owner["user_id"], bob.id.to_string());
        app.aws()
            .remove(&app.table("identity"), "USERNAME#third", "OWNER")
            .await;
        app.aws()
            .remove(&app.table("identity"), "USERNAME#straße", "OWNER")
            .await;
    }
    app.deliver().await;
}
