//! Rows that are kept outside of the index, because there are too many products.

use catalog_index::Limits;
use catalog_testing::photograph;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{names, path_of, watched_shop};

/// Bounds by which three products are too many.
const FEW: Limits = Limits {
    rows_out: 2,
    rows_back: 1,
    segment: 25_000,
    small: 500,
    settled: 10_000,
    removed: 2_000,
};

#[tokio::test]
async fn rows_outside_are_those_that_the_index_had() {
    let shop = watched_shop().await;
    let sencha = path_of(&shop, "sencha").await;
    let _ = shop.upload_image(&sencha, &photograph(7)).await;
    shop.app.index_products().await;
    shop.app.advance(SignedDuration::from_secs(61));
    let inside = shop
        .app
        .products(None, "facets=true&ordering=name")
        .await
        .expect(200)
        .json;
    shop.app.dynamodb().forget();
    let _ = shop.app.products(None, "").await.expect(200);
    assert_eq!(shop.app.dynamodb().seen(), ["UpdateItem"]);

    shop.app.try_to_rebuild_within(&FEW).await.unwrap();
    shop.app.see_the_index();

    shop.app.dynamodb().forget();
    let outside = shop
        .app
        .products(None, "facets=true&ordering=name")
        .await
        .expect(200)
        .json;
    assert_eq!(outside, inside);
    // One of them has an image.
    let read = shop.app.dynamodb().seen();
    assert_eq!(read, ["UpdateItem", "BatchGetItem", "BatchGetItem"]);
    let page = shop
        .app
        .products(None, "ordering=name&page_size=1&page=2")
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&page["count"], names(&page)),
        (&json!(3), vec!["Grüner Kessel"])
    );
    // And back.
    shop.app.rebuild_index().await;
    shop.app.dynamodb().forget();
    let _ = shop.app.products(None, "").await.expect(200);
    assert_eq!(shop.app.dynamodb().seen(), ["UpdateItem"]);
}

#[tokio::test]
async fn what_is_hidden_or_gone_before_the_index_knows_is_left_out() {
    let shop = watched_shop().await;
    shop.app.try_to_rebuild_within(&FEW).await.unwrap();
    shop.app.see_the_index();
    let (assam, sencha) = (
        path_of(&shop, "assam").await,
        path_of(&shop, "sencha").await,
    );
    let _ = shop
        .patch(&shop.seller, &assam, &json!({"is_active": false}))
        .await
        .expect(200);
    let deleted = shop
        .app
        .call(catalog_testing::delete_call(&shop.seller, &sencha))
        .await;
    let _ = deleted.expect(204);

    assert_eq!(shop.app.found(None, "").await, ["Grüner Kessel"]);
    assert_eq!(
        shop.app.found(Some(&shop.seller), "").await,
        ["Grüner Kessel"]
    );
    assert_eq!(
        shop.app.found(Some(&shop.seller), "is_active=false").await,
        ["Assam"]
    );
    shop.app.index_products_within(&FEW).await;
    let listed = shop.app.products(None, "").await.expect(200).json;
    assert_eq!(
        (&listed["count"], names(&listed)),
        (&json!(1), vec!["Grüner Kessel"])
    );
    shop.app.deliver().await;
}
