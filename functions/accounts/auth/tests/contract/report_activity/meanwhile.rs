//! What becomes of an account while its owner's word is between its look and its write: it is looked at again.

use accounts::jobs::SecurityEvent;
use accounts_testing::{LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::sessions::{deletion_call, has_factor, multiply, stolen};
use super::{log_in_elsewhere, notice, report_call};

/// The write that a denial ends with.
const WRITE: &str = "TransactWriteItems";

/// More sessions than can be ended alone, so that all of the account end.
const TOO_MANY: u32 = 90;

/// What is denied, of an account that a thief has logged in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denied {
    /// A new password.
    Password,
    /// The thief's session.
    Session,
    /// The thief's session, of an account whose owner has set up a second factor since.
    SessionBesideFactor,
    /// The thief's session, which so many came after that all of the account end.
    TooMany,
    /// The same of an account whose owner has set up a second factor since.
    TooManyBesideFactor,
}

/// An account with such a thing to deny, the thief's session, and the token of the notice.
async fn told(app: &TestApp, denied: Denied) -> (Person, LoggedIn, String) {
    let (person, own, thief, token) = stolen(app).await;
    if denied == Denied::Password {
        let token = notice(app, &person, SecurityEvent::PasswordChanged).await;
        return (person, thief, token);
    }
    if [Denied::SessionBesideFactor, Denied::TooManyBesideFactor].contains(&denied) {
        let _ = app.set_up_factor(&own.access).await;
    }
    if [Denied::TooMany, Denied::TooManyBesideFactor].contains(&denied) {
        multiply(app, &person, &thief, TOO_MANY).await;
    }
    (person, thief, token)
}

#[tokio::test]
async fn a_deletion_that_begins_meanwhile_is_not_stopped() {
    for denied in [
        Denied::Password,
        Denied::Session,
        Denied::SessionBesideFactor,
        Denied::TooMany,
        Denied::TooManyBesideFactor,
    ] {
        let app = TestApp::start_watched().await;
        let (person, _, token) = told(&app, denied).await;
        let mut expected = app.stored(&person).await;
        let task = "01955190-0000-7000-8000-000000000000";
        expected["deletion_task"] = json!(task);

        let begin = app.edit_user(person.id, "deletion_task", json!({ "S": task }));
        let answer = app.call_held_at(WRITE, report_call(&token), begin).await;

        answer.expect_error(400, "invalid_token");
        assert_eq!(app.stored(&person).await, expected, "{denied:?}");
        assert!(app.audit_of("ACTIVITY_DENIED").await.is_empty());
        app.deliver().await;
    }
}

/// Somebody has ended them by a clock that is ahead, or has logged in by one.
#[tokio::test]
async fn where_all_sessions_end_no_moment_of_meanwhile_is_overlooked() {
    for denied in [
        Denied::Password,
        Denied::TooMany,
        Denied::TooManyBesideFactor,
    ] {
        for (attribute, least) in [("sessions_valid_from", 0), ("last_proof_at", 1)] {
            let app = TestApp::start_watched().await;
            let (person, _, token) = told(&app, denied).await;
            let later = app.now() + SignedDuration::from_mins(1);

            let change = app.mark(&person, attribute, later);
            let answer = app.call_held_at(WRITE, report_call(&token), change).await;

            let _ = answer.expect(200);
            let from = app.stored(&person).await["sessions_valid_from"].clone();
            let from: i64 = from.as_str().unwrap().parse().unwrap();
            let since = from - later.as_millisecond();
            assert!(since >= least, "{denied:?}, {attribute}");
            app.deliver().await;
        }
    }
}

/// The thief has given the account another address, and asked for a code there.
#[tokio::test]
async fn a_code_of_the_address_that_the_account_has_meanwhile_is_over() {
    let app = TestApp::start_watched().await;
    let (person, _, token) = told(&app, Denied::Password).await;
    let _ = app.request_otp("thief@example.com").await.expect(200);
    app.deliver().await;

    let change = app.edit_user(person.id, "email", json!({"S": "thief@example.com"}));
    let answer = app.call_held_at(WRITE, report_call(&token), change).await;

    let _ = answer.expect(200);
    let code = app.identity_item("EMAIL#thief@example.com", "CODE").await;
    assert_eq!(code, Value::Null);
    app.deliver().await;
}

#[tokio::test]
async fn a_deletion_that_is_asked_for_meanwhile_is_called_off_whether_or_not_there_is_a_factor() {
    for denied in [Denied::Session, Denied::SessionBesideFactor] {
        let app = TestApp::start_watched().await;
        let (person, thief, token) = told(&app, denied).await;

        let _ = app
            .call_with_another_meanwhile(report_call(&token), deletion_call(&thief))
            .await
            .expect(200);

        let account = app.stored(&person).await;
        assert_eq!(account["deletion_due_at"], Value::Null, "{denied:?}");
        app.deliver().await;
    }
}

#[tokio::test]
async fn a_second_factor_that_takes_the_owners_place_meanwhile_is_taken_away() {
    for denied in [Denied::SessionBesideFactor, Denied::TooManyBesideFactor] {
        let app = TestApp::start_watched().await;
        let (person, thief, token) = told(&app, denied).await;
        let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));

        let set_up = async {
            let session = json!({"S": thief.session_id.to_string()});
            app.aws()
                .edit(&table, &pk, "TOTP", "session_id", &session)
                .await;
            let since = app.now() + SignedDuration::from_secs(1);
            app.mark(&person, "factor_since", since).await;
        };
        let answer = app.call_held_at(WRITE, report_call(&token), set_up).await;

        let _ = answer.expect(200);
        assert!(!has_factor(&app, &person).await, "{denied:?}");
        app.deliver().await;
    }
}

#[tokio::test]
async fn a_session_that_begins_meanwhile_ends_as_well_whether_or_not_there_is_a_factor() {
    for denied in [Denied::Session, Denied::SessionBesideFactor] {
        let app = TestApp::start_watched().await;
        let (person, thief, token) = told(&app, denied).await;

        let log_in = async {
            multiply(&app, &person, &thief, 1).await;
            let now = app.now() + SignedDuration::from_secs(1);
            app.mark(&person, "last_proof_at", now).await;
        };
        let answer = app.call_held_at(WRITE, report_call(&token), log_in).await;

        let _ = answer.expect(200);
        let items = app.identity().await;
        let is_over = |item: &&Value| !item["revoked_at"].is_null();
        assert_eq!(items.iter().filter(is_over).count(), 2, "{denied:?}");
        app.deliver().await;
    }
}

/// A part of it would be there, without its end, and no list of sessions could be read.
#[tokio::test]
async fn a_session_that_is_forgotten_meanwhile_is_not_made_again() {
    let app = TestApp::start_watched().await;
    let (person, thief, token) = told(&app, Denied::Session).await;
    let again = log_in_elsewhere(&app, &person).await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let sk = format!("SESSION#{}", thief.session_id);

    let forget = async { app.aws().remove(&table, &pk, &sk).await };
    let answer = app.call_held_at(WRITE, report_call(&token), forget).await;

    let _ = answer.expect(200);
    assert_eq!(app.identity_item(&pk, &sk).await, Value::Null);
    app.expect_over(&again).await;
    app.deliver().await;
}
