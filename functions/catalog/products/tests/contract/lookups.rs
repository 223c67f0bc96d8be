use catalog_testing::{Shop, path_of};
use serde_json::json;

#[tokio::test]
async fn a_product_is_found_by_its_id_and_by_its_slug() {
    let shop = Shop::open().await;
    let path = shop.tea().await;

    let by_id = shop.get(None, &path).await.expect(200);
    let by_slug = shop
        .get(None, "/api/v1/products/green-tea")
        .await
        .expect(200);

    assert_eq!(by_id.json, by_slug.json);
    assert_eq!(by_id.header("etag"), "\"1\"");
    assert_eq!(by_id.header("cache-control"), "no-store");
    for nothing in [
        "green",
        "GREEN-TEA",
        "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33",
        "%00",
        "a b",
    ] {
        let path = format!("/api/v1/products/{}", nothing.replace(' ', "%20"));
        shop.get(None, &path).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn abuse_058_an_inactive_product_is_for_those_alone_who_may_change_it() {
    let shop = Shop::open().await;
    let hidden = json!({"is_active": false});
    let path = path_of(&shop.app.product(&shop.seller, &hidden).await);
    let stranger = shop.app.user("stranger@example.com").await;

    for caller in [None, Some(&stranger)] {
        for path in [
            path.clone(),
            format!("{path}/variants"),
            "/api/v1/products/green-tea".to_owned(),
        ] {
            shop.get(caller, &path).await.expect_error(404, "not_found");
        }
    }
    for caller in [&shop.seller, &shop.admin] {
        let seen = shop.get(Some(caller), &path).await.expect(200).json;
        assert!(seen["created_by"].is_string());
        let _ = shop
            .get(Some(caller), &format!("{path}/variants"))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn an_inactive_category_hides_what_is_in_no_other() {
    let shop = Shop::open().await;
    let (tea, home) = (shop.tea().await, json!({"name": "Home"}));
    let _ = shop.app.category(&shop.admin, &home).await;
    let both = json!({"sku": "B", "categories": ["tea", "home"]});
    let both = path_of(&shop.app.product(&shop.seller, &both).await);
    let category = shop.get(None, "/api/v1/categories/tea").await.json["id"].clone();

    let category = format!("/api/v1/categories/{}", category.as_str().unwrap());
    let closed = shop
        .patch(&shop.admin, &category, &json!({"is_active": false}))
        .await;

    let _ = closed.expect(200);
    shop.get(None, &tea).await.expect_error(404, "not_found");
    let _ = shop.get(None, &both).await.expect(200);
    let _ = shop.get(Some(&shop.seller), &tea).await.expect(200);
}

#[tokio::test]
async fn a_token_that_is_no_good_is_refused_where_none_is_needed() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    for token in ["x", "", "eyJhbGciOiJub25lIn0.e30."] {
        let call = catalog_testing::Call::get(&path).with_token(token);
        shop.app
            .call(call)
            .await
            .expect_error(401, "not_authenticated");
    }
}
