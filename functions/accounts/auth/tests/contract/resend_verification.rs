use accounts_testing::{Call, FRONTEND_URL, TestApp};
use jiff::SignedDuration;
use serde_json::json;

const PATH: &str = "/api/v1/auth/resend-verification";
const MESSAGE: &str =
    "If an account with this email exists and is not verified, a new link has been sent.";

#[tokio::test]
async fn a_newcomer_gets_a_link_that_verifies() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;

    let answer = app.resend(" ANN@example.com ").await.expect(200);

    assert_eq!(answer.json, json!({ "message": MESSAGE }));
    app.deliver().await;
    let token = app.token_of("ann@example.com").await;
    let _ = app.verify_email(&token).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn whoever_needs_no_link_gets_none_and_the_same_answer() {
    let app = TestApp::start().await;
    let _ = app.member("member@example.com").await;
    let disabled = app.member("disabled@example.com").await;
    app.disable(&disabled).await;

    for email in [
        "member@example.com",
        "disabled@example.com",
        "nobody@example.com",
    ] {
        let answer = app.resend(email).await.expect(200);
        assert_eq!(answer.json, json!({ "message": MESSAGE }));
    }

    app.deliver().await;
    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn a_request_is_in_the_audit_log_without_the_address() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;

    let _ = app
        .call(TestApp::resend_call("ann@example.com").from("192.0.2.3"))
        .await
        .expect(200);

    let entries = app.audit_of("VERIFICATION_REQUESTED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"], "192.0.2.3");
    assert!(entries[0]["object"].as_str().unwrap().starts_with("task/"));
    assert!(!entries[0].to_string().contains("example.com"));
    app.deliver().await;
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let app = TestApp::start().await;
    for (email, reason) in [
        (json!("ann"), "Enter a valid e-mail address."),
        (json!("  "), "This field is required."),
        (
            json!(["ann@example.com"]),
            "This must be a string, not a list.",
        ),
    ] {
        let answer = app.call(Call::post(PATH, &json!({ "email": email }))).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail("email"), reason);
    }
    let answer = app.call(Call::post(PATH, &json!({}))).await;
    assert_eq!(answer.detail("email"), "This field is required.");
}

#[tokio::test]
async fn three_an_hour_and_address_pass_whoever_asks() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;

    for _ in 0..3 {
        let answer = app.resend("ann@example.com").await.expect(200);
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"resend-client\";q=10;w=3600"
        );
        assert_eq!(
            answer.header("ratelimit"),
            // How many others have asked for the address is nobody's business.
            "\"resend-client\";r=9;t=3600"
        );
    }
    let refused = app.resend("Ann@EXAMPLE.com").await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "3600");
    // Nobody else is kept waiting by that.
    let _ = app.resend("bob@example.com").await.expect(200);

    app.advance(SignedDuration::from_hours(1));
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 4);
}

#[tokio::test]
async fn ten_an_hour_and_client_pass_whomever_they_ask_for() {
    let app = TestApp::start().await;
    for position in 0..12 {
        let call = TestApp::resend_call(&format!("ann{position}@example.com")).from("192.0.2.1");
        let answer = app.call(call).await;
        assert_eq!(answer.status, if position < 10 { 200 } else { 429 });
    }
    assert_eq!(app.tasks().await.len(), 10);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_006_the_answer_is_the_same_for_every_address() {
    super::request_otp::expect_alike(TestApp::resend_call).await;
}

#[tokio::test]
async fn abuse_025_a_forged_host_changes_no_link() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;
    let call = TestApp::resend_call("ann@example.com")
        .with_header("host", "evil.example")
        .with_header("x-forwarded-host", "evil.example")
        .with_header("x-forwarded-proto", "http");

    let _ = app.call(call).await.expect(200);

    app.deliver().await;
    let mails = app.mails().await;
    assert!(mails[0].link().unwrap().starts_with(FRONTEND_URL));
    assert!(!format!("{mails:?}").contains("evil.example"));
}
