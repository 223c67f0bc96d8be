//! The index, made anew every night.

use catalog_testing::delete_call;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{CURRENT, path_of, segments, shop};

#[tokio::test]
async fn a_rebuild_sets_right_what_the_stream_did_not_bring() {
    let shop = shop().await;
    let (assam, sencha) = (
        path_of(&shop, "assam").await,
        path_of(&shop, "sencha").await,
    );
    let _ = shop
        .patch(&shop.seller, &assam, &json!({"price": "100"}))
        .await
        .expect(200);
    let _ = shop
        .app
        .call(delete_call(&shop.seller, &sencha))
        .await
        .expect(204);
    let _ = shop
        .app
        .product(&shop.seller, &json!({"name": "Oolong", "sku": "O-1"}))
        .await;
    let tea = shop
        .get(None, "/api/v1/categories/tea")
        .await
        .expect(200)
        .json;
    let below = json!({"name": "Black", "parent": tea["id"]});
    let _ = shop.app.category(&shop.admin, &below).await;
    // Nobody has heard of it.
    let lost = shop.app.catalog_changes().await;
    assert!(!lost.is_empty());

    shop.app.rebuild_index().await;

    assert_eq!(
        shop.app.found(None, "ordering=price").await,
        ["Oolong", "Grüner Kessel", "Assam"]
    );
    assert!(shop.app.found(None, "category=black").await.is_empty());
    // Whatever comes late changes nothing.
    let before = shop.app.read_file(CURRENT).await;
    shop.app.try_to_index(&lost).await.unwrap();
    assert_eq!(shop.app.read_file(CURRENT).await, before);
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_rebuild_makes_an_index_where_there_is_none_or_a_damaged_one() {
    let shop = shop().await;
    shop.app.delete_file(CURRENT).await;
    shop.app.rebuild_index().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);

    let mut bytes = shop.app.read_file(CURRENT).await;
    bytes[40] ^= 1;
    shop.app.write_file(CURRENT, bytes).await;
    shop.app.rebuild_index().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);
}

#[tokio::test]
async fn files_that_nobody_names_go_when_they_are_old() {
    let shop = shop().await;
    shop.app.write_file("index/v1/left-behind", vec![1]).await;
    shop.app.write_file("index/v2/current", vec![1]).await;
    shop.app.advance_to_machine_time();
    let before = segments(&shop.app).await;

    shop.app.rebuild_index().await;
    let all = segments(&shop.app).await;
    assert!(
        before.iter().all(|key| all.contains(key)),
        "{before:?} {all:?}"
    );

    shop.app.advance(SignedDuration::from_mins(61));
    shop.app.rebuild_index().await;

    let left = segments(&shop.app).await;
    // What was named until now, and what is named; and what is of another form.
    assert!(left.contains(&"index/v2/current".to_owned()));
    assert!(
        !left.contains(&"index/v1/left-behind".to_owned()),
        "{left:?}"
    );
    assert!(left.len() < all.len(), "{left:?} {all:?}");
    let process = shop.app.another_process();
    let call = catalog_testing::Call::get("/api/v1/products");
    assert_eq!(
        shop.app.call_another(&process, call).await.expect(200).json["count"],
        3
    );
}
