//! What changes while an answer is between its look and its write: the write must not overlook it.

use accounts_testing::{Answer, Call, Factor, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{expect_wrong, sessions};

/// The write that an answer ends with.
const WRITE: &str = "TransactWriteItems";

/// Updates of an answer that come before the one that takes a try of its challenge: those of the client's and the network's limits,
/// and the account's own try.
const BEFORE_TRY: usize = 3;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A call that answers a challenge, and the key of the challenge.
async fn answer(app: &TestApp, person: &Person, proof: &Value) -> (Call, String) {
    let challenge = app.challenge_of(person).await;
    let items = app.identity().await;
    let open = items
        .iter()
        .find(|item| item["sk"] == "CHALLENGE" && item["spent"] == false);
    let pk = open.expect("one is open")["pk"].as_str().unwrap();
    let call = TestApp::answer_challenge_call(&challenge, proof);
    (call, pk.to_owned())
}

/// An answer to a challenge, held at its write while an attribute of an item changes.
async fn answered(
    app: &TestApp,
    person: &Person,
    proof: &Value,
    [pk, sk]: [&str; 2],
    (attribute, value): (&str, Value),
) -> Answer {
    let (call, challenge) = answer(app, person, proof).await;
    let pk = pk.replace("CHALLENGE#…", &challenge);
    let table = app.table("identity");
    let change = async {
        if sk == "USER" {
            app.edit_user(person.id, attribute, value).await;
        } else {
            app.aws().edit(&table, &pk, sk, attribute, &value).await;
        }
    };
    app.call_held_at(WRITE, call, change).await
}

fn code(app: &TestApp, factor: &Factor) -> Value {
    json!({ "code": app.next_factor_code(factor) })
}

/// An account with a second factor; one that is to be deleted, and can be kept still, where that is wanted.
async fn with_factor(app: &TestApp, email: &str, is_leaving: bool) -> (Person, Factor) {
    let (person, factor, _) = app.member_with_factor(email).await;
    if is_leaving {
        app.mark(&person, "deletion_due_at", app.now() + DAY).await;
    }
    (person, factor)
}

/// What became of the accounts: their sessions, and whether they were given what keeps them.
async fn outcome(app: &TestApp, person: &Person) -> (usize, Value) {
    let user = app.stored(person).await;
    (sessions(app).await, user["deletion_cancel"].clone())
}

async fn expect_account_is_looked_at_again(is_leaving: bool) {
    let app = TestApp::start_watched().await;
    app.call_from_afar();
    let later = (app.now() + DAY * 7).as_millisecond().to_string();
    let mut refusals = vec![
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({ "N": later })),
        ("email_verified", json!({"BOOL": false})),
        ("sessions_valid_from", json!({ "N": later })),
        ("factor_since", Value::Null),
    ];
    if is_leaving {
        let task = json!({"S": "01955190-0000-7000-8000-000000000000"});
        refusals.push(("deletion_task", task));
    }
    for (number, refusal) in refusals.into_iter().enumerate() {
        let email = format!("ann{number}@example.com");
        let (person, factor) = with_factor(&app, &email, is_leaving).await;
        let proof = code(&app, &factor);
        let before = outcome(&app, &person).await;
        let user = format!("USER#{}", person.id);

        let answer = answered(&app, &person, &proof, [&user, "USER"], refusal).await;

        expect_wrong(&answer);
        assert_eq!(outcome(&app, &person).await, before);
    }
}

#[tokio::test]
async fn what_happens_to_an_account_meanwhile_is_not_overlooked() {
    expect_account_is_looked_at_again(false).await;
}

#[tokio::test]
async fn what_happens_to_an_account_before_it_is_offered_to_be_kept_is_not_overlooked() {
    expect_account_is_looked_at_again(true).await;
}

async fn expect_proofs_are_looked_at_again(is_leaving: bool) {
    let app = TestApp::start_watched().await;
    let (person, factor) = with_factor(&app, "ann@example.com", is_leaving).await;
    let user = format!("USER#{}", person.id);
    let before = outcome(&app, &person).await;
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
        assert_eq!(outcome(&app, &person).await, before);
    }
}

#[tokio::test]
async fn what_is_spent_meanwhile_logs_nobody_in() {
    expect_proofs_are_looked_at_again(false).await;
}

#[tokio::test]
async fn what_is_spent_meanwhile_offers_nothing() {
    expect_proofs_are_looked_at_again(true).await;
}

#[tokio::test]
async fn a_factor_that_is_not_confirmed_any_more_logs_nobody_in() {
    let app = TestApp::start_watched().await;
    let (person, factor) = with_factor(&app, "ann@example.com", false).await;
    let before = sessions(&app).await;
    let proof = code(&app, &factor);
    let user = format!("USER#{}", person.id);

    let begun_anew = ("active", json!({"BOOL": false}));
    let answer = answered(&app, &person, &proof, [&user, "TOTP"], begun_anew).await;

    expect_wrong(&answer);
    assert_eq!(sessions(&app).await, before);
}

/// Answers that come at once all see it open and with a try left.
#[tokio::test]
async fn a_challenge_that_is_spent_or_out_of_tries_by_then_takes_no_answer() {
    let app = TestApp::start_watched().await;
    let (person, factor) = with_factor(&app, "ann@example.com", false).await;
    let (before, table) = (sessions(&app).await, app.table("identity"));
    let proof = code(&app, &factor);
    for (attribute, value) in [
        ("spent", json!({"BOOL": true})),
        ("tries", json!({"N": "5"})),
    ] {
        let (call, pk) = answer(&app, &person, &proof).await;

        let aws = app.aws();
        let change = async {
            aws.edit(&table, &pk, "CHALLENGE", attribute, &value).await;
        };
        let answer = app
            .call_held_after(BEFORE_TRY, "UpdateItem", call, change)
            .await;

        answer.expect_error(400, "invalid_challenge");
        assert_eq!(sessions(&app).await, before);
    }
}
