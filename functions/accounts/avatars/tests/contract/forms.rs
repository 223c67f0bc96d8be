//! What the storage takes with a form, and what it does not. Nobody of ours is asked any more once the form is out.

use accounts_testing::TestApp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use kernel::picture::MAX_BYTES;
use serde_json::{Value, json};

use crate::steps::{form, member, png, upload_key};

/// A form with one field changed.
fn with_field(form: &Value, name: &str, value: &str) -> Value {
    let mut form = form.clone();
    form["fields"][name] = json!(value);
    form
}

#[tokio::test]
async fn abuse_095_fifteen_megabytes_are_taken_and_a_byte_more_is_not() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    let form = form(&app, &session.access).await;
    let most = MAX_BYTES as usize;

    for length in [most + 1, 20_000_000] {
        let (status, said) = app.upload(&form, &vec![0; length]).await;
        assert_eq!(status, 400);
        assert!(said.contains("EntityTooLarge"), "{said}");
    }
    let (status, said) = app.upload(&form, &[]).await;
    assert_eq!(status, 400);
    assert!(said.contains("EntityTooSmall"), "{said}");
    assert!(app.file_keys().await.is_empty());

    assert_eq!(app.upload(&form, &vec![0; most]).await.0, 204);
}

#[tokio::test]
async fn abuse_095_abuse_058_a_form_is_good_for_its_own_key_alone() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let bob = app.member("bob@example.com").await;
    let form = form(&app, &session.access).await;
    let id = form["avatar_id"].as_str().unwrap();

    for key in [
        upload_key(&bob, id),
        upload_key(&ann, "../../x"),
        format!("{}/../../x", upload_key(&ann, id)),
        format!("{}x", upload_key(&ann, id)),
        format!("avatars/{}/{id}/512.webp", ann.id),
        format!("exports/{}/{id}.json", bob.id),
        "../../x".to_owned(),
        "${filename}".to_owned(),
    ] {
        let (status, said) = app.upload(&with_field(&form, "key", &key), &png(1)).await;
        assert_eq!(status, 403, "{key}: {said}");
    }
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn abuse_095_no_field_of_a_form_can_be_changed_or_added() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    let form = form(&app, &session.access).await;
    let longer = json!({
        "expiration": "2099-01-01T00:00:00Z",
        "conditions": [["starts-with", "$key", ""], ["content-length-range", 1, 1_000_000_000]],
    });
    let longer = STANDARD.encode(longer.to_string());

    for (name, value) in [
        ("Content-Type", "text/html"),
        ("Content-Type", "image/svg+xml"),
        ("policy", longer.as_str()),
        ("x-amz-signature", &"0".repeat(64)),
        ("x-amz-date", "20300101T000000Z"),
        ("acl", "public-read"),
        ("success_action_redirect", "https://evil.example"),
        ("x-amz-meta-note", "x"),
        ("Cache-Control", "public"),
    ] {
        let (status, said) = app.upload(&with_field(&form, name, value), &png(1)).await;
        assert!([400, 403].contains(&status), "{name}: {status} {said}");
    }
    let mut untyped = form.clone();
    untyped["fields"]
        .as_object_mut()
        .unwrap()
        .remove("Content-Type");
    assert_eq!(app.upload(&untyped, &png(1)).await.0, 403);
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn a_form_whose_time_is_over_takes_nothing() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let id = kernel::id::AvatarId::new(app.now(), &mut app.app().random());
    let key = accounts::files::FileKey::Upload(person.id, id);
    let files = app.app().files();
    let form = files
        .presign_post(&key, "image/png", 1000, SignedDuration::from_secs(-1))
        .await
        .unwrap();

    let form = json!({"url": form.url, "fields": form.fields});
    assert_eq!(app.upload(&form, &png(1)).await.0, 403);
}

#[tokio::test]
async fn what_was_sent_is_nobody_elses_to_read() {
    let app = TestApp::start().await;
    let (_, session) = member(&app, "ann@example.com").await;
    let form = form(&app, &session.access).await;
    assert_eq!(app.upload(&form, &png(1)).await.0, 204);

    let base = form["url"].as_str().unwrap();
    let key = form["fields"]["key"].as_str().unwrap();
    for url in [format!("{base}{key}"), base.to_owned()] {
        assert_eq!(app.download(&url).await.0, 403, "{url}");
    }
}
