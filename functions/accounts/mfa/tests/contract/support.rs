use accounts_testing::{Answer, Person, TestApp};
use jiff::SignedDuration;
use serde_json::Value;

/// How long an authenticator shows a code.
pub(crate) const STEP: SignedDuration = SignedDuration::from_secs(30);

#[track_caller]
pub(crate) fn expect_wrong(answer: &Answer) {
    answer.expect_error(400, "invalid_code");
    assert_eq!(answer.text("error"), "The code is not right.");
}

#[track_caller]
pub(crate) fn expect_used(answer: &Answer) {
    answer.expect_error(400, "code_used");
    let told = answer.text("error");
    assert_eq!(told, "This code was used. Wait for the next one.");
}

/// How many of some answers have a status.
pub(crate) fn count(answers: &[Answer], status: u16) -> usize {
    let has_status = |answer: &&Answer| answer.status == status;
    answers.iter().filter(has_status).count()
}

/// The account's second factor, as it is kept.
pub(crate) async fn totp(app: &TestApp, person: &Person) -> Value {
    app.identity_item(&format!("USER#{}", person.id), "TOTP")
        .await
}

/// The account's recovery codes, as they are kept.
pub(crate) async fn recovery_codes(app: &TestApp, person: &Person) -> Value {
    app.identity_item(&format!("USER#{}", person.id), "RECOVERY_CODES")
        .await
}

/// The account, as it is kept.
pub(crate) async fn user(app: &TestApp, person: &Person) -> Value {
    app.identity_item(&format!("USER#{}", person.id), "USER")
        .await
}

/// The sessions of everybody.
pub(crate) async fn sessions(app: &TestApp) -> usize {
    let items = app.identity().await;
    let keys = items.iter().filter_map(|item| item["sk"].as_str());
    keys.filter(|key| key.starts_with("SESSION#")).count()
}
