//! What refused images cost: nothing, up to a point.

use catalog_testing::{Shop, photograph};

const NO_PICTURE: &[u8] = b"no picture";

/// The uploads that are left to the seller in their hour after one more.
async fn left(shop: &Shop, product: &str) -> String {
    let call = shop.image_form_call(&shop.seller, product);
    let answer = shop.app.call(call).await.expect(201);
    let state = answer.header("ratelimit").to_owned();
    let (_, left) = state.split_once("\"image-upload\";").unwrap();
    left.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_refused_image_costs_no_upload() {
    let shop = Shop::open().await;
    let product = shop.tea().await;

    for _ in 0..3 {
        let _ = shop.upload_image(&product, NO_PICTURE).await;
    }
    assert_eq!(left(&shop, &product).await, "r=99");

    // One that is shown does.
    let _ = shop.upload_image(&product, &photograph(1)).await;
    assert_eq!(left(&shop, &product).await, "r=97");
}

#[tokio::test]
async fn a_refusal_that_is_told_twice_gives_back_one_upload() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    assert_eq!(left(&shop, &product).await, "r=99");
    let image = shop.upload_image(&product, NO_PICTURE).await;

    assert!(shop.process_image(&product, &image).await);

    assert_eq!(left(&shop, &product).await, "r=98");
}

#[tokio::test]
async fn a_refused_request_is_not_counted() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let stranger = shop.app.user("stranger@example.com").await;
    let refused = shop
        .app
        .call(shop.image_form_call(&stranger, &product))
        .await;
    refused.expect_error(403, "forbidden");

    let own = shop
        .app
        .product(&stranger, &serde_json::json!({"sku": "X"}))
        .await;
    let own = catalog_testing::path_of(&own);
    let answer = shop.app.call(shop.image_form_call(&stranger, &own)).await;

    let answer = answer.expect(201);
    let state = answer.header("ratelimit");
    assert!(state.contains("\"image-upload\";r=99;"), "{state}");
}

#[tokio::test]
async fn abuse_095_a_flood_of_what_is_no_picture_ends() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    for _ in 0..150 {
        let _ = shop.upload_image(&product, NO_PICTURE).await;
    }

    let call = shop.image_form_call(&shop.seller, &product);
    let refused = shop.app.call(call).await;

    refused.expect_error(429, "rate_limited");
}
