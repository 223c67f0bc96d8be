//! What a row costs.

use catalog_testing::{Options, Shop, TestApp};
use serde_json::{Value, json};

use crate::support::{counts, tea};

/// The write units of an item in a transaction: two for each kilobyte of it (names and values).
fn units(item: &Value) -> usize {
    2 * size_of(item).div_ceil(1024)
}

/// The bytes of an item in DynamoDB's JSON, some more than DynamoDB counts: its form has the types, too.
fn size_of(item: &Value) -> usize {
    item.to_string().len()
}

#[tokio::test]
async fn a_new_product_takes_one_transaction_and_at_most_24_units() {
    let shop = Shop::open_in(TestApp::start_with(Options::watched()).await).await;
    let (app, table) = (&shop.app, shop.app.table("catalog"));
    let before: usize = app.scan(&table).await.iter().map(units).sum();
    let audited = app.scan(&app.table("audit")).await.len();
    // As in the benchmark: some 850 bytes of product.
    let more = json!({
        "description": "d".repeat(400), "short_description": "s".repeat(80), "weight": 120,
        "attributes": {"color": "red", "material": "cotton", "sizes": [36, 38, 40]},
    });
    let file: String = (0..50)
        .map(|number| tea(&format!("SKU-{number:05}"), &more))
        .collect();

    app.dynamodb().forget();
    assert_eq!(counts(&shop, "jsonl", &file).await, [50, 0, 0, 0]);

    let seen = app.dynamodb().seen();
    let times = |operation: &str| seen.iter().filter(|seen| *seen == operation).count();
    // One for each row, that of the task's result, and that of the request. Repetitions are those that met at a gate.
    assert!((52..70).contains(&times("TransactWriteItems")), "{seen:?}");
    assert_eq!(times("PutItem") + times("BatchWriteItem"), 0, "{seen:?}");
    // Whose the SKU is, besides what the step takes.
    assert!(times("GetItem") <= 50 + 5, "{seen:?}");
    let written = app.scan(&table).await;
    let written = written.iter().map(units).sum::<usize>() - before;
    // Two more for the gate of the category.
    let each = written / 50 + 2;
    assert!(each <= 24, "{each} units");
    // The request alone is in the audit log.
    assert_eq!(app.scan(&app.table("audit")).await.len(), audited + 1);
    // Ten thousand rows a minute.
    assert!(each * 10_000 / 60 <= 4_000, "{each} units");

    app.dynamodb().forget();
    assert_eq!(counts(&shop, "jsonl", &file).await, [0, 0, 50, 0]);
    let seen = app.dynamodb().seen();
    let transactions = seen
        .iter()
        .filter(|seen| *seen == "TransactWriteItems")
        .count();
    assert_eq!(transactions, 2, "{seen:?}");
}

#[tokio::test]
async fn an_import_fills_nobodys_list_of_what_they_changed() {
    let shop = Shop::open().await;
    let file = tea("A", &json!({})) + &tea("A", &json!({"name": "B"}));
    assert_eq!(counts(&shop, "jsonl", file).await, [1, 1, 0, 0]);

    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let is_changer = |item: &&Value| item["pk"]["S"].as_str().unwrap().starts_with("CHANGER#");
    assert_eq!(items.iter().filter(is_changer).count(), 0);
}
