use catalog_testing::Call;
use serde_json::{Value, json};

use crate::support::shop;

#[tokio::test]
async fn abuse_065_stocks_are_for_administrators() {
    let shop = shop().await;
    let seller = shop.app.user("seller@example.com").await;
    let stock = format!("/api/v1/variants/{}/stock", shop.variant);
    for (method, path, body) in [
        (
            "POST",
            format!("{stock}/adjustments"),
            json!({"delta": 1, "reason": "Mine"}),
        ),
        ("PUT", format!("{stock}/parts"), json!({"parts": 2})),
        ("GET", format!("{stock}/movements"), Value::Null),
        ("GET", "/api/v1/stock/low".to_owned(), Value::Null),
    ] {
        let call = || {
            let call = Call::new(method, &path).with_header("idempotency-key", "k");
            match &body {
                Value::Null => call,
                body => call
                    .with_header("content-type", "application/json")
                    .with_body(body.to_string()),
            }
        };
        let refused = shop.app.call(call().with_token(&seller.access)).await;
        refused.expect_error(403, "forbidden");
        shop.app
            .call(call())
            .await
            .expect_error(401, "not_authenticated");
    }
    assert_eq!(shop.left().await, 0);
}

#[tokio::test]
async fn a_variant_that_is_none_has_no_stock() {
    let shop = shop().await;
    for id in [
        shop.product.as_str(),
        "x",
        "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33",
    ] {
        let adjusted = shop.app.adjust(&shop.admin, id, 1).await;
        adjusted.expect_error(404, "not_found");
    }
    let path = "/api/v1/variants/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33/stock/movements";
    shop.get(path).await.expect_error(404, "not_found");
}
