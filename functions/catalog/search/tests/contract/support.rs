//! What these tests begin with.

use catalog_testing::{Shop, TestApp, delete_call};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Where the manifest of the index is.
pub(crate) const CURRENT: &str = "index/v1/current";

/// A shop with three products in the categories `tea` and `green`, which is below it.
pub(crate) async fn shop() -> Shop {
    stocked(Shop::open().await).await
}

/// The same, whose calls of AWS can be held, counted, and made to fail.
pub(crate) async fn watched_shop() -> Shop {
    stocked(Shop::open_watched().await).await
}

async fn stocked(shop: Shop) -> Shop {
    add_below_tea(&shop, "Green").await;
    for product in [
        json!({
            "name": "Sencha", "sku": "T-1", "price": "8.90", "categories": ["green"],
            "attributes": {"origin": "Uji", "grade": [1, 2]}, "short_description": "Of the first harvest.",
        }),
        json!({
            "name": "Assam", "sku": "T-2", "price": "5", "attributes": {"origin": "Assam", "grade": 2},
            "is_digital": true,
        }),
        json!({
            "name": "Grüner Kessel", "sku": "K/500-1", "price": "39.5", "currency": "EUR",
            "description": "For tea of the finest kind.",
        }),
    ] {
        let _ = shop.app.product(&shop.seller, &product).await;
        shop.app.advance(SignedDuration::from_secs(1));
    }
    // The seller's own changes are no longer laid over their lists.
    shop.app.advance(SignedDuration::from_secs(61));
    shop.app.index_products().await;
    shop
}

/// Makes an index of nothing but a category, so that there is one.
pub(crate) async fn empty_shop() -> Shop {
    let shop = Shop::open().await;
    shop.app.index_products().await;
    shop
}

/// The path of a product of a shop, by its name in addresses.
pub(crate) async fn path_of(shop: &Shop, slug: &str) -> String {
    let found = shop.get(None, &format!("/api/v1/products/{slug}")).await;
    let id = found.expect(200).json["id"].clone();
    format!("/api/v1/products/{}", id.as_str().expect("an id"))
}

/// Has the seller change a product of a shop, which visitors see.
pub(crate) async fn change_product(shop: &Shop, slug: &str, change: &Value) {
    let path = path_of(shop, slug).await;
    let _ = shop.patch(&shop.seller, &path, change).await.expect(200);
}

/// Has the seller delete a product of a shop, which visitors see.
pub(crate) async fn delete_product(shop: &Shop, slug: &str) {
    let call = delete_call(&shop.seller, &path_of(shop, slug).await);
    let _ = shop.app.call(call).await.expect(204);
}

/// The id of a category of a shop.
pub(crate) async fn category_id(shop: &Shop, slug: &str) -> String {
    let found = shop.get(None, &format!("/api/v1/categories/{slug}")).await;
    let id = found.expect(200).json["id"].clone();
    id.as_str().expect("an id").to_owned()
}

/// Adds a category below `tea`.
pub(crate) async fn add_below_tea(shop: &Shop, name: &str) {
    let below = json!({"name": name, "parent": category_id(shop, "tea").await});
    let _ = shop.app.category(&shop.admin, &below).await;
}

/// The keys of the files of segments.
pub(crate) async fn segments(app: &TestApp) -> Vec<String> {
    let mut keys = app.file_keys().await;
    keys.retain(|key| key.starts_with("index/") && key != CURRENT);
    keys
}

/// The list that a visitor is answered.
pub(crate) async fn listed(shop: &Shop, query: &str) -> Value {
    shop.app.products(None, query).await.expect(200).json
}

/// The names of the rows of an answer.
pub(crate) fn names(listed: &Value) -> Vec<&str> {
    let rows = listed["results"].as_array().expect("a list has results");
    rows.iter()
        .map(|row| row["name"].as_str().expect("a name"))
        .collect()
}
