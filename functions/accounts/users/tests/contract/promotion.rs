//! What becomes of an account that an operator makes an administrator's, whatever it was before.

use accounts::account::{PromoteOutcome, Users};
use accounts::actions;
use accounts_testing::{Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn member(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    (person, session)
}

async fn promote(app: &TestApp, person: &Person) -> PromoteOutcome {
    let audit = app.app().audit(actions::ROLE_CHANGED).on(person.id);
    let users = Users(app.app().store());
    let promoted = users
        .promote(person.id, &app.password_hash(), app.now(), &[], &audit)
        .await;
    promoted.unwrap()
}

async fn ask_for_deletion(app: &TestApp, session: &LoggedIn) {
    let body = json!({ "password": TestApp::PASSWORD });
    let call = Call::post("/api/v1/users/me/deletion", &body).with_token(&session.access);
    let _ = app.call(call).await.expect(202);
    app.deliver().await;
}

#[tokio::test]
async fn an_account_that_was_to_be_deleted_is_kept_and_logs_in() {
    let app = TestApp::start().await;
    let (person, session) = member(&app).await;
    ask_for_deletion(&app, &session).await;
    let cancel = app.token_of(&person.email).await;

    assert_eq!(promote(&app, &person).await, PromoteOutcome::Promoted);

    let account = app.stored(&person).await;
    for attribute in ["deletion_due_at", "due_pk", "due_sk", "deletion_cancel"] {
        assert_eq!(account[attribute], Value::Null, "{attribute}");
    }
    let body = json!({ "token": cancel });
    app.call(Call::post("/api/v1/users/me/deletion/cancel", &body))
        .await
        .expect_error(400, "invalid_token");
    app.advance(SignedDuration::from_secs(2));
    let login = app.log_in_by_password(&person).await;
    assert_eq!(
        app.me(&login.access).await.expect(200).text("role"),
        "admin"
    );
    assert_eq!(app.granted(&person).await, "admin");
    app.advance(SignedDuration::from_hours(15 * 24));
    app.purge().await;
    app.deliver().await;
    assert_eq!(app.stored(&person).await["role"], "admin");
}

#[tokio::test]
async fn an_account_whose_deletion_has_begun_is_refused_and_goes() {
    let app = TestApp::start().await;
    let (person, session) = member(&app).await;
    ask_for_deletion(&app, &session).await;
    app.advance(SignedDuration::from_hours(14 * 24));
    app.purge().await;

    assert_eq!(promote(&app, &person).await, PromoteOutcome::BeingDeleted);

    assert_eq!(app.granted(&person).await, Value::Null);
    assert!(app.audit_of("ROLE_CHANGED").await.is_empty());
    app.deliver().await;
    assert_eq!(app.stored(&person).await, Value::Null);
    assert_eq!(promote(&app, &person).await, PromoteOutcome::Gone);
}

#[tokio::test]
async fn every_other_way_into_it_is_over() {
    let app = TestApp::start().await;
    let (person, session) = member(&app).await;
    let body = json!({ "email": "next@example.com", "password": TestApp::PASSWORD });
    let call = Call::post("/api/v1/users/me/email", &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);
    let body = json!({ "email": person.email });
    let forgot = Call::post("/api/v1/auth/password/forgot", &body);
    let _ = app.call(forgot).await.expect(200);
    let code = app.fresh_code(&person.email).await;

    assert_eq!(promote(&app, &person).await, PromoteOutcome::Promoted);

    app.expect_over(&session).await;
    let account = app.stored(&person).await;
    for attribute in ["password_reset", "pending_email", "email_change"] {
        assert_eq!(account[attribute], Value::Null, "{attribute}");
    }
    app.verify_otp(&person.email, &code)
        .await
        .expect_error(400, "invalid_otp");
    app.deliver().await;
}

/// Whoever had the account before got its notices, and with them links that would give it back to them.
#[tokio::test]
async fn nothing_of_before_can_be_taken_back() {
    let app = TestApp::start().await;
    let (person, session) = member(&app).await;
    let body = json!({ "email": "chief@example.com", "password": TestApp::PASSWORD });
    let call = Call::post("/api/v1/users/me/email", &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    let body = json!({ "token": app.token_of("chief@example.com").await });
    let confirm = Call::post("/api/v1/users/me/email/confirm", &body);
    let _ = app.call(confirm).await.expect(200);
    app.deliver().await;
    let not_me = app.token_of(&person.email).await;
    app.advance(SignedDuration::from_secs(2));

    assert_eq!(promote(&app, &person).await, PromoteOutcome::Promoted);

    let body = json!({ "token": not_me });
    app.call(Call::post("/api/v1/auth/not-me", &body))
        .await
        .expect_error(400, "invalid_token");
    assert_eq!(app.stored(&person).await["email"], "chief@example.com");
}

/// It is looked at again: what the operator is told is done to the account as it is by then.
#[tokio::test]
async fn what_happens_to_an_account_while_it_is_promoted_is_not_overlooked() {
    let later = json!({"N": "4000000000000"});
    let task = json!({"S": "01955190-0000-7000-8000-000000000000"});
    for (attribute, value) in [
        ("email", json!({"S": "new@example.com"})),
        ("sessions_valid_from", later.clone()),
        ("last_proof_at", later),
        ("deletion_task", task),
    ] {
        let app = TestApp::start_watched().await;
        let (person, _) = member(&app).await;
        let _ = app.request_otp("new@example.com").await.expect(200);
        app.deliver().await;

        let change = app.edit_user(person.id, attribute, value);
        let promoted = Box::pin(promote(&app, &person));
        let promoted = app.held_at("TransactWriteItems", promoted, change);
        let promoted = promoted.await;

        let user = app.stored(&person).await;
        if attribute == "deletion_task" {
            assert_eq!(promoted, PromoteOutcome::BeingDeleted);
            assert_eq!(user["role"], Value::Null);
            continue;
        }
        assert_eq!(promoted, PromoteOutcome::Promoted);
        let valid_from: i64 = user["sessions_valid_from"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let code = app.identity_item("EMAIL#new@example.com", "CODE").await;
        match attribute {
            "email" => assert_eq!(code, Value::Null),
            _ => assert!(valid_from > 4_000_000_000_000, "{attribute}: {user}"),
        }
    }
}

/// By a clock that is further ahead than clocks are meant to be.
#[tokio::test]
async fn a_session_that_began_in_the_future_ends_too() {
    let app = TestApp::start().await;
    let (person, _) = member(&app).await;
    let ahead = SignedDuration::from_secs(30);
    app.advance(ahead);
    let session = app.log_in_by_password(&person).await;
    app.advance(-ahead);

    assert_eq!(promote(&app, &person).await, PromoteOutcome::Promoted);

    app.advance(ahead);
    app.expect_over(&session).await;
}

#[tokio::test]
async fn a_locked_account_that_was_never_verified_is_open_again() {
    let app = TestApp::start().await;
    let person = app.newcomer("ann@example.com").await;
    app.disable(&person).await;

    assert_eq!(promote(&app, &person).await, PromoteOutcome::Promoted);

    app.advance(SignedDuration::from_secs(2));
    let login = app.log_in_by_password(&person).await;
    assert_eq!(
        app.me(&login.access).await.expect(200).text("role"),
        "admin"
    );
}
