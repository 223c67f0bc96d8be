use accounts_testing::{Call, TestApp};
use serde_json::json;

use crate::steps::{PATH, form, form_call, member, png, upload_key};

#[tokio::test]
async fn a_member_gets_a_form_that_the_storage_takes() {
    let app = TestApp::start().await;
    let (person, session) = member(&app, "ann@example.com").await;

    let answer = app.call(form_call(&session.access)).await.expect(201);

    assert_eq!(answer.json["expires_in"], 300);
    assert_eq!(answer.json["max_bytes"], 15 * 1024 * 1024);
    assert_eq!(answer.header("cache-control"), "no-store");
    let key = upload_key(&person, answer.text("avatar_id"));
    assert_eq!(answer.json["fields"]["key"], key.as_str());
    assert_eq!(app.upload(&answer.json, &png(100)).await.0, 204);
    assert_eq!(app.file_keys().await, [key]);
}

#[tokio::test]
async fn a_jpeg_may_be_called_by_either_name() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    for name in ["image/jpeg", "image/jpg"] {
        let call = Call::post(PATH, &json!({"content_type": name}));
        let answer = app.call(call.with_token(&session.access)).await.expect(201);
        assert_eq!(answer.json["fields"]["Content-Type"], "image/jpeg");
    }
}

#[tokio::test]
async fn abuse_095_another_type_is_refused() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    for body in [
        json!({}),
        json!({"content_type": ""}),
        json!({"content_type": "image/svg+xml"}),
        json!({"content_type": "image/png, text/html"}),
        json!({"content_type": "text/html"}),
        json!({"content_type": 5}),
    ] {
        let answer = app
            .call(Call::post(PATH, &body).with_token(&session.access))
            .await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("content_type").is_empty(), "{body}");
    }
}

#[tokio::test]
async fn abuse_041_the_form_is_for_the_caller_whatever_the_body_says() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let (person, session) = member(&app, "ann@example.com").await;
    let body = json!({
        "content_type": "image/png",
        "user_id": victim.id.to_string(),
        "key": format!("uploads/{}/x", victim.id),
        "max_bytes": 1_000_000_000,
    });

    let call = Call::post(PATH, &body).with_token(&session.access);
    let form = app.call(call).await.expect(201).json;

    let key = upload_key(&person, form["avatar_id"].as_str().unwrap());
    assert_eq!(form["fields"]["key"], key.as_str());
    assert_eq!(form["max_bytes"], 15 * 1024 * 1024);
}

#[tokio::test]
async fn without_a_token_there_is_no_form() {
    let app = TestApp::start().await;
    let call = Call::post(PATH, &json!({"content_type": "image/png"}));
    app.call(call).await.expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn an_account_gets_twenty_forms_an_hour() {
    let app = TestApp::start().await;
    let (_, ann) = member(&app, "ann@example.com").await;
    let (_, bob) = member(&app, "bob@example.com").await;
    for _ in 0..20 {
        let _ = form(&app, &ann.access).await;
    }

    let refused = app.call(form_call(&ann.access)).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(
        refused.header("ratelimit-policy"),
        "\"avatar-upload\";q=20;w=3600"
    );
    let _ = form(&app, &bob.access).await;
}

#[tokio::test]
async fn a_refused_request_is_not_counted() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    for _ in 0..20 {
        let call = Call::post(PATH, &json!({"content_type": "image/gif"}));
        let answer = app.call(call.with_token(&session.access)).await;
        answer.expect_error(400, "invalid_fields");
    }

    let answer = app.call(form_call(&session.access)).await.expect(201);

    let state = answer.header("ratelimit");
    assert!(state.contains("\"avatar-upload\";r=19;"), "{state}");
}
