use catalog_testing::{Call, Shop, delete_call, patch_call, path_of};
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_variant_is_made_changed_and_deleted() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let variants = format!("{path}/variants");
    let wanted = json!({
        "name": " 250 g ", "sku": "T-250", "price": "17.9", "attributes": {"size": 250}, "low_stock_threshold": 5,
    });

    let call = Call::post(&variants, &wanted).with_token(&shop.seller.access);
    let made = shop.app.call(call).await.expect(201).json;

    let expected = json!({
        "id": made["id"], "name": "250 g", "sku": "T-250", "price": "17.90", "attributes": {"size": 250},
        "low_stock_threshold": 5, "is_active": true, "stock": 0,
    });
    assert_eq!(made, expected);
    let variant = format!("{variants}/{}", made["id"].as_str().unwrap());
    let change = json!({"name": "Half a pound", "price": null, "low_stock_threshold": null, "attributes": null});
    let changed = shop
        .patch(&shop.seller, &variant, &change)
        .await
        .expect(200)
        .json;
    let expected = json!({
        "id": made["id"], "name": "Half a pound", "sku": "T-250", "price": null, "attributes": {}, "is_active": true,
        "stock": 0,
    });
    assert_eq!(changed, expected);
    // Each is a change of the product.
    let seen = shop.get(None, &path).await.expect(200);
    assert_eq!(seen.header("etag"), "\"3\"");
    assert_eq!(seen.json["variants"], json!([expected]));

    let _ = shop
        .app
        .call(delete_call(&shop.seller, &variant))
        .await
        .expect(204);
    let gone = shop.app.call(delete_call(&shop.seller, &variant)).await;
    gone.expect_error(404, "not_found");
    assert_eq!(shop.get(None, &variants).await.expect(200).json["count"], 0);
    let _ = shop.app.variant(&shop.seller, &id, &wanted).await;
    for action in ["VARIANT_CREATED", "VARIANT_CHANGED", "VARIANT_DELETED"] {
        assert!(!shop.app.audit_of(action).await.is_empty(), "{action}");
    }
}

#[tokio::test]
async fn an_inactive_variant_is_for_those_alone_who_may_change_it() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    for (sku, active) in [("A", true), ("B", false), ("C", true)] {
        let variant =
            json!({"name": sku, "sku": sku, "is_active": active, "low_stock_threshold": 1});
        let _ = shop.app.variant(&shop.seller, &id, &variant).await;
        shop.app.advance(SignedDuration::from_secs(1));
    }
    let variants = format!("{path}/variants");
    let skus = |list: serde_json::Value| {
        let rows = list["results"].as_array().unwrap().iter();
        rows.map(|row| row["sku"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };

    let public = shop.get(None, &variants).await.expect(200).json;
    assert!(public["results"][0].get("low_stock_threshold").is_none());
    assert_eq!(skus(public), ["A", "C"]);
    let own = shop
        .get(Some(&shop.seller), &variants)
        .await
        .expect(200)
        .json;
    assert_eq!(own["results"][0]["low_stock_threshold"], 1);
    assert_eq!(skus(own), ["A", "B", "C"]);
    let page = shop
        .get(None, &format!("{variants}?page_size=1&page=2"))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&page["count"], skus(page.clone())),
        (&json!(2), vec!["C".to_owned()])
    );
}

#[tokio::test]
async fn a_variant_takes_no_name_of_another() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let _ = shop
        .app
        .variant(&shop.seller, &id, &json!({"name": "A", "sku": "A"}))
        .await;
    let other = shop
        .app
        .variant(&shop.seller, &id, &json!({"name": "B", "sku": "B"}))
        .await;
    let variants = format!("{path}/variants");

    for taken in ["a", "TEA-GREEN"] {
        let call = Call::post(&variants, &json!({"name": "C", "sku": taken}));
        let refused = shop.app.call(call.with_token(&shop.seller.access)).await;
        refused.expect_error_with(409, "sku_taken", &["details"]);
        let refused = shop
            .patch(
                &shop.seller,
                &format!("{variants}/{other}"),
                &json!({"sku": taken}),
            )
            .await;
        refused.expect_error_with(409, "sku_taken", &["details"]);
    }
    let given_up = shop
        .patch(
            &shop.seller,
            &format!("{variants}/{other}"),
            &json!({"sku": "D"}),
        )
        .await;
    let _ = given_up.expect(200);
    let _ = shop
        .app
        .variant(&shop.seller, &id, &json!({"name": "B", "sku": "B"}))
        .await;
}

#[tokio::test]
async fn a_product_has_a_hundred_variants_at_most() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    for number in 0..100 {
        let variant = json!({"name": "A", "sku": format!("V{number}")});
        let _ = shop.app.variant(&shop.seller, &id, &variant).await;
    }

    let call = Call::post(
        &format!("{path}/variants"),
        &json!({"name": "A", "sku": "V100"}),
    );
    let refused = shop.app.call(call.with_token(&shop.seller.access)).await;

    refused.expect_error(409, "too_many_variants");
    let list = shop.get(None, &path).await.expect(200).json;
    assert_eq!(list["variants"].as_array().unwrap().len(), 100);
    // All of them are cleared with the product.
    let _ = shop
        .app
        .call(delete_call(&shop.seller, &path))
        .await
        .expect(204);
    shop.app.deliver().await;
    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let variants = items
        .iter()
        .filter(|item| item["sk"]["S"].as_str().unwrap().starts_with("VARIANT#"));
    assert_eq!(variants.count(), 0);
}

#[tokio::test]
async fn a_variant_is_no_other_products() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let variant = shop
        .app
        .variant(&shop.seller, &id, &json!({"name": "A", "sku": "A"}))
        .await;
    let other = shop.app.product(&shop.seller, &json!({"sku": "X"})).await;
    let other = format!("{}/variants/{variant}", path_of(&other));

    let change = patch_call(&shop.seller, &other, &json!({"name": "B"}));
    shop.app.call(change).await.expect_error(404, "not_found");
    shop.app
        .call(delete_call(&shop.seller, &other))
        .await
        .expect_error(404, "not_found");
    for path in [
        format!("{path}/variants/x"),
        format!("{path}/variants/{id}"),
        "/api/v1/products/x/variants/y".to_owned(),
    ] {
        let change = patch_call(&shop.seller, &path, &json!({"name": "B"}));
        shop.app.call(change).await.expect_error(404, "not_found");
    }
}
