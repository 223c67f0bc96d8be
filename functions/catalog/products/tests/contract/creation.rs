use catalog_testing::{Shop, path_of, product_call};
use serde_json::json;

#[tokio::test]
async fn a_product_is_made_by_whoever_is_logged_in() {
    let shop = Shop::open().await;
    let tea = shop.get(None, "/api/v1/categories/tea").await.json["id"].clone();

    let made = shop
        .app
        .product(
            &shop.seller,
            &json!({
                "name": " Grüner Tee ", "description": "a\r\nb", "short_description": "Sencha",
                "price": "8.9", "compare_price": "10", "categories": [tea, "tea"],
                "attributes": {"origin": "Uji", "organic": true}, "weight": 120,
                "dimensions": {"length": 80, "width": 70, "height": 120}, "tax_class": "reduced",
            }),
        )
        .await;

    let now = shop.app.now().to_string();
    let expected = json!({
        "id": made["id"], "name": "Grüner Tee", "slug": "gruner-tee", "sku": "TEA-GREEN", "description": "a\nb",
        "short_description": "Sencha", "price": "8.90", "compare_price": "10.00", "currency": "EUR",
        "categories": [tea], "attributes": {"origin": "Uji", "organic": true}, "is_active": true, "is_digital": false,
        "in_stock": false, "weight": 120, "dimensions": {"length": 80, "width": 70, "height": 120},
        "tax_class": "reduced", "images": [], "variants": [], "created_at": now, "updated_at": now,
        "created_by": made["created_by"],
    });
    assert_eq!(made, expected);
    assert!(made["created_by"].is_string());
    let seen = shop.get(None, &path_of(&made)).await.expect(200).json;
    let mut public = expected;
    public.as_object_mut().unwrap().remove("created_by");
    assert_eq!(seen, public);
    assert_eq!(shop.app.audit_of("PRODUCT_CREATED").await.len(), 1);
}

#[tokio::test]
async fn what_is_left_out_is_as_most_products_are() {
    let shop = Shop::open().await;
    let made = shop.app.product(&shop.seller, &json!({})).await;

    assert_eq!(made["compare_price"], json!(null));
    assert_eq!(made["weight"], json!(null));
    assert_eq!(made["dimensions"], json!(null));
    assert_eq!(made["tax_class"], "standard");
    assert_eq!(made["attributes"], json!({}));
    assert_eq!(
        (&made["is_active"], &made["is_digital"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn a_slug_and_a_sku_are_of_one_product() {
    let shop = Shop::open().await;
    let made = shop.app.product(&shop.seller, &json!({})).await;

    // A slug that is made of the name has a part of the id behind it.
    let other = json!({"sku": "TEA-2"});
    let other = shop.app.product(&shop.seller, &other).await;
    let tail = &other["id"].as_str().unwrap()[30..];
    assert_eq!(other["slug"], format!("green-tea-{tail}"));

    let wanted = json!({"sku": "TEA-3", "slug": "green-tea"});
    let refused = shop.app.call(product_call(&shop.seller, &wanted)).await;
    assert!(refused.json["details"]["slug"].is_array());
    refused.expect_error_with(409, "slug_taken", &["details"]);
    // In whatever case, and whosever it is.
    let wanted = json!({"sku": "tea-green", "slug": "mine"});
    let refused = shop.app.call(product_call(&shop.admin, &wanted)).await;
    assert!(refused.json["details"]["sku"].is_array());
    refused.expect_error_with(409, "sku_taken", &["details"]);
    let _ = shop
        .app
        .variant(
            &shop.seller,
            made["id"].as_str().unwrap(),
            &json!({"name": "250 g", "sku": "T-250"}),
        )
        .await;
    let wanted = json!({"sku": "t-250", "slug": "mine"});
    let refused = shop.app.call(product_call(&shop.admin, &wanted)).await;
    refused.expect_error_with(409, "sku_taken", &["details"]);
    // What was refused is not half there.
    let free = json!({"sku": "TEA-4", "slug": "mine"});
    let _ = shop.app.product(&shop.seller, &free).await;
}

#[tokio::test]
async fn a_price_has_the_places_of_its_currency() {
    let shop = Shop::open().await;
    for (currency, price, shown) in [
        ("JPY", "1200", "1200"),
        ("KWD", "1.5", "1.500"),
        ("EUR", "0", "0.00"),
    ] {
        let wanted =
            json!({"sku": format!("TEA-{currency}"), "price": price, "currency": currency});
        let made = shop.app.product(&shop.seller, &wanted).await;
        assert_eq!(made["price"], shown);
        assert_eq!(made["currency"], currency);
    }
}
