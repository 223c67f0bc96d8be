//! The sample events, each fed to its function.

use end_to_end::{Stack, repository};
use serde_json::{Value, json};

use crate::signing_key::ROTATION;

/// What the functions make of their samples: the sample's accounts, links and tokens do not exist.
///
/// The registration works once, and is refused as taken ever after.
const STATUSES: [(&str, &[u64]); 15] = [
    ("register_user", &[201, 400]),
    ("verify_email", &[400]),
    ("resend_verification", &[200]),
    ("request_otp", &[200]),
    ("verify_otp", &[400]),
    ("refresh_token", &[401]),
    ("publish_jwks", &[200]),
    ("get_current_user", &[401]),
    ("show_root", &[200]),
    ("check_health", &[200]),
    ("serve_schema", &[200]),
    ("serve_docs", &[200]),
    ("serve_redoc", &[200]),
    ("serve_asset", &[200]),
    ("answer_unknown", &[308]),
];

fn sample(name: &str) -> Value {
    let text = std::fs::read_to_string(repository(&format!("events/{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Feeds a function its sample. Gives the answer, which must not be a failure.
async fn feed(stack: &Stack, name: &str) -> Value {
    let (answer, failed) = stack.aws.invoke(&stack.function(name), &sample(name)).await;
    assert!(!failed, "{name} failed: {answer}");
    answer
}

#[tokio::test]
async fn every_endpoint_answers_its_sample_event() {
    let stack = Stack::deployed();
    for subject in ["203.0.113.7", "ada@example.com"] {
        stack.forget_limits_of(subject).await;
    }
    for (name, statuses) in STATUSES {
        let answer = feed(&stack, name).await;
        let status = answer["statusCode"].as_u64().unwrap_or_default();
        assert!(statuses.contains(&status), "{name}: {answer}");
    }
}

#[tokio::test]
async fn every_worker_answers_its_sample_event() {
    let stack = Stack::deployed();
    let _alone = ROTATION.lock().await;

    for (name, expected) in [
        ("relay_outbox", Value::Null),
        ("send_email", json!({"batchItemFailures": []})),
        ("rotate_signing_key", Value::Null),
    ] {
        assert_eq!(feed(&stack, name).await, expected, "{name}");
    }
}

#[test]
fn every_function_has_an_expectation_here() {
    let events = std::fs::read_dir(repository("events")).unwrap().count();
    assert_eq!(events, STATUSES.len() + 3);
    for (name, _) in STATUSES {
        let context = sample(name)["requestContext"].take();
        assert_eq!(context["http"]["sourceIp"], "203.0.113.7", "{name}");
    }
}
