use catalog_testing::delete_call;
use serde_json::json;

use crate::support::shop;

#[tokio::test]
async fn a_stock_is_spread_and_loses_nothing() {
    let shop = shop().await;
    let _ = shop.adjust(10).await.expect(201);

    for parts in [4, 64, 3, 1, 64, 2] {
        let _ = shop.spread(&json!(parts)).await.expect(204);
        assert_eq!(shop.left().await, 10, "{parts}");
    }
    // More than any part has is taken of several.
    let _ = shop.adjust(-9).await.expect(201);
    assert_eq!(shop.left().await, 1);
    shop.adjust(-2).await.expect_error(409, "too_few_pieces");
    let _ = shop.adjust(-1).await.expect(201);
    let _ = shop.adjust(3).await.expect(201);
    assert_eq!(shop.left().await, 3);
    shop.app.record_movements().await;
    let sum: i64 = shop
        .movements()
        .await
        .iter()
        .map(|it| it["available_delta"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 3);
    assert_eq!(shop.app.audit_of("STOCK_SPREAD").await.len(), 1);
}

#[tokio::test]
async fn a_stock_has_1_to_64_parts() {
    let shop = shop().await;
    for parts in [
        json!(0),
        json!(65),
        json!(-1),
        json!(1.5),
        json!("2"),
        json!(null),
        json!(i64::MAX),
    ] {
        let refused = shop.spread(&parts).await;
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
}

#[tokio::test]
async fn a_spread_stock_goes_with_its_variant() {
    let shop = shop().await;
    let _ = shop.adjust(10).await.expect(201);
    let _ = shop.spread(&json!(64)).await.expect(204);
    shop.app.record_movements().await;
    let call = delete_call(&shop.admin, &shop.variant_path());

    let _ = shop.app.call(call).await.expect(204);

    shop.app.record_movements().await;
    let parts = shop.app.scan(&shop.app.table("stock")).await;
    let parts: Vec<_> = parts
        .iter()
        .filter(|item| item["sk"]["S"] == "STOCK")
        .collect();
    assert_eq!(parts.len(), 64);
    let end = shop.app.now() + jiff::SignedDuration::from_hours(90 * 24);
    for part in parts {
        assert_eq!(
            (&part["available"]["N"], &part["ttl"]["N"]),
            (&json!("0"), &json!(end.as_second().to_string()))
        );
    }
    shop.adjust(1).await.expect_error(404, "not_found");
    shop.spread(&json!(2)).await.expect_error(404, "not_found");
}
