//! What others change between what a call reads and what it writes is not overlooked.

use catalog_testing::{Call, Shop, delete_call, patch_call, product_call};
use serde_json::json;

#[tokio::test]
async fn changes_at_once_are_all_made() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path, &json!({"name": "Sencha"})),
            patch_call(&shop.admin, &path, &json!({"price": "5"})),
        )
        .await
        .expect(200)
        .json;

    assert_eq!(
        (&changed["name"], &changed["price"]),
        (&json!("Sencha"), &json!("5.00"))
    );
}

#[tokio::test]
async fn a_change_of_what_was_seen_is_none_of_what_came_in_between() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path, &json!({"price": "5"}))
                .with_header("if-match", "\"1\""),
            patch_call(&shop.admin, &path, &json!({"price": "6"})),
        )
        .await;

    changed.expect_error(412, "changed_since");
    assert_eq!(shop.get(None, &path).await.json["price"], "6.00");
}

#[tokio::test]
async fn a_product_that_is_deleted_is_not_changed() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let change = patch_call(&shop.seller, &path, &json!({"price": "5"}));

    let delete = delete_call(&shop.admin, &path);
    let changed = shop.app.call_with_another_meanwhile(change, delete).await;

    changed.expect_error(404, "not_found");
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_variant_is_not_added_to_what_is_deleted() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let variant = json!({"name": "A", "sku": "A"});
    let add = Call::post(&format!("{path}/variants"), &variant).with_token(&shop.seller.access);

    let added = shop
        .app
        .call_with_another_meanwhile(add, delete_call(&shop.admin, &path))
        .await;

    added.expect_error(404, "not_found");
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_product_is_deleted_once() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;

    let deleted = shop
        .app
        .call_with_another_meanwhile(
            delete_call(&shop.seller, &path),
            delete_call(&shop.admin, &path),
        )
        .await;

    deleted.expect_error(404, "not_found");
    assert_eq!(shop.app.audit_of("PRODUCT_DELETED").await.len(), 1);
    shop.app.deliver().await;
}

#[tokio::test]
async fn of_two_products_with_a_name_one_is_made() {
    let shop = Shop::open_watched().await;
    let call = |sku: &str| product_call(&shop.seller, &json!({"sku": sku, "slug": "tea"}));

    let second = shop
        .app
        .call_with_another_meanwhile(call("A"), call("B"))
        .await;

    second.expect_error_with(409, "slug_taken", &["details"]);
}

#[tokio::test]
async fn no_product_comes_into_a_category_that_is_deleted() {
    let shop = Shop::open_watched().await;
    let home = shop
        .app
        .category(&shop.admin, &json!({"name": "Home"}))
        .await;
    let path = format!("/api/v1/categories/{}", home["id"].as_str().unwrap());
    let product = json!({"categories": ["home"]});
    let made = shop
        .app
        .call_with_another_meanwhile(
            product_call(&shop.seller, &product),
            delete_call(&shop.admin, &path),
        )
        .await;
    made.expect_error(409, "changed_meanwhile");

    let tea = shop.tea().await;
    let home = shop
        .app
        .category(&shop.admin, &json!({"name": "Home"}))
        .await;
    let path = format!("/api/v1/categories/{}", home["id"].as_str().unwrap());
    let moved = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &tea, &json!({"categories": ["home"]})),
            delete_call(&shop.admin, &path),
        )
        .await;
    moved.expect_error_with(400, "invalid_fields", &["details"]);
}

#[tokio::test]
async fn a_variant_is_changed_by_all_who_change_it() {
    let shop = Shop::open_watched().await;
    let (path, variant) = shop.tea_with_variant().await;
    let variant = format!("{path}/variants/{variant}");

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &variant, &json!({"name": "B"})),
            patch_call(&shop.admin, &variant, &json!({"price": "5"})),
        )
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&changed["name"], &changed["price"]),
        (&json!("B"), &json!("5.00"))
    );

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &variant, &json!({"name": "C"})),
            delete_call(&shop.admin, &variant),
        )
        .await;
    changed.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_change_that_repeats_one_is_made_to_what_there_is_by_then() {
    let shop = Shop::open_watched().await;
    let path = shop.tea().await;
    let first = shop
        .patch(&shop.seller, &path, &json!({"price": "6"}))
        .await;
    let _ = first.expect(200);

    let process = shop.app.another_process();
    let rename = async {
        let call = patch_call(&shop.admin, &path, &json!({"name": "Bancha"}));
        let _ = shop.app.call_another(&process, call).await.expect(200);
    };
    let again = patch_call(&shop.seller, &path, &json!({"price": "5"}));
    let changed = shop.app.call_held_as_repetition(again, rename).await;

    let changed = changed.expect(200).json;
    assert_eq!(
        (&changed["name"], &changed["price"]),
        (&json!("Bancha"), &json!("5.00"))
    );
}

#[tokio::test]
async fn a_variant_of_what_is_deleted_is_not_changed() {
    let shop = Shop::open_watched().await;
    let (path, variant) = shop.tea_with_variant().await;
    let variant = format!("{path}/variants/{variant}");
    let first = shop
        .patch(&shop.seller, &variant, &json!({"name": "B"}))
        .await;
    let _ = first.expect(200);

    let process = shop.app.another_process();
    let delete = async {
        let call = delete_call(&shop.admin, &path);
        let _ = shop.app.call_another(&process, call).await.expect(204);
    };
    let again = patch_call(&shop.seller, &variant, &json!({"name": "C"}));
    let changed = shop.app.call_held_as_repetition(again, delete).await;

    changed.expect_error(404, "not_found");
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_variant_is_deleted_once() {
    let shop = Shop::open_watched().await;
    let (path, variant) = shop.tea_with_variant().await;
    let variant = format!("{path}/variants/{variant}");

    let deleted = shop
        .app
        .call_with_another_meanwhile(
            delete_call(&shop.seller, &variant),
            delete_call(&shop.admin, &variant),
        )
        .await;

    deleted.expect_error(404, "not_found");
}
