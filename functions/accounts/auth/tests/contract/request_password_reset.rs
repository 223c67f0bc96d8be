//! `request_password_reset`: the same answer for every address, and a link for who has an account.

use accounts_testing::{Call, FRONTEND_URL, TestApp};
use jiff::SignedDuration;
use serde_json::json;

const PATH: &str = "/api/v1/auth/password/forgot";
const MESSAGE: &str =
    "If an account with this email exists, a link to choose a new password has been sent.";

/// A call for a link to choose a new password.
pub(crate) fn forgot_call(email: &str) -> Call {
    Call::post(PATH, &json!({ "email": email }))
}

/// Has a link sent and gives its token.
pub(crate) async fn reset_token(app: &TestApp, email: &str) -> String {
    let _ = app.call(forgot_call(email)).await.expect(200);
    app.deliver().await;
    app.token_of(email).await
}

#[tokio::test]
async fn a_member_gets_a_link_to_the_front_end() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;

    let answer = app.call(forgot_call(" ANN@example.com ")).await.expect(200);

    assert_eq!(answer.json, json!({ "message": MESSAGE }));
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Choose a new password for KinWise");
    let link = mails[0].link().unwrap();
    assert!(link.starts_with(&format!("{FRONTEND_URL}/reset-password?token=")));
    assert!(mails[0].html.contains(&link));
    assert!(mails[0].text.contains("30 minutes, at 12:30 UTC"));
}

#[tokio::test]
async fn who_may_not_log_in_gets_no_link_and_who_is_not_verified_does() {
    let app = TestApp::start().await;
    let disabled = app.member("disabled@example.com").await;
    app.disable(&disabled).await;
    let leaving = app.member("leaving@example.com").await;
    app.mark(&leaving, "deletion_due_at", app.now()).await;
    let _ = app.newcomer("newcomer@example.com").await;

    for name in ["disabled", "leaving", "newcomer", "nobody"] {
        let call = forgot_call(&format!("{name}@example.com"));
        let answer = app.call(call).await.expect(200);
        assert_eq!(answer.json, json!({ "message": MESSAGE }));
    }

    app.deliver().await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert_eq!(mails[0].to, "newcomer@example.com");
}

#[tokio::test]
async fn a_request_is_in_the_audit_log_without_the_address() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;

    let call = forgot_call("ann@example.com").from("192.0.2.3");
    let _ = app.call(call).await.expect(200);

    let entries = app.audit_of("PASSWORD_RESET_REQUESTED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"], "192.0.2.3");
    assert!(!entries[0].to_string().contains("example.com"));
    app.deliver().await;
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let app = TestApp::start().await;
    for email in [json!("ann"), json!(""), json!(5), json!(null)] {
        let answer = app.call(Call::post(PATH, &json!({ "email": email }))).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("email").is_empty());
    }
}

#[tokio::test]
async fn three_an_hour_and_address_pass_and_ten_a_client() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        let answer = app.call(forgot_call("ann@example.com")).await.expect(200);
        assert_eq!(answer.header("ratelimit"), "\"forgot-client\";r=9;t=3600");
    }
    let refused = app.call(forgot_call("ANN@example.com")).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "3600");

    for position in 0..12 {
        let call = forgot_call(&format!("ann{position}@example.com")).from("192.0.2.1");
        let answer = app.call(call).await;
        assert_eq!(answer.status, if position < 10 { 200 } else { 429 });
    }
    app.advance(SignedDuration::from_hours(1));
    let _ = app.call(forgot_call("ann@example.com")).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_006_the_answer_is_the_same_for_every_address() {
    super::request_otp::expect_alike(forgot_call).await;
}

#[tokio::test]
async fn abuse_025_a_forged_host_changes_no_link() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let call = forgot_call("ann@example.com")
        .with_header("host", "evil.example")
        .with_header("x-forwarded-host", "evil.example")
        .with_header("x-forwarded-proto", "http")
        .with_header("origin", "https://evil.example");

    let _ = app.call(call).await.expect(200);

    app.deliver().await;
    let mails = app.mails().await;
    assert!(mails[0].link().unwrap().starts_with(FRONTEND_URL));
    assert!(!format!("{mails:?}").contains("evil.example"));
}

#[tokio::test]
async fn abuse_030_no_redirect_is_taken_from_the_caller() {
    let app = TestApp::start().await;
    let targets = [
        "https://good.example.evil.tld",
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https%3A%2F%2Fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
    ];
    for (position, target) in targets.into_iter().enumerate() {
        let email = format!("ann{position}@example.com");
        let _ = app.member(&email).await;
        let body = json!({
            "email": email, "redirect": target, "redirect_uri": target, "next": target,
        });
        let path = format!("{PATH}?redirect={target}&next={target}");
        let answer = app.call(Call::post(&path, &body)).await.expect(200);
        assert_eq!(answer.header("location"), "");
    }

    app.deliver().await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), targets.len());
    for mail in mails {
        assert!(mail.link().unwrap().starts_with(FRONTEND_URL));
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
    }
}
