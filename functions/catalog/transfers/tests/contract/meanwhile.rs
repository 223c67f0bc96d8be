//! What others change between what an import reads and what it writes is not overlooked.

use catalog_testing::{Call, LoggedIn, Shop, delete_call, patch_call, product_call};
use serde_json::{Value, json};

use crate::support::{Ended, ask, counted, ended, fetch, find, tea};

/// Imports a file, and has another process send a call between what the import has read and its first write, which is of this
/// operation: what is one item alone is put by itself.
async fn import_with(shop: &Shop, file: &str, operation: &str, calls: Vec<Call>) -> Ended {
    let id = ask(&shop.app, &shop.admin, "jsonl", file.as_bytes()).await;
    shop.app.relay().await;
    let process = shop.app.another_process();
    let meanwhile = async {
        for call in calls {
            let done = shop.app.call_another(&process, call).await;
            assert!((200..300).contains(&done.status), "{}", done.json);
        }
    };
    shop.app
        .held_at(operation, shop.app.deliver(), meanwhile)
        .await;
    ended(&shop.app, id).await
}

fn variant_call(who: &LoggedIn, product: &Value, variant: &Value) -> Call {
    let path = format!(
        "/api/v1/products/{}/variants",
        product["id"].as_str().expect("it is there")
    );
    Call::post(&path, variant).with_token(&who.access)
}

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let row = json!({"sku": "TEA-GREEN", "name": "Sencha"}).to_string();

    let price = patch_call(&shop.seller, &path, &json!({"price": "5"}));
    let ended = import_with(&shop, &row, "PutItem", vec![price]).await;

    assert_eq!(counted(&ended), [0, 1, 0, 0]);
    let found = find(&shop, "TEA-GREEN").await;
    assert_eq!(
        (&found["name"], &found["price"]),
        (&json!("Sencha"), &json!("5.00"))
    );
}

#[tokio::test]
async fn a_product_that_is_deleted_meanwhile_is_made_anew() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let delete = delete_call(&shop.seller, &path);
    let ended = import_with(
        &shop,
        &tea("TEA-GREEN", &json!({})),
        "PutItem",
        vec![delete],
    )
    .await;
    assert_eq!(counted(&ended), [1, 0, 0, 0]);
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_sku_that_is_taken_meanwhile_is_a_product_to_be_changed() {
    let shop = Shop::open_watched().await;
    let made = product_call(&shop.seller, &json!({"name": "Other"}));
    let ended = import_with(
        &shop,
        &tea("TEA-GREEN", &json!({"name": "Mine"})),
        "TransactWriteItems",
        vec![made],
    )
    .await;
    assert_eq!(counted(&ended), [0, 1, 0, 0]);
    assert_eq!(find(&shop, "TEA-GREEN").await["name"], "Mine");
}

#[tokio::test]
async fn a_slug_that_is_taken_meanwhile_is_another() {
    let shop = Shop::open_watched().await;
    let other = product_call(&shop.seller, &json!({"slug": "mine"}));
    let ended = import_with(
        &shop,
        &tea("MINE", &json!({})),
        "TransactWriteItems",
        vec![other],
    )
    .await;
    assert_eq!(counted(&ended), [1, 0, 0, 0]);
    let slug = find(&shop, "MINE").await["slug"].clone();
    assert!(slug.as_str().unwrap().starts_with("mine-"), "{slug}");

    let path = catalog_testing::path_of(&find(&shop, "TEA-GREEN").await);
    let taken = patch_call(&shop.seller, &path, &json!({"slug": "wanted"}));
    let row = json!({"sku": "MINE", "slug": "wanted"}).to_string();
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![taken]).await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);
    assert!(fetch(&shop, ended.id).await.contains("slug_taken"));
}

#[tokio::test]
async fn a_product_comes_into_no_category_that_is_deleted_meanwhile() {
    let shop = Shop::open_watched().await;
    let made = shop
        .app
        .category(&shop.admin, &json!({"name": "Gone"}))
        .await;
    let path = format!("/api/v1/categories/{}", made["id"].as_str().unwrap());
    let delete = delete_call(&shop.admin, &path);
    let row = tea("A", &json!({"categories": ["gone"]}));
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![delete]).await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);
    assert!(
        fetch(&shop, ended.id)
            .await
            .contains("There is no such category.")
    );

    // The same of one that is there already, and leaves one category for the other.
    let _ = shop.tea().await;
    let made = shop
        .app
        .category(&shop.admin, &json!({"name": "Gone"}))
        .await;
    let path = format!("/api/v1/categories/{}", made["id"].as_str().unwrap());
    let delete = delete_call(&shop.admin, &path);
    let row = json!({"sku": "TEA-GREEN", "categories": ["gone"]}).to_string();
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![delete]).await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);
}

#[tokio::test]
async fn a_variant_is_made_of_the_product_as_it_is() {
    let shop = Shop::open_watched().await;
    let product = shop.app.product(&shop.seller, &json!({})).await;
    let row =
        json!({"record": "variant", "product": "TEA-GREEN", "sku": "V", "name": "V"}).to_string();

    // Another is faster, with another SKU, and with the same.
    let other = variant_call(&shop.seller, &product, &json!({"name": "W", "sku": "W"}));
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![other]).await;
    assert_eq!(counted(&ended), [1, 0, 0, 0]);
    let second = row.replace("\"V\"", "\"X\"");
    let same = variant_call(
        &shop.seller,
        &product,
        &json!({"name": "Other", "sku": "X"}),
    );
    let ended = import_with(&shop, &second, "TransactWriteItems", vec![same]).await;
    assert_eq!(counted(&ended)[3] + counted(&ended)[1], 1, "{ended:?}");
    let third = row.replace("\"V\"", "\"Y\"");
    let taken = product_call(&shop.seller, &json!({"sku": "Y", "slug": "y"}));
    let ended = import_with(&shop, &third, "TransactWriteItems", vec![taken]).await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);

    // A change of what was changed, and of what is gone.
    let change = row.replace("\"name\":\"V\"", "\"name\":\"New\"");
    let path = format!("/api/v1/products/{}", product["id"].as_str().unwrap());
    let price = patch_call(&shop.seller, &path, &json!({"price": "1"}));
    let ended = import_with(&shop, &change, "TransactWriteItems", vec![price]).await;
    assert_eq!(counted(&ended), [0, 1, 0, 0]);
    let delete = delete_call(&shop.seller, &path);
    let ended = import_with(
        &shop,
        &change.replace("New", "Newer"),
        "TransactWriteItems",
        vec![delete],
    )
    .await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);
    assert!(
        fetch(&shop, ended.id)
            .await
            .contains("There is no such product.")
    );
    shop.app.deliver().await;
}

#[tokio::test]
async fn the_tree_is_decided_on_as_it_is() {
    let shop = Shop::open_watched().await;
    let row = json!({"record": "category", "slug": "green", "name": "Green", "parent": "tea"})
        .to_string();
    let other =
        Call::post("/api/v1/categories", &json!({"name": "Coffee"})).with_token(&shop.admin.access);
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![other]).await;
    assert_eq!(counted(&ended), [1, 0, 0, 0]);

    // The same slug at the same moment: it is a change then.
    let row = row.replace("green", "black").replace("Green", "Black");
    let other = json!({"name": "Noir", "slug": "black"});
    let other = Call::post("/api/v1/categories", &other).with_token(&shop.admin.access);
    let ended = import_with(&shop, &row, "TransactWriteItems", vec![other]).await;
    assert_eq!(counted(&ended), [0, 1, 0, 0]);

    // Its parent goes.
    let coffee = shop.get(None, "/api/v1/categories/coffee").await.json;
    let path = format!("/api/v1/categories/{}", coffee["id"].as_str().unwrap());
    let row = row.replace("\"tea\"", "\"coffee\"");
    let ended = import_with(
        &shop,
        &row,
        "TransactWriteItems",
        vec![delete_call(&shop.admin, &path)],
    )
    .await;
    assert_eq!(counted(&ended), [0, 0, 0, 1]);
}

#[tokio::test]
async fn two_imports_of_one_file_at_once_make_each_thing_once() {
    let shop = Shop::open().await;
    let file: String = (0..40)
        .map(|number| tea(&format!("S-{number}"), &json!({})))
        .collect();
    let first = ask(&shop.app, &shop.admin, "jsonl", file.as_bytes()).await;
    let second = ask(&shop.app, &shop.admin, "jsonl", file.as_bytes()).await;

    // Both messages are in one batch, whose tasks are worked on at once.
    shop.app.deliver().await;

    let [first, second] = [
        ended(&shop.app, first).await,
        ended(&shop.app, second).await,
    ]
    .map(|ended| counted(&ended));
    assert_eq!(first[0] + second[0], 40, "{first:?} {second:?}");
    assert_eq!(
        first[2] + second[2] + first[1] + second[1],
        40,
        "{first:?} {second:?}"
    );
}
