//! Who writes reads what they wrote, before it is indexed.

use catalog_testing::path_of as path_of_answer;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{change_product, delete_product, path_of, shop};

#[tokio::test]
async fn who_changes_products_sees_it_at_once_and_others_once_it_is_indexed() {
    let shop = shop().await;
    let _ = shop
        .app
        .product(&shop.seller, &json!({"name": "Oolong", "sku": "O-1"}))
        .await;
    change_product(&shop, "assam", &json!({"price": "50"})).await;
    delete_product(&shop, "sencha").await;

    let own = "ordering=-price";
    let expected = ["Assam", "Grüner Kessel", "Oolong"];
    assert_eq!(shop.app.found(Some(&shop.seller), own).await, expected);
    let listed = shop
        .app
        .products(Some(&shop.seller), "facets=true&page_size=2")
        .await;
    let listed = listed.expect(200).json;
    assert_eq!(
        (
            &listed["count"],
            &listed["facets"]["categories"][0]["count"]
        ),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        shop.app.found(Some(&shop.seller), "category=green").await,
        [""; 0]
    );
    let before = ["Grüner Kessel", "Sencha", "Assam"];
    assert_eq!(shop.app.found(None, own).await, before);
    assert_eq!(shop.app.found(Some(&shop.admin), own).await, before);

    shop.app.index_products().await;
    for caller in [None, Some(&shop.admin), Some(&shop.seller)] {
        assert_eq!(shop.app.found(caller, own).await, expected);
    }
    shop.app.deliver().await;
}

#[tokio::test]
async fn who_hides_and_shows_a_product_sees_that_at_once() {
    let shop = shop().await;
    let assam = path_of(&shop, "assam").await;
    let _ = shop
        .patch(&shop.seller, &assam, &json!({"is_active": false}))
        .await
        .expect(200);

    assert_eq!(shop.app.found(Some(&shop.seller), "").await.len(), 2);
    assert_eq!(
        shop.app.found(Some(&shop.seller), "is_active=false").await,
        ["Assam"]
    );
    assert_eq!(shop.app.found(None, "").await.len(), 3);
    let _ = shop
        .patch(&shop.seller, &assam, &json!({"is_active": true}))
        .await
        .expect(200);
    assert_eq!(shop.app.found(Some(&shop.seller), "").await.len(), 3);
}

#[tokio::test]
async fn what_was_changed_longer_ago_than_a_minute_is_left_to_the_index() {
    let shop = shop().await;
    let made = shop
        .app
        .product(&shop.seller, &json!({"name": "Oolong", "sku": "O-1"}))
        .await;
    let mark = [("count", 4), ("later", 3)];

    for (_, count) in mark {
        assert_eq!(shop.app.found(Some(&shop.seller), "").await.len(), count);
        shop.app.advance(SignedDuration::from_secs(61));
    }
    let _ = shop
        .patch(
            &shop.seller,
            &path_of_answer(&made),
            &json!({"name": "Wulong"}),
        )
        .await
        .expect(200);
    assert_eq!(
        shop.app.found(Some(&shop.seller), "search=wulong").await,
        ["Wulong"]
    );
}
