//! What changes while an answer is between its look and its write: the write must not overlook it.

use accounts_testing::{Answer, Factor, Person, TestApp};
use serde_json::{Value, json};

use crate::support::{expect_wrong, sessions};

/// An answer to a challenge, held at its write while an attribute of an item changes.
async fn answered(
    app: &TestApp,
    person: &Person,
    proof: &Value,
    [pk, sk]: [&str; 2],
    (attribute, value): (&str, Value),
) -> Answer {
    let challenge = app.challenge_of(person).await;
    let items = app.identity().await;
    let open = items
        .iter()
        .find(|item| item["sk"] == "CHALLENGE" && item["spent"] == false);
    let pk = pk.replace(
        "CHALLENGE#…",
        open.expect("one is open")["pk"].as_str().unwrap(),
    );
    let table = app.table("identity");
    let change = async { app.aws().edit(&table, &pk, sk, attribute, &value).await };
    let call = TestApp::answer_challenge_call(&challenge, proof);
    app.call_held_at("TransactWriteItems", call, change).await
}

fn code(app: &TestApp, factor: &Factor) -> Value {
    json!({ "code": app.next_factor_code(factor) })
}

#[tokio::test]
async fn what_happens_to_an_account_meanwhile_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    let later = (app.now().as_millisecond() + 86_400_000).to_string();
    for (number, refusal) in [
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": later})),
        ("email_verified", json!({"BOOL": false})),
        ("sessions_valid_from", json!({"N": later})),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, factor, _) = app
            .member_with_factor(&format!("ann{number}@example.com"))
            .await;
        let proof = code(&app, &factor);
        let before = sessions(&app).await;
        let user = format!("USER#{}", person.id);

        let answer = answered(&app, &person, &proof, [&user, "USER"], refusal).await;

        expect_wrong(&answer);
        assert_eq!(sessions(&app).await, before);
    }
}

#[tokio::test]
async fn what_is_spent_meanwhile_logs_nobody_in() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let user = format!("USER#{}", person.id);
    let before = sessions(&app).await;
    let recovery = json!({ "recovery_code": factor.recovery_codes[0] });
    let proof = code(&app, &factor);
    let others = json!({"SS": ["of another code"]});
    for (proof, item, change) in [
        (
            &proof,
            ["CHALLENGE#…", "CHALLENGE"],
            ("spent", json!({"BOOL": true})),
        ),
        (&recovery, [&user, "RECOVERY_CODES"], ("hashes", others)),
        (
            &proof,
            [&user, "TOTP"],
            ("last_step", json!({"N": "99999999999"})),
        ),
    ] {
        let answer = answered(&app, &person, proof, item, change).await;

        expect_wrong(&answer);
        assert_eq!(sessions(&app).await, before);
    }
}

#[tokio::test]
async fn a_factor_that_is_not_confirmed_any_more_logs_nobody_in() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let before = sessions(&app).await;
    let proof = code(&app, &factor);
    let user = format!("USER#{}", person.id);

    let begun_anew = ("active", json!({"BOOL": false}));
    let answer = answered(&app, &person, &proof, [&user, "TOTP"], begun_anew).await;

    expect_wrong(&answer);
    assert_eq!(sessions(&app).await, before);
}
