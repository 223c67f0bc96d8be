use catalog_testing::{delete_call, patch_call};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Shop, shop};

async fn told(shop: &Shop) -> usize {
    shop.app.advance(SignedDuration::from_secs(1));
    shop.app.index().await;
    shop.app.report_low_stock().await;
    shop.app.deliver().await;
    let mails = shop.app.mails().await;
    mails
        .iter()
        .filter(|mail| mail.text.contains("T-250"))
        .count()
}

#[tokio::test]
async fn what_runs_low_is_told_once_and_again_after_it_was_restocked() {
    let shop = shop().await;
    let _ = shop.adjust(40).await.expect(201);
    shop.app.record_movements().await;
    assert!(shop.low().await.is_empty());
    assert_eq!(told(&shop).await, 0);

    for delta in [-34, -1, -1] {
        let _ = shop.adjust(delta).await.expect(201);
        shop.app.record_movements().await;
    }
    let low = shop.low().await;
    assert_eq!(low.len(), 1);
    let expected = json!({
        "variant_id": shop.variant, "product_id": shop.product, "name": "250 g", "sku": "T-250", "available": 4,
        "threshold": 5, "since": low[0]["since"],
    });
    assert_eq!(low[0], expected);
    assert_eq!(told(&shop).await, 1);
    let _ = shop.adjust(-1).await.expect(201);
    shop.app.record_movements().await;
    assert_eq!(told(&shop).await, 1);

    // Restocked, and low once more.
    for delta in [10, -10] {
        let _ = shop.adjust(delta).await.expect(201);
        shop.app.record_movements().await;
    }
    assert_eq!(told(&shop).await, 2);
}

#[tokio::test]
async fn what_is_restocked_before_it_is_told_is_not_told() {
    let shop = shop().await;
    let _ = shop.adjust(3).await.expect(201);
    shop.app.record_movements().await;
    shop.app.index().await;
    shop.app.report_low_stock().await;
    let _ = shop.adjust(10).await.expect(201);
    shop.app.record_movements().await;

    shop.app.deliver().await;

    let about = |mail: &catalog_testing::Mail| mail.text.contains("T-250");
    assert!(!shop.app.mails().await.iter().any(about));
    assert!(shop.low().await.is_empty());
}

#[tokio::test]
async fn a_threshold_that_is_changed_counts_at_once() {
    let shop = shop().await;
    let _ = shop.adjust(10).await.expect(201);
    shop.app.record_movements().await;
    let path = shop.variant_path();

    for (change, low) in [
        (json!({"low_stock_threshold": 10}), 1),
        (json!({"name": "Half a pound"}), 1),
        (json!({"low_stock_threshold": 9}), 0),
        (json!({"low_stock_threshold": 20}), 1),
        (json!({"low_stock_threshold": null}), 0),
    ] {
        let call = patch_call(&shop.admin, &path, &change);
        let _ = shop.app.call(call).await.expect(200);
        shop.app.record_movements().await;
        let listed = shop.low().await;
        assert_eq!(listed.len(), low, "{change}");
        if change["name"].is_string() {
            assert_eq!(listed[0]["name"], "Half a pound");
        }
    }
}

#[tokio::test]
async fn a_variant_that_is_deleted_is_not_low() {
    let shop = shop().await;
    shop.app.record_movements().await;
    assert_eq!(shop.low().await.len(), 1);
    let call = delete_call(&shop.admin, &shop.variant_path());

    let _ = shop.app.call(call).await.expect(204);
    shop.app.record_movements().await;

    assert!(shop.low().await.is_empty());
}

#[tokio::test]
async fn a_product_is_in_stock_as_long_as_there_is_a_piece() {
    let shop = shop().await;
    for (delta, in_stock) in [(1, true), (-1, false), (2, true), (-1, true), (-1, false)] {
        let _ = shop.adjust(delta).await.expect(201);
        shop.app.record_movements().await;
        assert_eq!(shop.product().await["in_stock"], in_stock, "{delta}");
    }
}
