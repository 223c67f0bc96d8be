//! How often a client may register, and who is one client.

use accounts_testing::{Call, TestApp};
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

/// A registration from one client, of an address of its own.
fn registration_of(position: usize) -> Call {
    let body = registration(&format!("ann{position}@example.com"));
    TestApp::register_call(&body).from("192.0.2.1")
}

#[tokio::test]
async fn abuse_108_three_refused_registrations_leave_the_right_one_its_place() {
    let app = TestApp::start().await;
    let mut weak = registration("ann@example.com");
    (weak["password"], weak["password_confirm"]) = (json!("password"), json!("password"));

    for body in [json!({}), json!({"email": "ann"}), weak] {
        let call = TestApp::register_call(&body).from("192.0.2.1");
        app.call(call).await.expect_error(400, "invalid_fields");
    }

    for position in 0..3 {
        let _ = app.call(registration_of(position)).await.expect(201);
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_flood_of_refused_bodies_ends_and_holds_up_nobody_else() {
    let app = TestApp::start().await;
    let refused = TestApp::register_call(&json!({})).from("192.0.2.1");
    for _ in 0..60 {
        let _ = app.call(refused.clone()).await.expect(400);
    }
    for _ in 0..3 {
        let answer = app.call(refused.clone()).await;
        answer.expect_error(429, "rate_limited");
        assert_eq!(answer.header("retry-after"), "60");
    }
    let not_json = refused.clone().with_body("{");
    app.call(not_json).await.expect_error(429, "rate_limited");
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);

    // What is in order is answered, and so is everybody else.
    let _ = app.call(registration_of(0)).await.expect(201);
    let neighbour = TestApp::register_call(&json!({})).from("192.0.2.2");
    let _ = app.call(neighbour).await.expect(400);
    app.advance(SignedDuration::from_mins(1));
    let _ = app.call(refused).await.expect(400);
    app.deliver().await;
}

#[tokio::test]
async fn a_reached_limit_is_in_the_audit_log_once_a_window() {
    let app = TestApp::start().await;

    for hour in 0..2 {
        for (position, expected) in [201, 201, 201, 429, 429, 429].into_iter().enumerate() {
            let call = registration_of(10 * hour + position);
            let _ = app.call(call).await.expect(expected);
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
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_036_of_fifty_registrations_of_one_client_at_once_three_pass() {
    let app = TestApp::start().await;

    let answers = app.call_all((0..50).map(registration_of)).await;

    let count = |status| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((count(201), count(429)), (3, 47));
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 || !answer.header("retry-after").is_empty())
    );
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_034_a_forged_address_of_the_caller_opens_no_new_bucket() {
    let app = TestApp::start().await;
    for (position, expected) in [201, 201, 201, 429, 429].into_iter().enumerate() {
        let forged = format!("198.51.100.{position}, 192.0.2.1");
        let call = registration_of(position)
            .with_header("x-forwarded-for", &forged)
            .with_header("x-real-ip", &forged)
            .with_header("forwarded", &format!("for=198.51.100.{position}"))
            .with_header("cf-connecting-ip", &forged);

        let _ = app.call(call).await.expect(expected);
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_034_callers_without_an_address_are_limited_too() {
    let app = TestApp::start().await;
    for (position, expected) in [201, 201, 201, 429].into_iter().enumerate() {
        let call = registration_of(position).from_nowhere();
        let _ = app.call(call).await.expect(expected);
    }
    // Nor does a text that is no address open a bucket of its own.
    for address in ["not an address", "", "192.0.2.1, 192.0.2.2"] {
        let call = registration_of(9).from(address);
        let _ = app.call(call).await.expect(429);
    }
    app.deliver().await;
}

#[tokio::test]
async fn abuse_104_a_network_gets_ten_times_what_a_client_gets() {
    let app = TestApp::start().await;
    let from = |network: u32, client: u32| {
        let body = registration(&format!("ann{network}-{client}@example.com"));
        TestApp::register_call(&body).from(&format!("2001:db8:{network}:{client:x}::1"))
    };

    // Each comes from a /64 of its own, all of one /48.
    let mut passed = 0;
    for client in 0..31 {
        let answer = app.call(from(1, client)).await;
        assert!([201, 429].contains(&answer.status), "{}", answer.json);
        passed += u32::from(answer.status == 201);
    }

    assert_eq!(passed, 30);
    let _ = app.call(from(2, 1)).await.expect(201);
    app.deliver().await;
}
