//! The device that resets a password is known from then on.

use accounts_testing::{Call, TestApp};

use super::super::request_password_reset::reset_token;
use super::{NEW, reset_call, reset_call_with};

#[tokio::test]
async fn abuse_037_the_device_that_resets_logs_in_at_once_whoever_guesses_elsewhere() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let guess = || app.obtain_token("ann@example.com", "wrong horse battery");
    while guess().await.status != 429 {}
    let here = |call: Call| {
        call.from("192.0.2.5")
            .with_header("user-agent", "KinWise/2.1")
    };
    let log_in = here(TestApp::obtain_token_call("ann@example.com", NEW));
    app.call(log_in.clone())
        .await
        .expect_error(429, "rate_limited");

    let _ = app.call(here(reset_call(&token))).await.expect(200);

    let _ = app.call(log_in).await.expect(200);
    guess().await.expect_error(429, "rate_limited");
    app.deliver().await;
}

#[tokio::test]
async fn a_reset_that_is_refused_makes_no_device_known() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;

    let _ = app.call(reset_call_with(&token, "short")).await.expect(400);
    let _ = app
        .call(reset_call("67e55044-10b1-426f-9247-bb680e5fe0c8"))
        .await
        .expect(400);

    let is_device = |item: &serde_json::Value| {
        let sk = item["sk"].as_str();
        sk.is_some_and(|sk| sk.starts_with("DEVICE#"))
    };
    assert!(!app.identity().await.iter().any(is_device));
    let _ = app.call(reset_call(&token)).await.expect(200);
    assert!(app.identity().await.iter().any(is_device));
    app.deliver().await;
}
