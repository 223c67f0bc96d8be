use catalog_testing::{Shop, delete_call, patch_call, path_of, put_call};
use serde_json::json;

#[tokio::test]
async fn a_change_says_what_changed_and_nothing_else() {
    let shop = Shop::open().await;
    let path = shop.tea().await;

    let changed = shop
        .patch(
            &shop.seller,
            &path,
            &json!({
                "name": "Sencha", "price": "7.50", "compare_price": "8.90", "weight": 100, "tax_class": "zero",
                "description": "Leaves", "attributes": {"origin": "Uji"}, "is_digital": true,
                "dimensions": {"length": 1, "width": 2, "height": 3}, "short_description": "Tea",
            }),
        )
        .await
        .expect(200);

    assert_eq!(changed.header("etag"), "\"2\"");
    let seen = changed.json;
    assert_eq!(
        (&seen["name"], &seen["slug"]),
        (&json!("Sencha"), &json!("green-tea"))
    );
    assert_eq!(
        (&seen["price"], &seen["compare_price"]),
        (&json!("7.50"), &json!("8.90"))
    );
    assert_eq!(seen["in_stock"], true);
    assert_eq!(shop.app.audit_of("PRODUCT_CHANGED").await.len(), 1);

    // The same again changes nothing, and is not told.
    let again = shop
        .patch(&shop.seller, &path, &json!({"name": "Sencha"}))
        .await;
    assert_eq!(again.expect(200).header("etag"), "\"2\"");
    assert_eq!(shop.app.audit_of("PRODUCT_CHANGED").await.len(), 1);
    let cleared = json!({
        "compare_price": null, "weight": null, "dimensions": null, "description": null,
        "short_description": null, "attributes": null,
    });
    let cleared = shop
        .patch(&shop.seller, &path, &cleared)
        .await
        .expect(200)
        .json;
    for field in ["compare_price", "weight", "dimensions"] {
        assert_eq!(cleared[field], json!(null), "{field}");
    }
    assert_eq!(
        (&cleared["description"], &cleared["attributes"]),
        (&json!(""), &json!({}))
    );
}

#[tokio::test]
async fn a_product_is_written_anew() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let whole = json!({
        "name": "Sencha", "sku": "TEA-S", "price": "5", "currency": "CHF", "categories": ["tea"],
    });

    let written = shop
        .app
        .call(put_call(&shop.seller, &path, &whole))
        .await
        .expect(200)
        .json;

    // The slug stays, and what was left out is as in a new one.
    assert_eq!(
        (&written["slug"], &written["sku"]),
        (&json!("green-tea"), &json!("TEA-S"))
    );
    assert_eq!(
        (&written["price"], &written["currency"]),
        (&json!("5.00"), &json!("CHF"))
    );
    let other = json!({"sku": "TEA-GREEN", "slug": "other"});
    let _ = shop.app.product(&shop.seller, &other).await;
}

#[tokio::test]
async fn a_change_is_made_to_the_state_that_was_seen() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let change = |price: &str| patch_call(&shop.seller, &path, &json!({"price": price}));

    let first = change("7").with_header("if-match", "\"1\"");
    let _ = shop.app.call(first).await.expect(200);
    for stale in ["\"1\"", "\"3\"", "x"] {
        let late = change("6").with_header("if-match", stale);
        shop.app.call(late).await.expect_error(412, "changed_since");
    }
    let any = change("6").with_header("if-match", "*");
    let _ = shop.app.call(any).await.expect(200);
    let whole =
        json!({"name": "A", "sku": "A", "price": "5", "currency": "EUR", "categories": ["tea"]});
    let late = put_call(&shop.seller, &path, &whole).with_header("if-match", "\"1\"");
    shop.app.call(late).await.expect_error(412, "changed_since");
    let late = delete_call(&shop.seller, &path).with_header("if-match", "\"1\"");
    shop.app.call(late).await.expect_error(412, "changed_since");
    assert_eq!(shop.get(None, &path).await.json["price"], "6.00");
}

#[tokio::test]
async fn a_slug_and_a_sku_that_are_given_up_are_free() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let other = json!({"sku": "B", "name": "Black tea"});
    let other = path_of(&shop.app.product(&shop.seller, &other).await);

    for (field, taken) in [("slug", "green-tea"), ("sku", "tea-GREEN")] {
        let refused = shop
            .patch(&shop.seller, &other, &json!({field: taken}))
            .await;
        let code = format!("{field}_taken");
        refused.expect_error_with(409, &code, &["details"]);
    }
    let given_up = json!({"slug": "sencha", "sku": "S"});
    let _ = shop.patch(&shop.seller, &path, &given_up).await.expect(200);
    let taken = json!({"slug": "green-tea", "sku": "tea-GREEN"});
    let _ = shop.patch(&shop.seller, &other, &taken).await.expect(200);
    let _ = shop.get(None, "/api/v1/products/sencha").await.expect(200);
}

#[tokio::test]
async fn a_product_moves_from_category_to_category() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let home = shop
        .app
        .category(&shop.admin, &json!({"name": "Home"}))
        .await;

    let moved = shop
        .patch(&shop.seller, &path, &json!({"categories": ["home"]}))
        .await;

    assert_eq!(moved.expect(200).json["categories"], json!([home["id"]]));
    // The old one is empty now, and the new one is not.
    let delete = |slug: String| {
        let path = format!("/api/v1/categories/{slug}");
        delete_call(&shop.admin, &path)
    };
    let tea = shop.get(None, "/api/v1/categories/tea").await.json["id"].clone();
    let kept = shop
        .app
        .call(delete(home["id"].as_str().unwrap().to_owned()))
        .await;
    kept.expect_error(409, "category_not_empty");
    let gone = shop
        .app
        .call(delete(tea.as_str().unwrap().to_owned()))
        .await;
    let _ = gone.expect(204);
}

#[tokio::test]
async fn a_currency_is_not_changed_below_the_prices_of_variants() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let priced = json!({"name": "250 g", "sku": "T-250", "price": "17.90"});
    let _ = shop.app.variant(&shop.seller, &id, &priced).await;

    let refused = shop
        .patch(&shop.seller, &path, &json!({"currency": "CHF"}))
        .await;

    assert!(refused.json["details"]["currency"].is_array());
    refused.expect_error_with(400, "invalid_fields", &["details"]);
}
