use accounts_testing::{Call, TestApp, recovery_codes};
use serde_json::json;

use crate::support::{count, expect_used, expect_wrong, recovery_codes as kept};

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);
    let renew = TestApp::renew_recovery_codes_call(&session.access, &code);

    let renewed = app.call(renew).await.expect(200);

    let codes = recovery_codes(&renewed);
    assert_eq!(codes.len(), 10);
    assert!(
        codes
            .iter()
            .all(|code| !factor.recovery_codes.contains(code))
    );
    assert_eq!(renewed.header("cache-control"), "no-store");
    let challenge = app.challenge_of(&person).await;
    let old = json!({"recovery_code": factor.recovery_codes[0]});
    expect_wrong(
        &app.call(TestApp::answer_challenge_call(&challenge, &old))
            .await,
    );
    let new = json!({"recovery_code": codes[9]});
    let call = TestApp::answer_challenge_call(&challenge, &new);
    let _ = app.call(call).await.expect(200);
    assert_eq!(app.audit_of("RECOVERY_CODES_RENEWED").await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn the_code_is_spent_by_it() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);
    let renew = TestApp::renew_recovery_codes_call(&session.access, &code);
    let _ = app.call(renew.clone()).await.expect(200);

    expect_used(&app.call(renew).await);
    let challenge = app.challenge_of(&person).await;
    expect_used(&app.answer_challenge(&challenge, &code).await);
}

#[tokio::test]
async fn one_recovery_code_does_not_make_ten() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let body = json!({"recovery_code": factor.recovery_codes[0]});
    let path = "/api/v1/auth/mfa/recovery-codes";

    let answer = app
        .call(Call::post(path, &body).with_token(&session.access))
        .await;

    answer.expect_error(400, "invalid_fields");
    assert_eq!(answer.detail("code"), "Enter the six digits of the code.");
}

#[tokio::test]
async fn without_a_factor_there_are_no_recovery_codes() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;

    let answer = app
        .call(TestApp::renew_recovery_codes_call(
            &session.access,
            "123456",
        ))
        .await;

    answer.expect_error(409, "no_factor");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_011_of_many_renewals_with_one_code_at_once_one_is_done() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);
    let calls = (0..10).map(|_| TestApp::renew_recovery_codes_call(&session.access, &code));

    let answers = app.call_all(calls).await;

    assert_eq!(count(&answers, 200), 1);
    assert_eq!(app.audit_of("RECOVERY_CODES_RENEWED").await.len(), 1);
}

#[tokio::test]
async fn a_code_that_is_spent_meanwhile_renews_nothing() {
    let app = TestApp::start_watched().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let before = kept(&app, &person).await;
    let code = app.next_factor_code(&factor);
    let renew = TestApp::renew_recovery_codes_call(&session.access, &code);

    let newer = json!({"N": "99999999999"});
    let spend = async {
        app.aws()
            .edit(&table, &pk, "TOTP", "last_step", &newer)
            .await;
    };
    let answer = app.call_held_at("TransactWriteItems", renew, spend).await;

    expect_used(&answer);
    assert_eq!(kept(&app, &person).await, before);
}
