//! How often a password may be tried.

use accounts_testing::TestApp;
use jiff::SignedDuration;

use super::{HOME, at_home, expect_wrong, guess};

#[tokio::test]
async fn five_in_a_minute_and_client_may_try() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    for position in 0..5 {
        let login = format!("nobody{position}@example.com");
        let call = TestApp::obtain_token_call(&login, "x").from(HOME);
        let answer = app.call(call).await;
        expect_wrong(&answer);
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"token-client\";q=5;w=60"
        );
        assert_eq!(
            answer.header("ratelimit"),
            format!("\"token-client\";r={};t=60", 4 - position)
        );
    }

    let refused = app.call(at_home(TestApp::PASSWORD)).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "60");
    app.advance(SignedDuration::from_mins(1));
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
}

#[tokio::test]
async fn wrong_passwords_cost_pauses_that_double() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    for _ in 0..5 {
        expect_wrong(&guess(&app).await);
    }

    for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        let refused = guess(&app).await;
        refused.expect_error(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), seconds.to_string());
        app.advance(SignedDuration::from_secs(seconds) - SignedDuration::from_millis(1));
        // Not even the right one is looked at.
        let refused = app.obtain_token("ann@example.com", TestApp::PASSWORD).await;
        refused.expect_error(429, "rate_limited");
        app.advance(SignedDuration::from_millis(1));
        expect_wrong(&guess(&app).await);
    }
}

#[tokio::test]
async fn the_right_password_and_a_day_without_tries_forgive_the_wrong_ones() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let five = async || {
        for _ in 0..5 {
            expect_wrong(&guess(&app).await);
        }
    };
    for _ in 0..4 {
        expect_wrong(&guess(&app).await);
    }
    // From another network than the guesses, which stay those of a stranger.
    let _ = app.call(at_home(TestApp::PASSWORD)).await.expect(200);
    five().await;

    app.advance(SignedDuration::from_hours(24));
    five().await;

    guess(&app).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn an_accounts_wrong_passwords_count_together_however_it_is_named() {
    let app = TestApp::start().await;
    let _ = app.member_named("ann@example.com", "ann.miller").await;
    for login in [
        "ann@example.com",
        "ann.miller",
        "ANN@example.com",
        "Ann.Miller",
        " ann.miller",
    ] {
        expect_wrong(&app.obtain_token(login, "wrong horse battery").await);
    }

    for login in ["ann@example.com", "ann.miller"] {
        let answer = app.obtain_token(login, "wrong horse battery").await;
        answer.expect_error(429, "rate_limited");
    }
    expect_wrong(&app.obtain_token("bob@example.com", "x").await);
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_the_same_pauses() {
    let app = TestApp::start().await;
    for login in ["bob", "BOB", " bob ", "Ｂｏｂ", "bob"] {
        expect_wrong(&app.obtain_token(login, "x").await);
    }

    let refused = app.obtain_token("bob", "x").await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
}
