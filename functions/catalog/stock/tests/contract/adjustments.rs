use catalog_testing::Call;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::shop;

#[tokio::test]
async fn pieces_are_added_and_taken_away() {
    let shop = shop().await;

    let made = shop.adjust(40).await.expect(201).json;

    let expected = json!({
        "variant_id": shop.variant, "delta": 40, "reason": "Count", "made_at": shop.app.now().to_string(),
    });
    assert_eq!(made, expected);
    assert_eq!(shop.left().await, 40);
    shop.app.advance(SignedDuration::from_mins(2));
    let _ = shop.adjust(-40).await.expect(201);
    assert_eq!(shop.left().await, 0);
    shop.adjust(-1).await.expect_error(409, "too_few_pieces");
    assert_eq!(shop.left().await, 0);
    let audit = shop.app.audit_of("STOCK_ADJUSTED").await;
    assert_eq!(audit.len(), 2);
}

#[tokio::test]
async fn a_change_with_a_key_is_made_once() {
    let shop = shop().await;
    let path = format!("/api/v1/variants/{}/stock/adjustments", shop.variant);
    let call = |delta: i64| {
        let call = Call::post(&path, &json!({"delta": delta, "reason": "Count"}));
        call.with_header("idempotency-key", "mine")
            .with_token(&shop.admin.access)
    };

    let first = shop.app.call(call(7)).await.expect(201);
    let again = shop.app.call(call(7)).await.expect(201);

    assert_eq!(first.json, again.json);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(shop.left().await, 7);
    let other = shop.app.call(call(8)).await;
    other.expect_error(422, "idempotency_key_reused");
    let without = Call::post(&path, &json!({"delta": 1, "reason": "Count"}));
    let without = shop.app.call(without.with_token(&shop.admin.access)).await;
    without.expect_error(400, "idempotency_key_missing");
    assert_eq!(shop.left().await, 7);
}

#[tokio::test]
async fn abuse_053_a_number_that_is_none_is_refused() {
    let shop = shop().await;
    let path = format!("/api/v1/variants/{}/stock/adjustments", shop.variant);
    for delta in [
        json!(0),
        json!(1.5),
        json!("1"),
        json!("1e3"),
        json!(true),
        json!(null),
        json!(1_000_000_001),
        json!(-1_000_000_001),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!([1]),
    ] {
        let call = Call::post(&path, &json!({"delta": delta, "reason": "Count"}));
        let call = call
            .with_header("idempotency-key", "k")
            .with_token(&shop.admin.access);
        let refused = shop.app.call(call).await;
        assert!(
            refused.json["details"]["delta"].is_array(),
            "{delta}: {}",
            refused.json
        );
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    for reason in [
        json!(""),
        json!("  "),
        json!("a\nb"),
        json!("x".repeat(201)),
        json!(5),
    ] {
        let call = Call::post(&path, &json!({"delta": 1, "reason": reason}));
        let call = call
            .with_header("idempotency-key", "k")
            .with_token(&shop.admin.access);
        let refused = shop.app.call(call).await;
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    let _ = shop.adjust(1_000_000_000).await.expect(201);
    shop.adjust(1).await.expect_error(409, "too_many_pieces");
    assert_eq!(shop.left().await, 1_000_000_000);
}
