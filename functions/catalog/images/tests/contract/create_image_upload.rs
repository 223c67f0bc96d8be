use catalog_testing::{Call, Shop, photograph};
use serde_json::json;

#[tokio::test]
async fn a_seller_gets_a_form_that_the_storage_takes() {
    let shop = Shop::open().await;
    let product = shop.tea().await;

    let call = shop.image_form_call(&shop.seller, &product);
    let form = shop.app.call(call).await.expect(201);

    assert_eq!(form.json["expires_in"], 300);
    assert_eq!(form.json["max_bytes"], 15 * 1024 * 1024);
    assert_eq!(form.header("cache-control"), "no-store");
    let key = shop.image_upload_key(&product, form.text("image_id"));
    assert_eq!(form.json["fields"]["key"], key.as_str());
    shop.send_with(&form.json, &photograph(1)).await;
    assert_eq!(shop.app.file_keys().await, [key]);
    // It is nothing of the product's until it was looked at.
    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(
        (seen.header("etag"), &seen.json["images"]),
        ("\"1\"", &json!([]))
    );
}

#[tokio::test]
async fn an_image_needs_no_words_and_takes_the_other_name_of_a_jpeg() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    for body in [
        json!({"content_type": "image/jpeg"}),
        json!({"content_type": "image/jpg", "alternative_text": null}),
        json!({"content_type": "image/jpg", "alternative_text": " "}),
    ] {
        let call = Call::post(&format!("{product}/images"), &body);
        let form = shop.app.call(call.with_token(&shop.admin.access)).await;
        assert_eq!(
            form.expect(201).json["fields"]["Content-Type"],
            "image/jpeg"
        );
    }
}

#[tokio::test]
async fn abuse_095_another_type_is_refused() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    for (field, body) in [
        ("content_type", json!({})),
        ("content_type", json!({"content_type": ""})),
        ("content_type", json!({"content_type": "image/svg+xml"})),
        (
            "content_type",
            json!({"content_type": "image/png, text/html"}),
        ),
        ("content_type", json!({"content_type": "text/html"})),
        ("content_type", json!({"content_type": 5})),
        (
            "alternative_text",
            json!({"content_type": "image/png", "alternative_text": "a".repeat(301)}),
        ),
        (
            "alternative_text",
            json!({"content_type": "image/png", "alternative_text": "a\u{0}"}),
        ),
        (
            "alternative_text",
            json!({"content_type": "image/png", "alternative_text": ["a"]}),
        ),
    ] {
        let call = Call::post(&format!("{product}/images"), &body);
        let refused = shop.app.call(call.with_token(&shop.seller.access)).await;
        refused.expect_error(400, "invalid_fields");
        assert!(!refused.detail(field).is_empty(), "{body}");
    }
}

#[tokio::test]
async fn abuse_058_nobody_gets_a_form_for_somebody_elses_product() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let stranger = shop.app.user("stranger@example.com").await;

    let visitor = Call::post(
        &format!("{product}/images"),
        &json!({"content_type": "image/png"}),
    );
    let refused = shop.app.call(visitor).await;
    refused.expect_error(401, "not_authenticated");
    let form = || shop.image_form_call(&stranger, &product);
    let refused = shop.app.call(form()).await;
    refused.expect_error(403, "forbidden");
    let hidden = json!({"is_active": false});
    let _ = shop
        .patch(&shop.seller, &product, &hidden)
        .await
        .expect(200);
    shop.app.call(form()).await.expect_error(404, "not_found");
    for path in [
        "/api/v1/products/x",
        "/api/v1/products/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33",
    ] {
        let call = shop.image_form_call(&shop.admin, path);
        shop.app.call(call).await.expect_error(404, "not_found");
    }
    let _ = shop
        .app
        .call(shop.image_form_call(&shop.admin, &product))
        .await
        .expect(201);
}

#[tokio::test]
async fn abuse_041_the_form_is_for_the_product_whatever_the_body_says() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let body = json!({
        "content_type": "image/png",
        "id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33",
        "product_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33",
        "key": "images/x",
        "max_bytes": 1_000_000_000,
    });

    let call = Call::post(&format!("{product}/images"), &body).with_token(&shop.seller.access);
    let form = shop.app.call(call).await.expect(201).json;

    let key = shop.image_upload_key(&product, form["image_id"].as_str().unwrap());
    assert_eq!(form["fields"]["key"], key.as_str());
    assert_eq!(form["max_bytes"], 15 * 1024 * 1024);
}

#[tokio::test]
async fn an_account_gets_a_hundred_forms_an_hour() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    for _ in 0..100 {
        let _ = shop.image_form(&product).await;
    }

    let call = shop.image_form_call(&shop.seller, &product);
    let refused = shop.app.call(call).await;

    refused.expect_error(429, "rate_limited");
    let policy = refused.header("ratelimit-policy");
    assert_eq!(policy, "\"image-upload\";q=100;w=3600");
    let call = shop.image_form_call(&shop.admin, &product);
    let _ = shop.app.call(call).await.expect(201);
}

#[tokio::test]
async fn a_product_has_twenty_images_at_most() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let late = shop.send_image(&product, &photograph(0)).await;
    for grey in 1..=20 {
        let _ = shop.upload_image(&product, &photograph(grey)).await;
    }

    let call = shop.image_form_call(&shop.seller, &product);
    let refused = shop.app.call(call).await;
    refused.expect_error(409, "too_many_images");
    // It is counted again when it is shown.
    assert!(shop.process_image(&product, &late).await);
    assert_eq!(shop.images(&product).await.len(), 20);
    let refusals = shop.image_refusals(&product).await;
    assert_eq!(refusals, [(late, "too_many_images".to_owned())]);
    assert_eq!(shop.app.file_keys().await.len(), 60);
}
