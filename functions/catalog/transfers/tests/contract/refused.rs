use catalog_testing::{Call, Shop, TestApp};
use serde_json::{Value, json};

use crate::support::{
    ask_for_export, counted, counts, fetch, find, import, import_call, tea, upload,
};

#[tokio::test]
async fn what_is_no_request_is_refused_with_the_field() {
    let shop = Shop::open().await;
    let upload_id = upload(&shop.app, &shop.admin, b"sku\n").await;
    let (app, admin) = (&shop.app, &shop.admin);
    for (body, field) in [
        (json!({}), "upload_id"),
        (json!({"upload_id": upload_id}), "format"),
        (json!({"upload_id": upload_id, "format": "xlsx"}), "format"),
        (json!({"upload_id": upload_id, "format": "CSV"}), "format"),
        (
            json!({"upload_id": "../../x", "format": "csv"}),
            "upload_id",
        ),
        (json!({"upload_id": 5, "format": "csv"}), "upload_id"),
        (
            json!({"upload_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e66", "format": "csv"}),
            "upload_id",
        ),
    ] {
        let call = Call::post("/api/v1/product-imports", &body).with_token(&admin.access);
        let answer = app.call(call).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{body}");
    }
    let call = Call::post("/api/v1/product-exports", &json!({"format": "pdf"}));
    let answer = app.call(call.with_token(&admin.access)).await;
    assert_eq!(answer.detail("format"), "Enter csv or jsonl.");
    assert!(transfers(app).await.is_empty());
}

#[tokio::test]
async fn an_upload_is_its_owners_and_has_something_in_it() {
    let shop = Shop::open().await;
    let other = shop.app.another_admin().await;
    let upload_id = upload(&shop.app, &other, tea("A", &json!({})).as_bytes()).await;
    let answer = shop
        .app
        .call(import_call(&shop.admin, &upload_id, "jsonl"))
        .await;
    answer.expect_error(400, "invalid_fields");
    assert_eq!(answer.detail("upload_id"), "There is no such upload.");

    // A form takes no file without anything in it.
    let call = Call::post("/api/v1/product-imports/uploads", &json!({}));
    let form = shop.app.call(call.with_token(&shop.admin.access)).await;
    let (status, _) = shop.app.upload(&form.expect(201).json, b"").await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn abuse_065_only_who_manages_the_catalogue_moves_it() {
    let shop = Shop::open().await;
    let upload_id = upload(&shop.app, &shop.admin, b"sku\n").await;
    let export = json!({"format": "csv"});
    let file = "/api/v1/product-transfers/019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11/file";
    for call in [
        Call::post("/api/v1/product-imports/uploads", &json!({})).with_token(&shop.seller.access),
        import_call(&shop.seller, &upload_id, "csv"),
        Call::post("/api/v1/product-exports", &export).with_token(&shop.seller.access),
        Call::get(file).with_token(&shop.seller.access),
    ] {
        shop.app.call(call).await.expect_error(403, "forbidden");
    }
    let stranger = Call::post("/api/v1/product-exports", &export);
    shop.app
        .call(stranger)
        .await
        .expect_error(401, "not_authenticated");
    assert!(transfers(&shop.app).await.is_empty());
}

#[tokio::test]
async fn abuse_060_a_call_with_a_key_is_recorded_once() {
    let shop = Shop::open().await;
    let upload_id = upload(&shop.app, &shop.admin, tea("A", &json!({})).as_bytes()).await;
    let import =
        || import_call(&shop.admin, &upload_id, "jsonl").with_header("idempotency-key", "one");
    let first = shop.app.call(import()).await.expect(202);
    let second = shop.app.call(import()).await.expect(202);
    assert_eq!(first.json, second.json);
    let other = import_call(&shop.admin, &upload_id, "csv").with_header("idempotency-key", "one");
    shop.app
        .call(other)
        .await
        .expect_error(422, "idempotency_key_reused");
    let export = || {
        Call::post("/api/v1/product-exports", &json!({"format": "csv"}))
            .with_header("idempotency-key", "one")
            .with_token(&shop.admin.access)
    };
    let answers = shop.app.call_all([export(), export()]).await;
    assert!(
        answers
            .iter()
            .all(|answer| [202, 409].contains(&answer.status))
    );
    assert_eq!(transfers(&shop.app).await.len(), 2);
    shop.app.deliver().await;
    assert_eq!(find(&shop, "A").await["name"], "A");
}

#[tokio::test]
async fn uploads_imports_and_exports_are_limited() {
    let shop = Shop::open().await;
    shop.app.call_from_afar();
    for _ in 0..30 {
        let _ = ask_for_export(&shop.app, &shop.admin, "csv").await;
    }
    let more = Call::post("/api/v1/product-exports", &json!({"format": "csv"}));
    shop.app
        .call(more.with_token(&shop.admin.access))
        .await
        .expect_error(429, "rate_limited");
    shop.app.leave_work_undone();
}

/// The imports and exports that were asked for.
async fn transfers(app: &TestApp) -> Vec<Value> {
    let mut tasks = app.tasks().await;
    tasks.retain(|task| task["queue"] == "transfers");
    tasks
}

/// Imports rows that are each refused for a field, beside one that is not.
async fn refuses(shop: &Shop, rows: &[(Value, &str)]) {
    let mut file = tea("GOOD", &json!({}));
    for (more, _) in rows {
        file += &tea("BAD", more);
    }
    let ended = import(shop, "jsonl", &file).await;
    assert_eq!(counted(&ended)[3], rows.len() as u64, "{ended:?}");
    let told = fetch(shop, ended.id).await;
    for (line, (more, field)) in told.lines().zip(rows) {
        let told: Value = serde_json::from_str(line).expect("the emulator answers");
        assert!(told["details"][field].is_array(), "{more}: {line}");
    }
    assert_eq!(told.lines().count(), rows.len());
}

#[tokio::test]
async fn abuse_053_amounts_that_are_none_are_refused_row_by_row() {
    let shop = Shop::open().await;
    refuses(
        &shop,
        &[
            (json!({"price": "-1"}), "price"),
            (json!({"price": "1e3"}), "price"),
            (json!({"price": "8,90"}), "price"),
            (json!({"price": "8.901"}), "price"),
            (json!({"price": "9223372036854775808"}), "price"),
            (json!({"price": 8.90}), "price"),
            (json!({"price": true}), "price"),
            (json!({"price": ""}), "price"),
            (json!({"compare_price": "8.90"}), "compare_price"),
            (json!({"currency": "XXX"}), "currency"),
            (json!({"currency": "eur"}), "currency"),
            (json!({"weight": -1}), "weight"),
            (json!({"weight": 1.5}), "weight"),
            (json!({"weight": "120"}), "weight"),
            (json!({"weight": 1_000_000_001}), "weight"),
            (
                json!({"dimensions": {"length": 0, "width": 1, "height": 1}}),
                "dimensions",
            ),
            (json!({"attributes": {"a": 1e300}}), "attributes"),
        ],
    )
    .await;
    let file = "sku,name,price,currency,categories,weight,length,width,height\n";
    let rows = ["-1", "1.5", "1e3", "4294967296", "true"];
    let rows: String = rows
        .map(|weight| format!("BAD,B,1,EUR,tea,{weight},,,\n"))
        .concat();
    let sides = "BAD,B,1,EUR,tea,,1,,\nBAD,B,1,EUR,tea,,1,2,x\n";
    assert_eq!(
        counts(&shop, "csv", format!("{file}{rows}{sides}")).await,
        [0, 0, 0, 7]
    );
}

#[tokio::test]
async fn abuse_063_texts_and_trees_that_are_none_are_refused_row_by_row() {
    let shop = Shop::open().await;
    refuses(
        &shop,
        &[
            (json!({"name": ""}), "name"),
            (json!({"name": "x".repeat(201)}), "name"),
            (json!({"name": "a\u{202e}b"}), "name"),
            (json!({"name": null}), "name"),
            (json!({"description": "x".repeat(10_001)}), "description"),
            (json!({"description": "\u{0}"}), "description"),
            (json!({"sku": "a b"}), "sku"),
            (json!({"sku": ""}), "sku"),
            (json!({"slug": "../x"}), "slug"),
            (json!({"slug": "Tea"}), "slug"),
            (json!({"name": "!!!"}), "slug"),
            (json!({"categories": []}), "categories"),
            (json!({"categories": ["none"]}), "categories"),
            (json!({"categories": "tea"}), "categories"),
            (
                json!({"attributes": {"a": {"b": {"c": {"d": 1}}}}}),
                "attributes",
            ),
            (
                json!({"attributes": {"a": "x".repeat(9_000)}}),
                "attributes",
            ),
            (json!({"attributes": [1]}), "attributes"),
            (json!({"tax_class": "none"}), "tax_class"),
            (json!({"is_active": "yes"}), "is_active"),
        ],
    )
    .await;
    let html = tea("HTML", &json!({"name": "<script>alert(1)</script>"}));
    assert_eq!(counts(&shop, "jsonl", html).await, [1, 0, 0, 0]);

    let levels = (2..=8).map(|level| {
        let parent = if level == 2 {
            "tea".to_owned()
        } else {
            format!("l{}", level - 1)
        };
        json!({"record": "category", "slug": format!("l{level}"), "name": "L", "parent": parent})
    });
    let mut rows: Vec<Value> = levels.collect();
    rows.push(json!({"record": "category", "slug": "l9", "name": "L", "parent": "l8"}));
    rows.push(json!({"record": "category", "slug": "tea", "parent": "l8"}));
    rows.push(json!({"record": "category", "slug": "tea", "parent": "tea"}));
    rows.push(json!({"record": "category", "slug": "x", "name": "X", "parent": "none"}));
    rows.push(json!({"record": "category", "name": "X"}));
    rows.push(json!({"record": "category", "slug": "X", "name": "X"}));
    let file = rows
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    let ended = import(&shop, "jsonl", file).await;
    assert_eq!(counted(&ended), [7, 0, 0, 6], "{ended:?}");
}

#[tokio::test]
async fn variants_are_refused_as_their_endpoints_do_it() {
    let shop = Shop::open().await;
    let (_, _) = shop.tea_with_variant().await;
    let mut file = tea("YEN", &json!({"currency": "JPY", "price": "100"}));
    let variant = |more: Value| {
        let mut row = json!({"record": "variant", "product": "TEA-GREEN", "sku": "V", "name": "V"});
        for (field, value) in more.as_object().unwrap() {
            row[field] = value.clone();
        }
        format!("{row}\n")
    };
    for more in [
        json!({"product": "NONE"}),
        json!({"product": ""}),
        json!({"product": "T-250"}),
        json!({"product": 5}),
        json!({"name": ""}),
        json!({"sku": "YEN"}),
        json!({"price": "1.234"}),
        json!({"low_stock_threshold": -1}),
        // One of another product.
        json!({"product": "YEN", "sku": "T-250"}),
    ] {
        file += &variant(more);
    }
    // A product cannot have the SKU of a variant, nor another currency than its variants.
    file += &tea("T-250", &json!({}));
    let ended = import(&shop, "jsonl", &file).await;
    assert_eq!(
        counted(&ended),
        [1, 0, 0, 10],
        "{}",
        fetch(&shop, ended.id).await
    );

    let priced = variant(json!({"sku": "T-250", "price": "5"}));
    assert_eq!(counts(&shop, "jsonl", priced).await, [0, 1, 0, 0]);
    let currency = json!({"sku": "TEA-GREEN", "currency": "USD"});
    let ended = import(&shop, "jsonl", format!("{currency}\n")).await;
    assert!(
        fetch(&shop, ended.id)
            .await
            .contains("Variants have prices of their own")
    );

    let many: String = (0..100)
        .map(|number| variant(json!({"sku": format!("V-{number}")})))
        .collect();
    let ended = import(&shop, "jsonl", many).await;
    assert_eq!(counted(&ended), [99, 0, 0, 1]);
    assert!(fetch(&shop, ended.id).await.contains("too_many_variants"));
}

#[tokio::test]
async fn of_many_refusals_the_first_are_told() {
    let shop = Shop::open().await;
    let file: String = (0..10_050).map(|_| "{}\n").collect();

    let ended = import(&shop, "jsonl", file).await;

    assert_eq!(counted(&ended), [0, 0, 0, 10_050]);
    assert_eq!(ended.result["listed"], 10_000);
    let told = fetch(&shop, ended.id).await;
    let rows = told.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap()["row"]
            .as_u64()
            .unwrap()
    });
    assert!(rows.eq(1..=10_000));
}

#[tokio::test]
async fn a_refusal_computes_nothing_and_is_short() {
    let shop = Shop::open().await;
    let file = format!(
        "sku,name\n\"=cmd|'/C calc'!A0\",x\n{}=,x\n",
        "x".repeat(5_000)
    );
    let ended = import(&shop, "csv", file).await;
    let told = fetch(&shop, ended.id).await;
    assert!(told.contains("\"'=cmd|'/C calc'!A0\""), "{told}");
    assert!(told.lines().all(|line| line.len() < 300));
}
