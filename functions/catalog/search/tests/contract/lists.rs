//! What lists of products answer.

use catalog_testing::{Shop, TestApp};
use serde_json::{Value, json};

/// A shop with three products in two categories, indexed.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    let green = json!({"name": "Green", "parent": tea_id(&shop.app).await});
    let _ = shop.app.category(&shop.admin, &green).await;
    for product in [
        json!({"name": "Sencha", "sku": "T-1", "price": "8.90", "categories": ["green"], "attributes": {"origin": "Uji", "grade": [1, 2]}}),
        json!({"name": "Assam", "sku": "T-2", "price": "5", "attributes": {"origin": "Assam"}, "is_digital": true}),
        json!({"name": "Grüner Kessel", "sku": "K-1", "price": "39.5", "description": "For tea of the finest kind."}),
    ] {
        let _ = shop.app.product(&shop.seller, &product).await;
        shop.app.advance(jiff::SignedDuration::from_secs(1));
    }
    shop.app.index_products().await;
    shop
}

async fn tea_id(app: &TestApp) -> Value {
    let tea = app
        .call(catalog_testing::Call::get("/api/v1/categories/tea"))
        .await;
    tea.expect(200).json["id"].clone()
}

#[tokio::test]
async fn a_list_shows_what_visitors_see() {
    let shop = shop().await;

    let answer = shop.app.products(None, "").await.expect(200);

    assert_eq!(answer.json["count"], 3);
    assert_eq!(
        (&answer.json["next"], &answer.json["previous"]),
        (&Value::Null, &Value::Null)
    );
    assert!(answer.json.get("facets").is_none());
    let names: Vec<_> = answer.json["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Grüner Kessel", "Assam", "Sencha"]);
    let row = &answer.json["results"][2];
    assert_eq!(
        (&row["price"], &row["in_stock"]),
        (&json!("8.90"), &json!(false))
    );
    assert!(row.get("created_by").is_none());
}
