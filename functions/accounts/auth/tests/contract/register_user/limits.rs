//! How often a client may register, and who is one client.

use accounts_testing::TestApp;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::registration;

#[tokio::test]
async fn three_an_hour_and_client_may_register() {
    let app = TestApp::start().await;
    let call = |position: u32| {
        let body = registration(&format!("ann{position}@example.com"));
        TestApp::register_call(&body).from("192.0.2.1")
    };

    for (position, state) in ["r=2;t=3600", "r=1;t=3600", "r=0;t=3600"]
        .iter()
        .enumerate()
    {
        let answer = app
            .call(call(u32::try_from(position).unwrap()))
            .await
            .expect(201);
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"register-client\";q=3;w=3600"
        );
        assert_eq!(
            answer.header("ratelimit"),
            format!("\"register-client\";{state}")
        );
        assert_eq!(answer.header("retry-after"), "");
    }
    app.advance(SignedDuration::from_mins(50));
    let refused = app.call(call(4)).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "600");
    assert_eq!(refused.header("ratelimit"), "\"register-client\";r=0;t=600");
    assert_eq!(
        refused.text("error"),
        "Too many requests. Try again in 600 seconds."
    );

    app.advance(SignedDuration::from_mins(10));
    let _ = app.call(call(4)).await.expect(201);
    app.deliver().await;
}

#[tokio::test]
async fn a_reached_limit_is_in_the_audit_log_once_a_window() {
    let app = TestApp::start().await;
    let refused = TestApp::register_call(&json!({})).from("192.0.2.1");

    for _ in 0..2 {
        for expected in [400, 400, 400, 429, 429, 429] {
            let _ = app.call(refused.clone()).await.expect(expected);
        }
        app.advance(SignedDuration::from_hours(1));
    }

    let entries = app.audit_of("RATE_LIMIT_EXCEEDED").await;
    assert_eq!(entries.len(), 2);
    for entry in entries {
        assert_eq!(entry["success"], false);
        assert_eq!(entry["object"], "limit/register-client");
        assert_eq!(entry["client"], "192.0.2.1");
        assert_eq!(entry["actor"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_036_of_fifty_registrations_of_one_client_at_once_three_pass() {
    let app = TestApp::start().await;
    let calls = (0..50).map(|_| TestApp::register_call(&json!({})).from("192.0.2.1"));

    let answers = app.call_all(calls).await;

    let count = |status| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(400), count(429)), (3, 47));
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 400 || !answer.header("retry-after").is_empty())
    );
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
}

#[tokio::test]
async fn abuse_034_a_forged_address_of_the_caller_opens_no_new_bucket() {
    let app = TestApp::start().await;
    for (position, expected) in [400, 400, 400, 429, 429].into_iter().enumerate() {
        let forged = format!("198.51.100.{position}, 192.0.2.1");
        let call = TestApp::register_call(&json!({}))
            .from("192.0.2.1")
            .with_header("x-forwarded-for", &forged)
            .with_header("x-real-ip", &forged)
            .with_header("forwarded", &format!("for=198.51.100.{position}"))
            .with_header("cf-connecting-ip", &forged);

        let _ = app.call(call).await.expect(expected);
    }
}

#[tokio::test]
async fn abuse_034_callers_without_an_address_are_limited_too() {
    let app = TestApp::start().await;
    for expected in [400, 400, 400, 429] {
        let call = TestApp::register_call(&json!({})).from_nowhere();
        let _ = app.call(call).await.expect(expected);
    }
    // Nor does a text that is no address open a bucket of its own.
    for address in ["not an address", "", "192.0.2.1, 192.0.2.2"] {
        let call = TestApp::register_call(&json!({})).from(address);
        let _ = app.call(call).await.expect(429);
    }
}
