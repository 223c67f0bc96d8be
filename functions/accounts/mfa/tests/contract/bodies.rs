//! What is no answer, and takes no try.

use accounts_testing::{Call, TestApp};
use serde_json::{Value, json};

use crate::support::expect_wrong;

const VERIFY: &str = "/api/v1/auth/mfa/verify";
const CHALLENGE: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[tokio::test]
async fn all_that_is_wrong_with_an_answer_is_said_at_once() {
    let app = TestApp::start().await;
    for (body, field, sentence) in [
        (json!({}), "challenge", "This field is required."),
        (json!({}), "code", "Enter the six digits of the code."),
        (
            json!({"challenge": CHALLENGE, "code": "12345"}),
            "code",
            "Enter the six digits of the code.",
        ),
        (
            json!({"challenge": CHALLENGE, "code": "", "recovery_code": "1"}),
            "recovery_code",
            "Enter the ten letters and digits of a recovery code.",
        ),
        (
            json!({"challenge": CHALLENGE, "code": "123456", "recovery_code": "01ABC-DEFGH"}),
            "code",
            "Give one of code and recovery_code.",
        ),
        (
            json!({"challenge": CHALLENGE, "code": 123_456}),
            "code",
            "This must be a string, not a number.",
        ),
        (
            json!({"challenge": ["x"], "code": "123456"}),
            "challenge",
            "This must be a string, not a list.",
        ),
    ] {
        let answer = app.call(Call::post(VERIFY, &body)).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(answer.detail(field), sentence, "{body}");
    }
}

#[tokio::test]
async fn what_cannot_be_a_challenge_is_one_that_is_over() {
    let app = TestApp::start().await;
    for challenge in [
        "x",
        CHALLENGE,
        "\0",
        &"a".repeat(10_000),
        "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
    ] {
        let answer = app.answer_challenge(challenge, "123456").await;
        answer.expect_error(400, "invalid_challenge");
    }
}

#[tokio::test]
async fn what_cannot_be_a_code_takes_no_try() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    for code in ["", "12345", "1234567", "12345a", "-12345"] {
        for call in [
            TestApp::answer_challenge_call(&challenge, &json!({ "code": code })),
            TestApp::disable_totp_call(&session.access, &json!({ "code": code })),
            TestApp::renew_recovery_codes_call(&session.access, code),
            TestApp::confirm_totp_call(&session.access, code),
        ] {
            let answer = app.call(call).await;
            answer.expect_error(400, "invalid_fields");
            assert_eq!(answer.detail("code"), "Enter the six digits of the code.");
        }
    }

    let wrong = factor.wrong_code(app.now());
    for _ in 0..5 {
        expect_wrong(&app.answer_challenge(&challenge, &wrong).await);
    }
}

#[tokio::test]
async fn what_is_no_object_is_refused() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    for path in [
        VERIFY,
        "/api/v1/auth/mfa/totp",
        "/api/v1/auth/mfa/totp/confirm",
        "/api/v1/auth/mfa/totp/disable",
        "/api/v1/auth/mfa/recovery-codes",
    ] {
        for body in [json!([]), json!("x"), json!(1), Value::Null] {
            let call = Call::post(path, &body).with_token(&session.access);
            app.call(call).await.expect_error(400, "malformed_json");
        }
        let text = Call::new("POST", path)
            .with_token(&session.access)
            .with_header("content-type", "text/plain")
            .with_body("{}");
        app.call(text)
            .await
            .expect_error(415, "unsupported_media_type");
    }
}
