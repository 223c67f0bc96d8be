//! Deleting an account: asked for, taken back, done.

mod doors;
mod ending;
mod purge;

use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn logged_in(app: &TestApp, email: &str) -> (Person, LoggedIn) {
    let person = app.member(email).await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
}

fn delete_call(token: &str, body: &Value) -> Call {
    Call::post("/api/v1/users/me/deletion", body).with_token(token)
}

async fn delete(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.call(delete_call(token, body)).await
}

async fn delete_by_password(app: &TestApp, tokens: &LoggedIn) -> Answer {
    delete(app, &tokens.access, &json!({"password": TestApp::PASSWORD})).await
}

fn cancel_call(token: &str) -> Call {
    Call::post(
        "/api/v1/users/me/deletion/cancel",
        &json!({ "token": token }),
    )
}

async fn account(app: &TestApp, person: &Person) -> Value {
    app.identity_item(&format!("USER#{}", person.id), "USER")
        .await
}

#[tokio::test]
async fn abuse_045_an_account_to_be_deleted_is_shut_at_once() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let other_device = app.log_in(&person).await;
    let code = app.fresh_code(&person.email).await;

    let answer = delete_by_password(&app, &tokens).await.expect(202);

    assert_eq!(answer.text("deletion_due_at"), "2026-03-15T12:00:00Z");
    for tokens in [&tokens, &other_device] {
        app.me(&tokens.access)
            .await
            .expect_error(401, "not_authenticated");
        app.refresh(&tokens.refresh)
            .await
            .expect_error(401, "invalid_refresh_token");
    }
    app.verify_otp(&person.email, &code)
        .await
        .expect_error(400, "invalid_otp");
    let refused = app.obtain_token(&person.email, TestApp::PASSWORD).await;
    refused.expect_error_with(403, "deletion_pending", &["deletion"]);
    let mails = app.mails_to(&person.email).await.len();
    app.advance(SignedDuration::from_mins(10));
    let _ = app.request_otp(&person.email).await.expect(200);
    app.deliver().await;
    // The notice, and again the link that keeps it, and no code.
    let sent = app.mails_to(&person.email).await.split_off(mails);
    let subjects: Vec<_> = sent.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["Your KinWise account will be deleted"; 2]);
    assert_eq!(app.audit_of("DELETION_REQUESTED").await.len(), 1);
    // The address is not free meanwhile.
    let taken = app.register(&TestApp::registration(&person.email)).await;
    assert_eq!(taken.status, 400);
}

#[tokio::test]
async fn the_mailed_link_keeps_the_account() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let _ = delete_by_password(&app, &tokens).await.expect(202);
    app.deliver().await;
    let token = app.token_of(&person.email).await;
    app.advance(SignedDuration::from_hours(13 * 24));

    let kept = app.call(cancel_call(&token)).await.expect(200);

    assert_eq!(
        kept.text("message"),
        "Your account stays. You can log in again."
    );
    // It logs nobody in, and what ended stays ended.
    assert_eq!(kept.json.as_object().unwrap().len(), 1);
    app.me(&tokens.access)
        .await
        .expect_error(401, "not_authenticated");
    let again = app.log_in(&person).await;
    let _ = app.me(&again.access).await.expect(200);
    app.call(cancel_call(&token))
        .await
        .expect_error(400, "invalid_token");
    app.advance(SignedDuration::from_hours(2 * 24));
    app.purge().await;
    app.deliver().await;
    assert_eq!(account(&app, &person).await["email"], person.email);
    assert_eq!(app.audit_of("DELETION_CANCELLED").await.len(), 1);
}

#[tokio::test]
async fn links_of_other_kinds_and_made_up_ones_keep_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let _ = delete_by_password(&app, &tokens).await.expect(202);
    app.deliver().await;
    for token in [
        "",
        "x",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        tokens.access.as_str(),
    ] {
        app.call(cancel_call(token))
            .await
            .expect_error(400, "invalid_token");
    }
    let token = app.token_of(&person.email).await;
    app.advance(SignedDuration::from_hours(14 * 24));
    app.call(cancel_call(&token))
        .await
        .expect_error(400, "token_expired");
}

#[tokio::test]
async fn a_fresh_code_proves_the_wish_once() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let code = app.fresh_code(&person.email).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = delete(&app, &tokens.access, &json!({ "code": wrong })).await;
    answer.expect_error(400, "invalid_code");
    let answer = delete(&app, &tokens.access, &json!({ "code": "12" })).await;
    answer.expect_error(400, "invalid_fields");

    let _ = delete(&app, &tokens.access, &json!({ "code": code }))
        .await
        .expect(202);

    app.deliver().await;
    let _ = app
        .call(cancel_call(&app.token_of(&person.email).await))
        .await
        .expect(200);
    app.verify_otp(&person.email, &code)
        .await
        .expect_error(400, "invalid_otp");
}

#[tokio::test]
async fn a_code_that_is_too_old_or_somebody_elses_proves_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let eve = app.member("eve@example.com").await;
    let hers = app.fresh_code(&eve.email).await;
    let code = app.fresh_code(&person.email).await;
    if hers != code {
        let answer = delete(&app, &tokens.access, &json!({ "code": hers })).await;
        answer.expect_error(400, "invalid_code");
    }
    app.advance(SignedDuration::from_mins(11));
    let answer = delete(&app, &tokens.access, &json!({ "code": code })).await;
    answer.expect_error(400, "invalid_code");
    assert_eq!(account(&app, &person).await["deletion_due_at"], Value::Null);
}

#[tokio::test]
async fn an_account_with_a_second_factor_is_deleted_by_its_code_and_by_no_mailed_one() {
    let app = TestApp::start().await;
    let (person, factor, tokens) = app.member_with_factor("ann@example.com").await;
    let mailed = app.fresh_code(&person.email).await;
    let used = json!({ "code": factor.code(app.now()) });
    let answer = delete(&app, &tokens.access, &used).await;
    answer.expect_error(400, "code_used");
    if mailed != app.next_factor_code(&factor) {
        let answer = delete(&app, &tokens.access, &json!({ "code": mailed })).await;
        answer.expect_error(400, "invalid_code");
    }

    let body = json!({ "code": app.next_factor_code(&factor) });
    let _ = delete(&app, &tokens.access, &body).await.expect(202);

    app.deliver().await;
    assert_ne!(account(&app, &person).await["deletion_due_at"], Value::Null);
}

#[tokio::test]
async fn a_stolen_token_alone_deletes_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    for body in [
        json!({}),
        json!({"password": TestApp::PASSWORD, "code": "123456"}),
    ] {
        let answer = delete(&app, &tokens.access, &body).await;
        answer.expect_error(400, "invalid_fields");
    }
    let answer = delete(
        &app,
        &tokens.access,
        &json!({"password": "wrong horse battery"}),
    )
    .await;
    answer.expect_error(403, "wrong_password");
    let anonymous = Call::post("/api/v1/users/me/deletion", &json!({}));
    app.call(anonymous)
        .await
        .expect_error(401, "not_authenticated");
    for _ in 0..4 {
        let _ = delete(&app, &tokens.access, &json!({"code": "000000"})).await;
    }
    // Five proofs in ten minutes, whatever they were.
    let answer = delete_by_password(&app, &tokens).await;
    answer.expect_error(429, "rate_limited");
    assert_eq!(account(&app, &person).await["deletion_due_at"], Value::Null);
}

#[tokio::test]
async fn abuse_041_a_victims_id_deletes_the_callers_own_account() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let (person, tokens) = logged_in(&app, "eve@example.com").await;
    let id = victim.id.to_string();
    let body = json!({
        "password": TestApp::PASSWORD, "user_id": id, "id": id, "email": victim.email,
    });

    let _ = delete(&app, &tokens.access, &body).await.expect(202);

    app.deliver().await;
    assert_eq!(account(&app, &victim).await["deletion_due_at"], Value::Null);
    assert_ne!(account(&app, &person).await["deletion_due_at"], Value::Null);
    assert!(app.mails_to(&victim.email).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_045_many_wishes_at_once_are_one_deletion() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let mails = app.mails_to(&person.email).await.len();
    let code = app.fresh_code(&person.email).await;
    let body = json!({ "code": code });

    let answers = app
        .call_all((0..5).map(|_| delete_call(&tokens.access, &body)))
        .await;

    let done = answers.iter().filter(|answer| answer.status == 202).count();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(done, 1, "{statuses:?}");
    app.deliver().await;
    assert_eq!(app.mails_to(&person.email).await.len(), mails + 2);
    assert_eq!(app.audit_of("DELETION_REQUESTED").await.len(), 1);

    let token = app.token_of(&person.email).await;
    let answers = app.call_all((0..10).map(|_| cancel_call(&token))).await;
    let kept = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(kept, 1);
    assert_eq!(app.audit_of("DELETION_CANCELLED").await.len(), 1);
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_while_its_proof_is_checked_deletes_nothing() {
    let app = TestApp::start_watched().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let code = app.fresh_code(&person.email).await;
    for (body, is_alone) in [
        (json!({"password": TestApp::PASSWORD}), true),
        (json!({"password": TestApp::PASSWORD}), false),
        (json!({ "code": code }), true),
        (json!({ "code": code }), false),
    ] {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let [alone, with_all] = TestApp::ending_calls(&session, &other);
        let end = if is_alone { alone } else { with_all };

        app.call_with_another_meanwhile(delete_call(&session.access, &body), end)
            .await
            .expect_error(401, "not_authenticated");
    }

    let kept = account(&app, &person).await;
    assert_eq!(kept["deletion_due_at"], Value::Null);
    assert_eq!(kept["due_pk"], Value::Null);
    assert!(app.audit_of("DELETION_REQUESTED").await.is_empty());
    app.deliver().await;
    let _ = app.me(&tokens.access).await.expect(401);
}

#[tokio::test]
async fn what_happens_to_a_deletion_while_it_is_called_off_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("deletion_cancel", json!({"S": "of a newer link"})),
        (
            "deletion_task",
            json!({"S": "01955190-0000-7000-8000-000000000000"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, tokens) = logged_in(&app, &format!("ann{number}@example.com")).await;
        let _ = delete_by_password(&app, &tokens).await.expect(202);
        app.deliver().await;
        let token = app.token_of(&person.email).await;

        let change = app.edit_user(person.id, attribute, value);
        let answer = app
            .call_held_at("TransactWriteItems", cancel_call(&token), change)
            .await;

        assert!((400..500).contains(&answer.status), "{}", answer.json);
        assert!(!account(&app, &person).await["deletion_due_at"].is_null());
    }
}

#[tokio::test]
async fn a_code_that_is_spent_meanwhile_deletes_nothing() {
    let app = TestApp::start_watched().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let code = app.fresh_code(&person.email).await;
    let (table, pk) = (app.table("identity"), format!("EMAIL#{}", person.email));

    let spent = json!({"BOOL": true});
    let use_up = async { app.aws().edit(&table, &pk, "CODE", "spent", &spent).await };
    let call = delete_call(&tokens.access, &json!({ "code": code }));
    let answer = app.call_held_at("TransactWriteItems", call, use_up).await;

    assert!((400..500).contains(&answer.status), "{}", answer.json);
    assert!(account(&app, &person).await["deletion_due_at"].is_null());
}

#[tokio::test]
async fn a_code_of_the_second_factor_that_is_spent_meanwhile_deletes_nothing() {
    let app = TestApp::start_watched().await;
    let (person, factor, tokens) = app.member_with_factor("ann@example.com").await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let body = json!({ "code": app.next_factor_code(&factor) });
    let call = delete_call(&tokens.access, &body);

    let newer = json!({"N": "99999999999"});
    let spend = async {
        app.aws()
            .edit(&table, &pk, "TOTP", "last_step", &newer)
            .await;
    };
    // The updates of the limit and of the account's tries come before.
    let answer = app.call_held_after(2, "UpdateItem", call, spend).await;

    answer.expect_error(400, "code_used");
    assert!(account(&app, &person).await["deletion_due_at"].is_null());
}
