//! The signing key, replaced while the product runs.

use std::collections::BTreeSet;

use end_to_end::{Member, Request, Stack, eventually};
use jsonwebtoken::decode_header;
use lambda_harness::Function;
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Held by whoever has the key rotated: this test counts keys.
pub(crate) static ROTATION: Mutex<()> = Mutex::const_new(());

/// Makes the key old enough to be replaced: a young one stays, so that a schedule that fires twice makes one key.
async fn age_the_key(stack: &Stack) -> String {
    let text = stack.secret("SigningKeySecret").await;
    let mut key: Value = serde_json::from_str(&text).unwrap();
    key["created_at"] = json!("2026-01-01T00:00:00Z");
    stack
        .replace_secret("SigningKeySecret", &key.to_string())
        .await;
    key["kid"].as_str().unwrap().to_owned()
}

async fn signing_kid(stack: &Stack) -> String {
    let text = stack.secret("SigningKeySecret").await;
    let key: Value = serde_json::from_str(&text).unwrap();
    key["kid"].as_str().unwrap().to_owned()
}

async fn published_kids(member: &Member) -> BTreeSet<String> {
    let request = Request::get("/.well-known/jwks.json");
    let answer = member.visitor.send(request).await.expect(200);
    let keys = answer.json["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn rotate(stack: &Stack) {
    stack.fire_schedule_of("rotate_signing_key").await;
}

/// Waits until a token is taken: a verifier that has just looked for an unknown key does not look again at once.
async fn becomes_good(member: &Member, access: &str) {
    eventually("a verifier to learn of the new key", async || {
        let answer = member.visitor.me(access).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

fn kid_of(token: &str) -> String {
    decode_header(token).unwrap().kid.unwrap()
}

/// A new process of a function, with the environment of the deployed ones: it has read no key yet.
async fn new_process(stack: &Stack, name: &str) -> Function {
    let deployed = stack.environment_of(name).await;
    let launch = stack.launch(name).envs(deployed).envs([
        ("AWS_ENDPOINT_URL", stack.endpoint()),
        ("AWS_REGION", stack.region()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_LAMBDA_LOG_LEVEL", "ERROR"),
    ]);
    let process = Function::start(&launch).await.unwrap();
    process.ready().await.unwrap();
    process
}

#[tokio::test]
async fn a_replaced_key_verifies_what_it_signed_and_its_successor_signs_what_comes() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let before = member.log_in().await;
    let _alone = ROTATION.lock().await;
    let old = age_the_key(&stack).await;

    rotate(&stack).await;
    let new = signing_kid(&stack).await;
    assert_ne!(new, old);
    rotate(&stack).await;
    assert_eq!(signing_kid(&stack).await, new, "a young key was replaced");

    let published = published_kids(&member).await;
    assert!(published.contains(&old) && published.contains(&new));
    assert!(published.contains(&kid_of(&before.access)));
    let _ = member.visitor.me(&before.access).await.expect(200);
    let refreshed = member.visitor.refresh(&before.refresh).await.expect(200);
    becomes_good(&member, refreshed.text("access")).await;

    // The deployed functions sign with the key they have read until they look again, minutes later; a new process
    // signs with the new one.
    let process = new_process(&stack, "verify_otp").await;
    let code = member.fresh_code().await;
    let logged_in = member.log_in_by(&process, &code).await;
    assert_eq!(kid_of(&logged_in.access), new);
    becomes_good(&member, &logged_in.access).await;
    process.kill().await;
}
