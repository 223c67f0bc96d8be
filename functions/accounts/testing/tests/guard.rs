//! The tests' own net: work that a test leaves behind fails it.

use accounts_testing::{Call, TestApp};

#[tokio::test]
#[should_panic(expected = "the test left work behind")]
async fn a_task_that_nobody_did_fails_the_test() {
    let app = TestApp::start().await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
}

#[tokio::test]
#[should_panic(expected = "the test left work behind")]
async fn a_message_that_nobody_received_fails_the_test() {
    let app = TestApp::start().await;
    app.send_message("mail-bulk", "{}").await;
}

#[tokio::test]
async fn work_may_be_left_behind_on_purpose() {
    let app = TestApp::start().await;
    app.send_message("mail-bulk", "{}").await;
    app.leave_work_undone();
}

#[tokio::test]
async fn two_installations_share_nothing() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let _ = one.member("ann@example.com").await;
    let _ = one.fresh_code("ann@example.com").await;

    assert_eq!(one.mails().await.len(), 1);
    assert!(other.mails().await.is_empty() && other.tasks().await.is_empty());
    assert!(other.identity().await.iter().all(|item| {
        item["pk"]
            .as_str()
            .is_some_and(|pk| pk.starts_with("SIGNING_KEY"))
    }));
    assert_ne!(one.jwks().await.json, other.jwks().await.json);
}

#[tokio::test]
async fn calls_come_from_addresses_of_their_own() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        let call = Call::post("/api/v1/auth/register", &serde_json::json!({}));
        let _ = app.call(call).await.expect(400);
    }
}
