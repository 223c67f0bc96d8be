use catalog::product::Products;
use catalog::variant::Variants;
use catalog_testing::Call;
use serde_json::json;

use crate::support::{delete_call, shop};

#[tokio::test]
async fn a_product_that_is_deleted_is_gone_with_all_that_is_part_of_it() {
    let shop = shop().await;
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
    let shop = shop().await;
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
    let shop = shop().await;
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
    let left = Products(store).variants_left(id).await.unwrap();
    shop.app.deliver().await;
    let other = shop
        .app
        .product(&shop.seller, &json!({"slug": "other"}))
        .await;
    let other = other["id"].as_str().unwrap();
    let _ = shop.app.variant(&shop.seller, other, &variant).await;

    // A task that is given again while it is under way.
    let cleared = Variants(store)
        .clear(id, &left[0], &[], shop.app.now())
        .await;

    cleared.unwrap();
    let path = format!("/api/v1/products/{other}/variants");
    let call = Call::post(&path, &variant).with_token(&shop.seller.access);
    let refused = shop.app.call(call).await;
    refused.expect_error_with(409, "sku_taken", &["details"]);
}
