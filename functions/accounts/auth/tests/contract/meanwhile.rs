//! What becomes of an account while a log-in to it is between its look and its write: the write must not overlook it.

use accounts_testing::{Answer, Call, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The write that a log-in ends with.
const WRITE: &str = "TransactWriteItems";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// An account as a log-in finds it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It lets its owner in.
    Open,
    /// It asks for the second factor.
    WithFactor,
    /// It is to be deleted, and can be kept still.
    Leaving,
}

use Standing::{Leaving, Open, WithFactor};

impl Standing {
    const ALL: [Self; 3] = [Open, WithFactor, Leaving];

    /// Makes an account such a one.
    async fn give(self, app: &TestApp, person: &Person) {
        match self {
            Open => {}
            WithFactor => app.mark(person, "factor_since", app.now()).await,
            Leaving => app.mark(person, "deletion_due_at", app.now() + DAY).await,
        }
    }

    /// What refuses a log-in to it, whatever that is proved with: an attribute of the account and its value.
    fn refusals(self) -> Vec<(&'static str, Value)> {
        let ends = match self {
            Open => ("deletion_due_at", json!({"N": "1772366400000"})),
            // Who has asked for the deletion may answer still, and then hears of it; until it begins.
            WithFactor | Leaving => (
                "deletion_task",
                json!({"S": "01955190-0000-7000-8000-000000000000"}),
            ),
        };
        vec![
            ends,
            ("disabled", json!({"BOOL": true})),
            ("email_verified", json!({"BOOL": false})),
        ]
    }

    /// What else refuses a log-in with a code: the address is another, the second factor came or went, the day of the deletion
    /// is another.
    fn refusals_of_codes(self) -> Vec<(&'static str, Value)> {
        let mut refusals = self.refusals();
        refusals.push(("email", json!({"S": "another@example.com"})));
        let factor = match self {
            Open | Leaving => json!({"N": "1772366400000"}),
            WithFactor => Value::Null,
        };
        refusals.push(("factor_since", factor));
        if self == Leaving {
            refusals.push(("deletion_due_at", json!({"N": "1872366400000"})));
        }
        refusals
    }
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

/// Nobody was let in, nobody was asked for more, and nobody was given what keeps the account.
async fn expect_nothing_begun(app: &TestApp, person: &Person) {
    let begun = app.identity().await.into_iter().filter(|item| {
        let key = |name: &str| item[name].as_str().unwrap_or_default();
        let is_session =
            key("sk").starts_with("SESSION#") && item["user_id"] == person.id.to_string();
        is_session || key("sk") == "CHALLENGE"
    });
    assert_eq!(begun.collect::<Vec<_>>(), [] as [Value; 0]);
    let user = app.stored(person).await;
    for attribute in ["last_login_at", "last_proof_at", "deletion_cancel"] {
        assert!(user[attribute].is_null(), "{user}");
    }
}

/// Whatever refuses a log-in with a code to such an account, it is not overlooked.
async fn expect_code_refused(standing: Standing) {
    let app = TestApp::start_watched().await;
    for (client, refusal) in standing.refusals_of_codes().into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let code = app.fresh_code(&person.email).await;
        standing.give(&app, &person).await;
        let call =
            TestApp::verify_otp_call(&person.email, &code).from(&format!("192.0.2.{client}"));

        let answer = held(&app, call, &person, refusal).await;

        answer.expect_error(400, "invalid_otp");
        expect_nothing_begun(&app, &person).await;
    }
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_log_in_with_a_code_is_not_overlooked() {
    expect_code_refused(Open).await;
}

#[tokio::test]
async fn what_happens_to_an_account_before_its_second_factor_is_asked_for_is_not_overlooked() {
    expect_code_refused(WithFactor).await;
}

#[tokio::test]
async fn what_happens_to_an_account_before_a_code_offers_to_keep_it_is_not_overlooked() {
    expect_code_refused(Leaving).await;
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_log_in_with_a_password_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    app.call_from_afar();
    for (of, standing) in Standing::ALL.into_iter().enumerate() {
        let mut refusals = standing.refusals();
        refusals.push(("password", json!({"S": "of another password"})));
        for (number, refusal) in refusals.into_iter().enumerate() {
            let person = app.member(&format!("ann{of}.{number}@example.com")).await;
            standing.give(&app, &person).await;
            let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);

            let answer = held(&app, call, &person, refusal).await;

            let refused = [(401, "invalid_credentials"), (403, "email_not_verified")];
            let told = (answer.status, answer.code());
            assert!(refused.contains(&told), "{}", answer.json);
            expect_nothing_begun(&app, &person).await;
        }
    }
}

#[tokio::test]
async fn a_second_factor_that_is_set_up_during_a_log_in_with_a_password_is_asked_for() {
    let app = TestApp::start_watched().await;
    for (email, standing) in [("ann@example.com", Open), ("bob@example.com", Leaving)] {
        let person = app.member(email).await;
        standing.give(&app, &person).await;
        let call = TestApp::obtain_token_call(email, TestApp::PASSWORD);

        let since = ("factor_since", json!({"N": "1772366400000"}));
        let answer = held(&app, call, &person, since).await.expect(200);

        assert!(answer.json["access"].is_null() && !answer.text("challenge").is_empty());
    }
}

#[tokio::test]
async fn what_stands_against_a_log_in_with_a_password_no_more_does_not_keep_its_owner_out() {
    let app = TestApp::start_watched().await;
    for (email, standing, attribute) in [
        ("ann@example.com", WithFactor, "factor_since"),
        ("bob@example.com", Leaving, "deletion_due_at"),
    ] {
        let person = app.member(email).await;
        standing.give(&app, &person).await;
        let call = TestApp::obtain_token_call(email, TestApp::PASSWORD);

        let answer = held(&app, call, &person, (attribute, Value::Null)).await;

        let _ = app.me(answer.expect(200).text("access")).await.expect(200);
    }
}

/// A code that became another, or was spent, since it was looked at.
async fn expect_code_is_looked_at_again(standing: Standing) {
    let app = TestApp::start_watched().await;
    let changes = [
        ("hash", json!({"S": "of another code"})),
        ("spent", json!({"BOOL": true})),
    ];
    for (client, (attribute, value)) in changes.into_iter().enumerate() {
        let person = app.member(&format!("ann{client}@example.com")).await;
        let code = app.fresh_code(&person.email).await;
        standing.give(&app, &person).await;
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
    expect_code_is_looked_at_again(Open).await;
}

#[tokio::test]
async fn a_code_that_is_replaced_or_spent_meanwhile_leads_to_no_second_factor() {
    expect_code_is_looked_at_again(WithFactor).await;
}

#[tokio::test]
async fn a_code_that_is_replaced_or_spent_meanwhile_offers_nothing() {
    expect_code_is_looked_at_again(Leaving).await;
}
