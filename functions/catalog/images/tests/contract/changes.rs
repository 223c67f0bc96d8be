use catalog_testing::{Shop, delete_call, patch_call, path_of, photograph};
use serde_json::{Value, json};

/// A product with so many images: its path and their ids.
async fn with_images(shop: &Shop, count: u8) -> (String, Vec<String>) {
    let product = shop.tea().await;
    let mut images = Vec::new();
    for grey in 0..count {
        images.push(shop.upload_image(&product, &photograph(grey)).await);
    }
    (product, images)
}

#[tokio::test]
async fn an_image_is_described_anew_and_counts_as_a_change_of_the_product() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 1).await;
    let path = format!("{product}/images/{}", images[0]);
    let change = json!({"alternative_text": "  A pot of tea "});

    let changed = shop.patch(&shop.seller, &path, &change).await.expect(200);

    assert_eq!(changed.json["alternative_text"], "A pot of tea");
    assert_eq!(changed.header("etag"), "\"3\"");
    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(seen.header("etag"), "\"3\"");
    assert_eq!(seen.json["images"], json!([changed.json]));
    let entries = shop.app.audit_of("IMAGE_CHANGED").await;
    assert_eq!(entries[0]["object"], format!("image/{}", images[0]));
    // What is as it should be is not written.
    let same = json!({"alternative_text": "A pot of tea", "position": 1});
    let again = shop.patch(&shop.admin, &path, &same).await.expect(200);
    assert_eq!(again.header("etag"), "\"3\"");
    for nothing in [json!(null), json!(" ")] {
        let change = json!({"alternative_text": nothing});
        let changed = shop.patch(&shop.admin, &path, &change).await.expect(200);
        assert_eq!(changed.json["alternative_text"], "");
    }
}

#[tokio::test]
async fn an_image_is_moved_and_no_two_have_one_place() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 3).await;
    let [a, b, c] = [0, 1, 2].map(|index| images[index].clone());
    assert_eq!(shop.images(&product).await, [&*a, &*b, &*c]);

    for (image, place, expected) in [
        (&c, 1, [&c, &a, &b]),
        (&c, 1, [&c, &a, &b]),
        (&c, 2, [&a, &c, &b]),
        (&a, 20, [&c, &b, &a]),
    ] {
        let path = format!("{product}/images/{image}");
        let change = json!({"position": place});
        let _ = shop.patch(&shop.seller, &path, &change).await.expect(200);
        assert_eq!(shop.images(&product).await, expected.map(String::clone));
    }
}

#[tokio::test]
async fn a_change_of_a_state_that_was_seen_is_none_of_another() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 2).await;
    let path = format!("{product}/images/{}", images[1]);
    let move_to_front = || patch_call(&shop.seller, &path, &json!({"position": 1}));
    let delete = || delete_call(&shop.seller, &path);

    for call in [move_to_front(), delete()] {
        let refused = shop.app.call(call.with_header("if-match", "\"2\"")).await;
        refused.expect_error(412, "changed_since");
    }
    assert_eq!(shop.images(&product).await, images);

    let call = move_to_front().with_header("if-match", "\"3\"");
    let _ = shop.app.call(call).await.expect(200);
    let call = delete().with_header("if-match", "\"4\"");
    let _ = shop.app.call(call).await.expect(204);
    shop.app.deliver().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_change_is_said_and_nothing_changes() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 2).await;
    let path = format!("{product}/images/{}", images[1]);

    for (field, value) in [
        ("position", json!(0)),
        ("position", json!(21)),
        ("position", json!(-1)),
        ("position", json!(1.5)),
        ("position", json!("1")),
        ("position", json!(null)),
        ("position", json!(4_294_967_296_u64)),
        ("alternative_text", json!("a".repeat(301))),
        ("alternative_text", json!("a\nb")),
        ("alternative_text", json!("a\u{202e}b")),
        ("alternative_text", json!(1)),
    ] {
        let change = json!({ field: value });
        let refused = shop.patch(&shop.seller, &path, &change).await;
        refused.expect_error_with(400, "invalid_fields", &["details"]);
        assert!(!refused.detail(field).is_empty(), "{change}");
    }
    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(seen.header("etag"), "\"3\"");
}

#[tokio::test]
async fn abuse_058_an_image_is_changed_by_those_alone_who_may_change_its_product() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 1).await;
    let path = format!("{product}/images/{}", images[0]);
    let stranger = shop.app.user("stranger@example.com").await;
    let change = json!({"position": 1, "alternative_text": "Mine"});

    for call in [
        patch_call(&stranger, &path, &change),
        delete_call(&stranger, &path),
    ] {
        shop.app.call(call).await.expect_error(403, "forbidden");
    }
    let hidden = json!({"is_active": false});
    let _ = shop
        .patch(&shop.seller, &product, &hidden)
        .await
        .expect(200);
    for call in [
        patch_call(&stranger, &path, &change),
        delete_call(&stranger, &path),
    ] {
        shop.app.call(call).await.expect_error(404, "not_found");
    }
    let _ = shop.patch(&shop.admin, &path, &change).await.expect(200);
}

#[tokio::test]
async fn an_image_is_no_other_products() {
    let shop = Shop::open().await;
    let (product, images) = with_images(&shop, 1).await;
    let other = shop.app.product(&shop.seller, &json!({"sku": "X"})).await;
    let other = path_of(&other);

    for path in [
        format!("{other}/images/{}", images[0]),
        format!("{product}/images/x"),
        format!("{product}/images/{}", product.rsplit('/').next().unwrap()),
        format!("/api/v1/products/x/images/{}", images[0]),
    ] {
        let change = patch_call(&shop.seller, &path, &json!({"position": 1}));
        shop.app.call(change).await.expect_error(404, "not_found");
        let delete = delete_call(&shop.seller, &path);
        shop.app.call(delete).await.expect_error(404, "not_found");
    }
    let seen = shop.get(None, &product).await.expect(200).json;
    assert_ne!(seen["images"], Value::Array(Vec::new()));
}
