//! A name that is typed in another case than it was chosen in.

use accounts_testing::{Person, TestApp};
use serde_json::Value;

use super::expect_wrong;

async fn expect_to_log_in(app: &TestApp, login: &str, person: &Person) {
    let answer = app.obtain_token(login, TestApp::PASSWORD).await.expect(200);
    assert_eq!(answer.json["user"]["id"], person.id.to_string(), "{login}");
}

#[tokio::test]
async fn every_case_of_a_username_and_an_address_logs_in() {
    let app = TestApp::start().await;
    let nikos = app.member_named("nikos@example.com", "νικος.παπας").await;
    let karl = app.member_named("karl.strasse@example.com", "Straße").await;

    for (login, person) in [
        ("νικος.παπας", &nikos),
        ("ΝΙΚΟΣ.ΠΑΠΑΣ", &nikos),
        ("Νικοσ.Παπασ", &nikos),
        ("NIKOS@EXAMPLE.COM", &nikos),
        ("straße", &karl),
        ("STRASSE", &karl),
        ("STRAẞE", &karl),
        ("Karl.STRASSE@example.com", &karl),
    ] {
        expect_to_log_in(&app, login, person).await;
    }
    // Another mailbox, and another letter.
    for login in ["karl.straße@example.com", "νίκος.παπας"] {
        expect_wrong(&app.obtain_token(login, TestApp::PASSWORD).await);
    }
}

#[tokio::test]
async fn a_name_of_before_logs_in_as_it_is_spelt() {
    let app = TestApp::start().await;
    let ann = app.member("ann@example.com").await;
    app.name_as_before(&ann, "Straße").await;
    assert_eq!(
        app.identity_item("USERNAME#strasse", "OWNER").await,
        Value::Null
    );

    for login in ["Straße", "straße", "STRAẞE"] {
        expect_to_log_in(&app, login, &ann).await;
    }
}

#[tokio::test]
async fn of_two_names_of_before_that_are_one_today_each_logs_in() {
    let app = TestApp::start().await;
    let [first, second] = ["one@example.com", "two@example.com"];
    let (first, second) = (app.member(first).await, app.member(second).await);
    app.name_as_before(&first, "ΝΙΚΟΣ.ΠΑΠΑΣ").await;
    app.name_as_before(&second, "νικος.παπας").await;

    expect_to_log_in(&app, "ΝΙΚΟΣ.ΠΑΠΑΣ", &first).await;
    expect_to_log_in(&app, "νικοσ.παπας", &first).await;
    expect_to_log_in(&app, "νικος.παπας", &second).await;
}

#[tokio::test]
async fn every_case_of_a_name_that_nobody_has_counts_as_one() {
    let app = TestApp::start().await;
    for login in [
        "νικος.παπας",
        "ΝΙΚΟΣ.ΠΑΠΑΣ",
        "νικοσ.παπας",
        "Νικος.παπασ",
        "νικος.ΠΑΠΑΣ",
    ] {
        expect_wrong(&app.obtain_token(login, "x").await);
    }

    let refused = app.obtain_token("ΝΙΚΟΣ.παπας", "x").await;

    refused.expect_error(429, "rate_limited");
}
