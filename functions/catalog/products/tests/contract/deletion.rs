use catalog::product::Products;
use catalog::variant::Variants;
use catalog_testing::{Call, Shop, delete_call, patch_call, path_of};
use serde_json::json;

#[tokio::test]
async fn a_product_that_is_deleted_is_gone_with_all_that_is_part_of_it() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let variant = json!({"name": "250 g", "sku": "T-250"});
    let variant = shop.app.variant(&shop.seller, &id, &variant).await;

    let _ = shop
        .app
        .call(delete_call(&shop.seller, &path))
        .await
        .expect(204);

    shop.get(Some(&shop.seller), &path)
        .await
        .expect_error(404, "not_found");
    shop.get(None, "/api/v1/products/green-tea")
        .await
        .expect_error(404, "not_found");
    let again = shop.app.call(delete_call(&shop.seller, &path)).await;
    again.expect_error(404, "not_found");
    // Its names are free, and the category is empty; those of its variants are so once the task is done.
    let same = json!({"slug": "green-tea"});
    let same = shop.app.product(&shop.seller, &same).await;
    shop.app.deliver().await;
    let id = same["id"].as_str().unwrap();
    let free = json!({"name": "250 g", "sku": "T-250"});
    let _ = shop.app.variant(&shop.seller, id, &free).await;
    // Nothing of the old variant can be had any more.
    let adjusted = shop.app.adjust(&shop.admin, &variant, 1).await;
    adjusted.expect_error(404, "not_found");
    assert_eq!(shop.app.audit_of("PRODUCT_DELETED").await.len(), 1);
}

#[tokio::test]
async fn a_product_that_is_deleted_is_kept_for_thirty_days() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &path))
        .await
        .expect(204);
    shop.app.deliver().await;

    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let kept = items
        .iter()
        .find(|item| item["sk"]["S"] == "PRODUCT")
        .unwrap();
    let end = shop.app.now() + jiff::SignedDuration::from_hours(30 * 24);
    assert_eq!(kept["ttl"]["N"], end.as_second().to_string());
}

#[tokio::test]
async fn a_name_that_was_cleared_and_taken_anew_stays_with_who_took_it() {
    let shop = Shop::open().await;
    let path = shop.tea().await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let variant = json!({"name": "250 g", "sku": "T-250"});
    let _ = shop.app.variant(&shop.seller, &id, &variant).await;
    let _ = shop
        .app
        .call(delete_call(&shop.seller, &path))
        .await
        .expect(204);
    let (store, id) = (shop.app.app().store(), id.parse().unwrap());
    let left = Products(store).left(id).await.unwrap();
    shop.app.deliver().await;
    let other = shop
        .app
        .product(&shop.seller, &json!({"slug": "other"}))
        .await;
    let other = other["id"].as_str().unwrap();
    let _ = shop.app.variant(&shop.seller, other, &variant).await;

    // A task that is given again while it is under way.
    let cleared = Variants(store)
        .clear(id, &left.variants[0], &[], shop.app.now())
        .await;

    cleared.unwrap();
    let path = format!("/api/v1/products/{other}/variants");
    let call = Call::post(&path, &variant).with_token(&shop.seller.access);
    let refused = shop.app.call(call).await;
    refused.expect_error_with(409, "sku_taken", &["details"]);
}

/// The path of a new category, and its id.
async fn category(shop: &Shop, name: &str) -> (String, String) {
    let made = shop.app.category(&shop.admin, &json!({"name": name})).await;
    let id = made["id"].as_str().expect("an id").to_owned();
    (format!("/api/v1/categories/{id}"), id)
}

#[tokio::test]
async fn products_of_a_category_are_moved_however_many() {
    let shop = Shop::open().await;
    let (from, _) = category(&shop, "Old").await;
    let (to, id) = category(&shop, "New").await;
    for number in 0..30 {
        let both = if number % 2 == 0 { "new" } else { "tea" };
        let product = json!({"sku": format!("P{number}"), "categories": ["old", both]});
        let _ = shop.app.product(&shop.seller, &product).await;
    }

    let moved = format!("{from}?move_to={id}");
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &moved))
        .await
        .expect(204);

    let products = shop.app.scan(&shop.app.table("catalog")).await;
    let products: Vec<_> = products
        .iter()
        .filter(|item| item["sk"]["S"] == "PRODUCT")
        .collect();
    assert_eq!(products.len(), 30);
    for product in products {
        let categories = product["categories"]["L"].as_array().unwrap();
        let is_in = |id: &str| categories.iter().filter(|one| one["S"] == id).count();
        assert_eq!(is_in(&id), 1, "{product}");
        assert!(!from.ends_with(categories[0]["S"].as_str().unwrap()));
    }
    let kept = shop.app.call(delete_call(&shop.admin, &to)).await;
    kept.expect_error(409, "category_not_empty");
}

#[tokio::test]
async fn a_product_that_is_deleted_while_it_is_moved_is_in_no_category() {
    let shop = Shop::open_watched().await;
    let (from, _) = category(&shop, "Old").await;
    let (to, id) = category(&shop, "New").await;
    let product = json!({"categories": ["old"]});
    let product = path_of(&shop.app.product(&shop.seller, &product).await);

    let process = shop.app.another_process();
    let delete = async {
        let call = delete_call(&shop.seller, &product);
        let _ = shop.app.call_another(&process, call).await.expect(204);
    };
    // Behind the look at who calls: it knows which products there are, and not what they are.
    let moved = delete_call(&shop.admin, &format!("{from}?move_to={id}"));
    let moved = shop
        .app
        .call_held_after(1, "BatchGetItem", moved, delete)
        .await;

    let _ = moved.expect(204);
    let _ = shop
        .app
        .call(delete_call(&shop.admin, &to))
        .await
        .expect(204);
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_product_that_changes_while_it_is_moved_is_moved_as_it_is_by_then() {
    let shop = Shop::open_watched().await;
    let (from, _) = category(&shop, "Old").await;
    let (_, id) = category(&shop, "New").await;
    let product = json!({"categories": ["old"]});
    let product = path_of(&shop.app.product(&shop.seller, &product).await);

    let process = shop.app.another_process();
    let leave = async {
        let call = patch_call(&shop.seller, &product, &json!({"categories": ["tea"]}));
        let _ = shop.app.call_another(&process, call).await.expect(200);
    };
    // Behind the write that closes the category.
    let moved = delete_call(&shop.admin, &format!("{from}?move_to={id}"));
    let moved = shop
        .app
        .call_held_after(1, "TransactWriteItems", moved, leave)
        .await;

    let _ = moved.expect(204);
    let tea = shop.get(None, "/api/v1/categories/tea").await.json["id"].clone();
    let seen = shop.get(None, &product).await.expect(200).json;
    assert_eq!(seen["categories"], json!([tea]));
}

#[tokio::test]
async fn nothing_is_moved_into_a_category_that_is_deleted_too() {
    let shop = Shop::open_watched().await;
    let (from, old) = category(&shop, "Old").await;
    let (to, id) = category(&shop, "New").await;
    let product = json!({"categories": ["old"]});
    let product = path_of(&shop.app.product(&shop.seller, &product).await);

    let process = shop.app.another_process();
    let delete = async {
        let call = delete_call(&shop.admin, &to);
        let _ = shop.app.call_another(&process, call).await.expect(204);
    };
    let moved = delete_call(&shop.admin, &format!("{from}?move_to={id}"));
    let moved = shop
        .app
        .call_held_after(1, "TransactWriteItems", moved, delete)
        .await;

    moved.expect_error(409, "changed_meanwhile");
    let seen = shop.get(None, &product).await.expect(200).json;
    assert_eq!(seen["categories"], json!([old]));
}
