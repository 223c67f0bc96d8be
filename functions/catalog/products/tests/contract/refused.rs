use catalog_testing::{Call, Shop, delete_call, path_of, product_call, put_call};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/products";

#[tokio::test]
async fn abuse_053_an_amount_that_is_none_is_refused() {
    let shop = Shop::open().await;
    let long = "9".repeat(400);
    for price in [
        "-1",
        "1e3",
        "0x10",
        "1.999",
        "NaN",
        "Infinity",
        "1,50",
        " ",
        "+1",
        ".5",
        "5.",
        "1 000",
        &long,
        "92233720368547758.08",
        "٣",
    ] {
        let refused = shop
            .app
            .call(product_call(&shop.seller, &json!({"price": price})))
            .await;
        assert!(
            refused.json["details"]["price"].is_array(),
            "{price}: {}",
            refused.json
        );
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    for price in [
        json!(1.5),
        json!(-1),
        json!(true),
        json!(null),
        json!([1]),
        json!({"a": 1}),
    ] {
        let refused = shop
            .app
            .call(product_call(&shop.seller, &json!({"price": price})))
            .await;
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    for (field, value) in [
        ("weight", json!(-1)),
        ("weight", json!(1.5)),
        ("weight", json!(1_000_000_001)),
        ("weight", json!(u64::MAX)),
        ("weight", json!("1e3")),
        ("weight", json!(true)),
        ("dimensions", json!({"length": 0, "width": 1, "height": 1})),
        ("dimensions", json!({"length": 1})),
        (
            "dimensions",
            json!({"length": 1, "width": 1, "height": 1_000_001}),
        ),
        ("compare_price", json!("8.90")),
        ("compare_price", json!("-1")),
        ("compare_price", json!("1e9")),
        ("currency", json!("EURO")),
        ("currency", json!("XAU")),
        ("currency", json!("eur")),
        ("currency", json!("")),
    ] {
        let refused = shop
            .app
            .call(product_call(&shop.seller, &json!({field: value})))
            .await;
        assert_eq!(refused.status, 400, "{field}: {value}: {}", refused.json);
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    assert!(shop.app.audit_of("PRODUCT_CREATED").await.is_empty());
}

#[tokio::test]
async fn abuse_063_a_text_that_is_none_is_refused() {
    let shop = Shop::open().await;
    let deep = json!({"a": {"b": {"c": {"d": 1}}}});
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("  ")),
        ("name", json!("a\nb")),
        ("name", json!("a\u{202e}b")),
        ("name", json!("x".repeat(201))),
        ("name", json!(5)),
        ("name", json!("\u{200b}")),
        ("slug", json!("Green Tea")),
        ("slug", json!("a--b")),
        ("slug", json!("../x")),
        ("slug", json!("x".repeat(101))),
        ("sku", json!("")),
        ("sku", json!("a b")),
        ("sku", json!("<a>")),
        ("sku", json!("x".repeat(65))),
        ("description", json!("x".repeat(10_001))),
        ("description", json!("a\u{0}b")),
        ("short_description", json!("x".repeat(301))),
        ("short_description", json!("a\nb")),
        ("categories", json!([])),
        ("categories", json!(["coffee"])),
        ("categories", json!("tea")),
        ("categories", json!([5])),
        ("attributes", json!([])),
        ("attributes", json!("x")),
        ("attributes", deep),
        ("attributes", json!({"": 1})),
        ("attributes", json!({"a": "x".repeat(8_200)})),
        ("tax_class", json!("none")),
        ("is_active", json!("yes")),
        ("is_digital", json!(1)),
    ] {
        let refused = shop
            .app
            .call(product_call(&shop.seller, &json!({field: value})))
            .await;
        assert_eq!(refused.status, 400, "{field}: {value}: {}", refused.json);
        let details = refused.json["details"].as_object().unwrap();
        assert!(
            details.keys().any(|name| name.starts_with(field)),
            "{field}: {details:?}"
        );
        refused.expect_error_with(400, "invalid_fields", &["details"]);
    }
    let huge = json!({"description": "x".repeat(10_000_000)});
    shop.app
        .call(product_call(&shop.seller, &huge))
        .await
        .expect_error(413, "too_large");
    // What looks like a page is text, and is given back as it is.
    let html = "<script>alert(1)</script>";
    let made = shop
        .app
        .product(&shop.seller, &json!({"name": html, "description": html}))
        .await;
    assert_eq!(
        (&made["name"], &made["description"]),
        (&json!(html), &json!(html))
    );
    assert_eq!(made["slug"], "script-alert-1-script");
}

#[tokio::test]
async fn abuse_065_nobody_changes_somebody_elses_product() {
    let shop = Shop::open().await;
    let (path, variant) = shop.tea_with_variant().await;
    let hidden = json!({"sku": "H", "is_active": false});
    let hidden = path_of(&shop.app.product(&shop.seller, &hidden).await);
    let stranger = shop.app.user("stranger@example.com").await;
    let whole =
        json!({"name": "Mine", "sku": "M", "price": "1", "currency": "EUR", "categories": ["tea"]});
    let writes = |path: &str| {
        vec![
            ("PATCH", path.to_owned(), json!({"name": "Mine"})),
            ("PUT", path.to_owned(), whole.clone()),
            ("DELETE", path.to_owned(), Value::Null),
            (
                "POST",
                format!("{path}/variants"),
                json!({"name": "B", "sku": "B"}),
            ),
            (
                "PATCH",
                format!("{path}/variants/{variant}"),
                json!({"name": "B"}),
            ),
            ("DELETE", format!("{path}/variants/{variant}"), Value::Null),
        ]
    };
    let before = shop.get(Some(&shop.admin), &path).await.expect(200).json;

    for (path, status, code) in [(&path, 403, "forbidden"), (&hidden, 404, "not_found")] {
        for (method, path, body) in writes(path) {
            let call = |token: Option<&str>| {
                let call = Call::new(method, &path);
                let call = match &body {
                    Value::Null => call,
                    body => call
                        .with_header("content-type", "application/json")
                        .with_body(body.to_string()),
                };
                match token {
                    Some(token) => call.with_token(token),
                    None => call,
                }
            };
            shop.app
                .call(call(Some(&stranger.access)))
                .await
                .expect_error(status, code);
            shop.app
                .call(call(None))
                .await
                .expect_error(401, "not_authenticated");
        }
    }
    assert_eq!(
        shop.get(Some(&shop.admin), &path).await.expect(200).json,
        before
    );
    // An administrator may.
    let _ = shop
        .app
        .call(put_call(&shop.admin, &path, &whole))
        .await
        .expect(200);
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &hidden))
        .await
        .expect(204);
    shop.app.deliver().await;
    let call = Call::post(PATH, &whole);
    shop.app
        .call(call)
        .await
        .expect_error(401, "not_authenticated");
}
