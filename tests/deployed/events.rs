//! The sample events, each fed to its function.

use end_to_end::{Stack, sample_event, sample_events};
use serde_json::{Value, json};

use crate::signing_key::ROTATION;

/// What the functions that everybody may call make of their samples: the sample's accounts, links and codes do not exist.
/// Those that ask who is calling refuse the sample's token.
///
/// The registration works once, and is refused as taken ever after.
const STATUSES: [(&str, &[u64]); 32] = [
    ("register_user", &[201, 400]),
    ("verify_email", &[400]),
    ("resend_verification", &[200]),
    ("request_otp", &[200]),
    ("verify_otp", &[400]),
    ("obtain_token", &[401]),
    ("refresh_token", &[401]),
    ("request_password_reset", &[200]),
    ("reset_password", &[400]),
    ("report_activity", &[400]),
    ("publish_jwks", &[200]),
    ("answer_challenge", &[400]),
    ("confirm_email_change", &[400]),
    ("cancel_account_deletion", &[400]),
    ("unsubscribe", &[400]),
    ("show_avatar", &[404]),
    ("create_pre_registration", &[200]),
    ("confirm_pre_registration", &[400]),
    ("list_categories", &[200]),
    ("get_category", &[404]),
    ("get_product", &[404]),
    ("list_variants", &[404]),
    ("list_images", &[404]),
    ("show_image", &[404]),
    // 503 where the first category was made a moment ago.
    ("list_products", &[200, 503]),
    ("show_root", &[200]),
    ("check_health", &[200]),
    ("serve_schema", &[200]),
    ("serve_docs", &[200]),
    ("serve_redoc", &[200]),
    ("serve_asset", &[200]),
    ("answer_unknown", &[308]),
];

/// What the workers make of theirs.
fn workers() -> [(&'static str, Value); 18] {
    let done = json!({"batchItemFailures": []});
    [
        ("relay_outbox", Value::Null),
        ("send_email", done.clone()),
        ("perform_work", done.clone()),
        ("write_report", done.clone()),
        ("transfer_products", done.clone()),
        ("process_avatar", done.clone()),
        ("process_image", done),
        ("index_people", Value::Null),
        ("purge_accounts", Value::Null),
        ("record_mail_event", Value::Null),
        ("rotate_signing_key", Value::Null),
        ("sweep_tasks", Value::Null),
        ("watch_schedules", Value::Null),
        ("collect_metrics", Value::Null),
        ("record_movements", Value::Null),
        ("report_low_stock", Value::Null),
        ("index_products", Value::Null),
        ("rebuild_index", Value::Null),
    ]
}

/// The functions that have a sample, with whether it carries a token.
fn samples() -> Vec<(String, bool)> {
    let names = sample_events().into_keys();
    let read = |name: String| {
        let has_token = sample_event(&name)["headers"]["authorization"].is_string();
        (name, has_token)
    };
    names.map(read).collect()
}

/// Feeds a function its sample. Gives the answer, which must not be a failure.
async fn feed(stack: &Stack, name: &str) -> Value {
    let event = sample_event(name);
    let (answer, failed) = stack.aws.invoke(&stack.function(name), &event).await;
    assert!(!failed, "{name} failed: {answer}");
    answer
}

#[tokio::test]
async fn every_endpoint_answers_its_sample_event() {
    let stack = Stack::deployed();
    for subject in ["203.0.113.7", "ann@example.com"] {
        stack.forget_limits_of(subject).await;
    }
    for (name, statuses) in STATUSES {
        let answer = feed(&stack, name).await;
        let status = answer["statusCode"].as_u64().unwrap_or_default();
        assert!(statuses.contains(&status), "{name}: {answer}");
    }
    for (name, _) in samples().iter().filter(|(_, has_token)| *has_token) {
        let answer = feed(&stack, name).await;
        assert_eq!(answer["statusCode"], 401, "{name}: {answer}");
    }
}

#[tokio::test]
async fn every_worker_answers_its_sample_event() {
    let stack = Stack::deployed();
    let _alone = ROTATION.lock().await;

    for (name, expected) in workers() {
        assert_eq!(feed(&stack, name).await, expected, "{name}");
    }
}

#[test]
fn every_function_has_an_expectation_here() {
    let (guarded, others): (Vec<_>, Vec<_>) = samples().into_iter().partition(|one| one.1);
    assert_eq!(others.len(), STATUSES.len() + workers().len());
    let open = STATUSES.iter().map(|(name, _)| (*name).to_owned());
    for name in open.chain(guarded.into_iter().map(|(name, _)| name)) {
        let context = sample_event(&name)["requestContext"].take();
        assert_eq!(context["http"]["sourceIp"], "203.0.113.7", "{name}");
    }
}
