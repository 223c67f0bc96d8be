//! What the storage takes with a form, and what it does not. Nobody of ours is asked any more once the form is out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use catalog_testing::{Shop, photograph};
use serde_json::{Value, json};

/// The most bytes that the form takes.
const MOST: usize = 15 * 1024 * 1024;

/// A form with one field changed.
fn with_field(form: &Value, name: &str, value: &str) -> Value {
    let mut form = form.clone();
    form["fields"][name] = json!(value);
    form
}

#[tokio::test]
async fn abuse_095_fifteen_megabytes_are_taken_and_a_byte_more_is_not() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;

    let (status, said) = shop.app.upload(&form, &vec![0; MOST + 1]).await;
    assert_eq!(status, 400);
    assert!(said.contains("EntityTooLarge"), "{said}");
    let (status, said) = shop.app.upload(&form, &[]).await;
    assert_eq!(status, 400);
    assert!(said.contains("EntityTooSmall"), "{said}");
    assert!(shop.app.file_keys().await.is_empty());

    shop.send_with(&form, &vec![0; MOST]).await;
}

#[tokio::test]
async fn abuse_095_abuse_058_a_form_is_good_for_its_own_key_alone() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
    let image = form["image_id"].as_str().unwrap();
    let own = shop.image_upload_key(&product, image);

    for key in [
        shop.image_upload_key("/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33", image),
        shop.image_upload_key(&product, "../../x"),
        format!("{own}/../../x"),
        format!("{own}x"),
        own.replace("image-uploads/", "images/"),
        shop.image_keys(&product, image)[0].clone(),
        format!("uploads/{image}/{image}"),
        "${filename}".to_owned(),
    ] {
        let (status, said) = shop
            .app
            .upload(&with_field(&form, "key", &key), &photograph(1))
            .await;
        assert_eq!(status, 403, "{key}: {said}");
    }
    assert!(shop.app.file_keys().await.is_empty());
}

#[tokio::test]
async fn abuse_095_no_field_of_a_form_can_be_changed_or_added() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
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
        ("acl", "public-read"),
        ("success_action_redirect", "https://evil.example"),
        ("x-amz-meta-note", "x"),
    ] {
        let forged = with_field(&form, name, value);
        let (status, said) = shop.app.upload(&forged, &photograph(1)).await;
        assert!([400, 403].contains(&status), "{name}: {status} {said}");
    }
    assert!(shop.app.file_keys().await.is_empty());
}

#[tokio::test]
async fn what_was_sent_is_nobodys_to_read() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
    shop.send_with(&form, &photograph(1)).await;

    let base = form["url"].as_str().unwrap();
    let key = form["fields"]["key"].as_str().unwrap();
    for url in [format!("{base}{key}"), base.to_owned()] {
        assert_eq!(shop.app.download(&url).await.0, 403, "{url}");
    }
}
