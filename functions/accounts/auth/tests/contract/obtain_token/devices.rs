//! Devices that keep the token that their log-in gave them.

use accounts_testing::{Answer, Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use super::{PATH, expect_wrong};

/// A log-in from a network of its own that shows a token.
fn log_in_call(token: &str, network: usize) -> Call {
    let body = json!({
        "login": "ann@example.com", "password": TestApp::PASSWORD, "device_token": token,
    });
    Call::post(PATH, &body).from(&format!("2001:db8:{network:x}::1"))
}

/// The token that the log-in gives.
async fn log_in(app: &TestApp, token: &str, network: usize) -> String {
    let answer = app.call(log_in_call(token, network)).await.expect(200);
    answer.text("device_token").to_owned()
}

/// How many log-ins the owner is told of.
async fn notices(app: &TestApp) -> usize {
    app.deliver().await;
    app.mails_to("ann@example.com").await.len()
}

#[tokio::test]
async fn a_device_with_its_token_is_known_wherever_it_is() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let first = log_in(&app, "", 1).await;

    let second = log_in(&app, &first, 2).await;
    let third = log_in(&app, &second, 3).await;

    assert!(first != second && second != third);
    assert_eq!(notices(&app).await, 0);
    let _ = log_in(&app, "", 2).await;
    assert_eq!(notices(&app).await, 1, "its place alone was not remembered");
}

#[tokio::test]
async fn a_token_is_good_until_its_successor_is_shown_and_is_nowhere_in_clear() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let first = log_in(&app, "", 1).await;
    // The answer is lost, twice.
    let lost = log_in(&app, &first, 2).await;
    let second = log_in(&app, &first, 3).await;

    let third = log_in(&app, &second, 4).await;

    assert_eq!(notices(&app).await, 0);
    for (number, over) in [&first, &lost].into_iter().enumerate() {
        let _ = log_in(&app, over, 5 + number).await;
        assert_eq!(notices(&app).await, 1 + number);
    }
    let _ = log_in(&app, &third, 7).await;
    assert_eq!(notices(&app).await, 2);
    let items = serde_json::Value::from(app.identity().await).to_string();
    for token in [first, lost, second, third] {
        assert!(!items.contains(&token) && !items.contains(&token[32..]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tabs_that_log_in_at_once_with_one_token_all_get_a_good_one() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let shown = log_in(&app, "", 1).await;
    let arrived = log_in(&app, &shown, 2).await;

    let answers = app
        .call_all((0..4).map(|tab| log_in_call(&arrived, 10 + tab)))
        .await;

    let given = |answer: &Answer| answer.text("device_token").to_owned();
    let tokens: Vec<_> = answers.iter().map(given).collect();
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(tokens.iter().all(|token| token.len() == 96));
    let _ = log_in(&app, &tokens[0], 20).await;
    assert_eq!(notices(&app).await, 0);
}

#[tokio::test]
async fn what_is_no_token_of_the_account_counts_as_none() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let own = log_in(&app, "", 1).await;
    let _ = app.member("eve@example.com").await;
    let eves = app.obtain_token("eve@example.com", TestApp::PASSWORD).await;
    let eves = eves.expect(200).text("device_token").to_owned();
    let forged = format!("{}{}", &own[..32], "0".repeat(64));

    for (number, token) in [eves.as_str(), &forged, "\u{1f980}"]
        .into_iter()
        .enumerate()
    {
        let _ = log_in(&app, token, 2 + number).await;
        assert_eq!(notices(&app).await, 1 + number);
    }

    let call = Call::post(
        PATH,
        &json!({"login": "x", "password": "x", "device_token": 5}),
    );
    let answer = app.call(call).await;
    answer.expect_error(400, "invalid_fields");
    assert!(!answer.detail("device_token").is_empty());
}

#[tokio::test]
async fn an_owner_hears_of_three_new_devices_a_day_and_what_is_not_told_stays_new() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = log_in(&app, "", 1).await;

    for network in 2..=4 {
        assert!(!log_in(&app, "", network).await.is_empty());
    }
    for network in 5..=6 {
        assert_eq!(log_in(&app, "", network).await, "");
    }

    assert_eq!(notices(&app).await, 3);
    assert_eq!(app.audit_of("LOGIN").await.len(), 6);
    app.advance(SignedDuration::from_hours(24));
    // Those that were told of are known, the others are news.
    let _ = log_in(&app, "", 4).await;
    assert_eq!(notices(&app).await, 3);
    let _ = log_in(&app, "", 5).await;
    assert_eq!(notices(&app).await, 4);
}

#[tokio::test]
async fn a_token_is_forgotten_half_a_year_after_its_last_log_in() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let first = log_in(&app, "", 1).await;
    app.advance(accounts::session::device::MEMORY - SignedDuration::from_secs(1));
    let second = log_in(&app, &first, 2).await;
    assert_eq!(notices(&app).await, 0);

    app.advance(accounts::session::device::MEMORY);
    let _ = log_in(&app, &second, 3).await;

    assert_eq!(notices(&app).await, 1);
}

#[tokio::test]
async fn a_device_with_its_token_waits_for_nobody_elsewhere() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = log_in(&app, "", 1).await;
    for _ in 0..5 {
        let wrong = app.obtain_token("ann@example.com", "wrong horse battery");
        expect_wrong(&wrong.await);
    }
    let elsewhere = app.call(log_in_call("", 2)).await;
    elsewhere.expect_error(429, "rate_limited");

    let _ = log_in(&app, &token, 2).await;

    assert_eq!(notices(&app).await, 0);
}

#[tokio::test]
async fn a_token_that_is_given_while_another_log_in_shows_the_same_one_stays_good() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    let shown = log_in(&app, "", 1).await;
    let process = app.another_process();
    let given = std::sync::Mutex::new(String::new());

    let other = async {
        let answer = app.call_another(&process, log_in_call(&shown, 2)).await;
        answer
            .expect(200)
            .text("device_token")
            .clone_into(&mut given.lock().unwrap());
    };
    let answer = app
        .call_held_at("TransactWriteItems", log_in_call(&shown, 3), other)
        .await;

    let _ = answer.expect(200);
    let given = given.into_inner().unwrap();
    let _ = log_in(&app, &given, 4).await;
    assert_eq!(notices(&app).await, 0);
}
