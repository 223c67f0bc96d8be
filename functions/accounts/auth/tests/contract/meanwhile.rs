//! What becomes of an account while a log-in to it is between its look and its write: the write must not overlook it.

use accounts_testing::{Answer, Call, Person, TestApp};
use serde_json::{Value, json};

/// The write that a log-in ends with.
const WRITE: &str = "TransactWriteItems";

/// What refuses a log-in, whatever it is proved with: an attribute of the account and its value.
fn refusals() -> [(&'static str, Value); 3] {
    [
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
        ("email_verified", json!({"BOOL": false})),
    ]
}

/// A call, held while an attribute of an account changes.
async fn held(
    app: &TestApp,
    call: Call,
    person: &Person,
    (attribute, value): (&str, Value),
) -> Answer {
    let change = app.edit_user(person.id, attribute, value);
    app.call_held_at(WRITE, call, change).await
}

/// Nobody was let in, and nobody was asked for more.
async fn expect_nothing_begun(app: &TestApp, person: &Person) {
    let begun = app.identity().await.into_iter().filter(|item| {
        let key = |name: &str| item[name].as_str().unwrap_or_default();
        let is_session =
            key("sk").starts_with("SESSION#") && item["user_id"] == person.id.to_string();
        is_session || key("sk") == "CHALLENGE"
    });
    assert_eq!(begun.collect::<Vec<_>>(), [] as [Value; 0]);
    let user = app.stored(person).await;
    assert!(
        user["last_login_at"].is_null() && user["last_proof_at"].is_null(),
        "{user}"
    );
}

/// What else refuses a log-in with a code: the address is another, the second factor came.
fn refusals_of_codes() -> Vec<(&'static str, Value)> {
    let mut refusals = refusals().to_vec();
    refusals.push(("email", json!({"S": "another@example.com"})));
    refusals
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_log_in_with_a_code_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let factor = ("factor_since", json!({"N": "1772366400000"}));
    let mut refusals = refusals_of_codes();
    refusals.push(factor);
    for (client, refusal) in refusals.into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let code = app.fresh_code(&person.email).await;
        let call =
            TestApp::verify_otp_call(&person.email, &code).from(&format!("192.0.2.{client}"));

        let answer = held(&app, call, &person, refusal).await;

        answer.expect_error(400, "invalid_otp");
        expect_nothing_begun(&app, &person).await;
    }
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_log_in_with_a_password_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let mut refusals = refusals().to_vec();
    refusals.push(("password", json!({"S": "of another password"})));
    for (client, refusal) in refusals.into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);
        let call = call.from(&format!("192.0.2.{client}"));

        let answer = held(&app, call, &person, refusal).await;

        assert!([401, 403].contains(&answer.status), "{}", answer.json);
        expect_nothing_begun(&app, &person).await;
    }
}

#[tokio::test]
async fn a_second_factor_that_is_set_up_during_a_log_in_with_a_password_is_asked_for() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);

    let since = ("factor_since", json!({"N": "1772366400000"}));
    let answer = held(&app, call, &person, since).await.expect(200);

    assert!(answer.json["access"].is_null() && !answer.text("challenge").is_empty());
}

#[tokio::test]
async fn what_happens_to_an_account_before_its_second_factor_is_asked_for_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    // Whoever has asked for the deletion may answer still, and then hears of that.
    let mut refusals = refusals_of_codes();
    refusals.retain(|(attribute, _)| *attribute != "deletion_due_at");
    for (client, refusal) in refusals.into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let code = app.fresh_code(&person.email).await;
        let since = json!({"N": "1772366400000"});
        app.edit_user(person.id, "factor_since", since).await;
        let call =
            TestApp::verify_otp_call(&person.email, &code).from(&format!("192.0.2.{client}"));

        let answer = held(&app, call, &person, refusal).await;

        answer.expect_error(400, "invalid_otp");
        expect_nothing_begun(&app, &person).await;
    }
}

#[tokio::test]
async fn a_password_that_changes_before_the_second_factor_is_asked_for_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let since = json!({"N": "1772366400000"});
    app.edit_user(person.id, "factor_since", since).await;
    let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);

    let other = ("password", json!({"S": "of another password"}));
    let answer = held(&app, call, &person, other).await;

    answer.expect_error(401, "invalid_credentials");
    expect_nothing_begun(&app, &person).await;
}

/// A code that became another, or was spent, since it was looked at.
async fn expect_code_is_looked_at_again(asks_for_factor: bool) {
    let app = TestApp::start_watched().await;
    let changes = [
        ("hash", json!({"S": "of another code"})),
        ("spent", json!({"BOOL": true})),
    ];
    for (client, (attribute, value)) in changes.into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let code = app.fresh_code(&person.email).await;
        if asks_for_factor {
            let since = json!({"N": "1772366400000"});
            app.edit_user(person.id, "factor_since", since).await;
        }
        let call =
            TestApp::verify_otp_call(&person.email, &code).from(&format!("192.0.2.{client}"));
        let (table, pk) = (app.table("identity"), format!("EMAIL#{}", person.email));

        let change = async { app.aws().edit(&table, &pk, "CODE", attribute, &value).await };
        let answer = app.call_held_at(WRITE, call, change).await;

        answer.expect_error(400, "invalid_otp");
        expect_nothing_begun(&app, &person).await;
    }
}

#[tokio::test]
async fn a_code_that_is_replaced_or_spent_during_a_log_in_logs_nobody_in() {
    expect_code_is_looked_at_again(false).await;
}

#[tokio::test]
async fn a_code_that_is_replaced_or_spent_meanwhile_leads_to_no_second_factor() {
    expect_code_is_looked_at_again(true).await;
}
