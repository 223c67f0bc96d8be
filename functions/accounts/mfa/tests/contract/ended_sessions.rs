//! A session that somebody ends, by itself or with all others, while its call is between its look and its write.

use accounts_testing::{Call, Factor, Person, TestApp};
use serde_json::{Value, json};

use crate::support::{recovery_codes, totp, user};

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_begins_no_factor() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    for way in 0..2 {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let begin = TestApp::begin_totp_call(&session.access);
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(begin, end)
            .await
            .expect_error(401, "not_authenticated");
    }

    assert!(totp(&app, &person).await.is_null());
    assert!(app.audit_of("FACTOR_BEGUN").await.is_empty());
    app.deliver().await;
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_confirms_no_factor() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    for way in 0..2 {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
        let code = Factor::of(begun.expect(200).text("secret")).code(app.now());
        let confirm = TestApp::confirm_totp_call(&session.access, &code);
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(confirm, end)
            .await
            .expect_error(401, "not_authenticated");
    }

    assert_eq!(totp(&app, &person).await["active"], false);
    assert!(recovery_codes(&app, &person).await.is_null());
    assert!(user(&app, &person).await["factor_since"].is_null());
    assert!(app.audit_of("FACTOR_ADDED").await.is_empty());
    app.deliver().await;
    let _ = app.log_in_by_password(&person).await;
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_takes_no_factor_away() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    for way in 0..2 {
        let other = app.log_in_with_factor(&person, &factor).await;
        let session = app.log_in_with_factor(&person, &factor).await;
        let code = app.next_factor_code(&factor);
        let proofs = [
            json!({ "code": code }),
            json!({ "recovery_code": factor.recovery_codes[0] }),
        ];
        let disable = TestApp::disable_totp_call(&session.access, &proofs[way]);
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(disable, end)
            .await
            .expect_error(401, "not_authenticated");
    }

    assert_eq!(totp(&app, &person).await["active"], true);
    assert!(user(&app, &person).await["factor_since"].is_string());
    assert!(app.audit_of("FACTOR_REMOVED").await.is_empty());
    // The recovery code was not spent.
    let kept = recovery_codes(&app, &person).await;
    assert_eq!(kept["hashes"].as_array().map(Vec::len), Some(10));
    app.deliver().await;
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_meanwhile_gets_no_recovery_codes() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let before = recovery_codes(&app, &person).await;
    for way in 0..2 {
        let other = app.log_in_with_factor(&person, &factor).await;
        let session = app.log_in_with_factor(&person, &factor).await;
        let code = app.next_factor_code(&factor);
        let renew = TestApp::renew_recovery_codes_call(&session.access, &code);
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(renew, end)
            .await
            .expect_error(401, "not_authenticated");
    }

    assert_eq!(recovery_codes(&app, &person).await, before);
    assert!(app.audit_of("RECOVERY_CODES_RENEWED").await.is_empty());
    app.deliver().await;
}

#[tokio::test]
async fn a_session_that_is_gone_meanwhile_begins_no_factor() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let [pk, sk] = [
        format!("USER#{}", person.id),
        format!("SESSION#{}", session.session_id),
    ];
    let table = app.table("identity");

    let begin = TestApp::begin_totp_call(&session.access);
    let gone = app.aws().remove(&table, &pk, &sk);
    let answer = app.call_held_at("TransactWriteItems", begin, gone).await;

    answer.expect_error(401, "not_authenticated");
    assert!(totp(&app, &person).await.is_null());
    app.deliver().await;
}

/// What closes an account: an attribute of it and its value.
fn closings() -> [(&'static str, Value); 2] {
    [
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
    ]
}

/// A call that is refused because its account is closed while it is held at its write.
async fn expect_closed(app: &TestApp, person: &Person, call: Call, closing: (&str, Value)) {
    let close = app.edit_user(person.id, closing.0, closing.1);
    let answer = app.call_held_at("TransactWriteItems", call, close).await;
    answer.expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn an_account_that_is_closed_meanwhile_gets_no_factor() {
    let app = TestApp::start_watched().await;
    for (number, closing) in closings().into_iter().enumerate() {
        let begins = app.member(&format!("ann{number}@example.com")).await;
        let session = app.log_in_by_password(&begins).await;
        let begin = TestApp::begin_totp_call(&session.access);

        expect_closed(&app, &begins, begin, closing.clone()).await;

        assert!(totp(&app, &begins).await.is_null());
        let confirms = app.member(&format!("bob{number}@example.com")).await;
        let session = app.log_in_by_password(&confirms).await;
        let setup = app.call(TestApp::begin_totp_call(&session.access)).await;
        let code = Factor::of(setup.expect(200).text("secret")).code(app.now());
        let confirm = TestApp::confirm_totp_call(&session.access, &code);

        expect_closed(&app, &confirms, confirm, closing).await;

        assert_eq!(totp(&app, &confirms).await["active"], false);
    }
    app.deliver().await;
}

#[tokio::test]
async fn an_account_that_is_closed_meanwhile_keeps_its_factor() {
    let app = TestApp::start_watched().await;
    for (number, closing) in closings().into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let (person, factor, session) = app.member_with_factor(&email).await;
        let proof = json!({ "code": app.next_factor_code(&factor) });
        let disable = TestApp::disable_totp_call(&session.access, &proof);

        expect_closed(&app, &person, disable, closing).await;

        assert_eq!(totp(&app, &person).await["active"], true);
    }
    app.deliver().await;
}

/// A secret that is asked for twice in a minute is written twice: the first time that is found to be a repetition.
#[tokio::test]
async fn a_factor_that_is_confirmed_while_another_secret_is_asked_for_again_stays() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let begin = || TestApp::begin_totp_call(&session.access);
    let _ = app.call(begin()).await.expect(200);
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));

    let active = json!({"BOOL": true});
    let confirm = async { app.aws().edit(&table, &pk, "TOTP", "active", &active).await };
    let answer = app
        .call_held_after(1, "TransactWriteItems", begin(), confirm)
        .await;

    answer.expect_error(409, "factor_exists");
    assert_eq!(totp(&app, &person).await["active"], true);
}
