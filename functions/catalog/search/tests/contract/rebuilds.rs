//! The index, made anew every night.

use catalog::index::IndexFile;
use catalog_index::SCHEMA;
use catalog_testing::{Call, Shop};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{CURRENT, add_below_tea, change_product, delete_product, segments, shop};

/// The key of a file of the index in a form.
fn file(schema: u32, name: &str) -> String {
    IndexFile { schema, name }.to_string()
}

/// The number of products, as a process counts them that holds nothing yet.
async fn counted_afresh(shop: &Shop) -> u64 {
    let process = shop.app.another_process();
    let call = Call::get("/api/v1/products");
    let listed = shop.app.call_another(&process, call).await.expect(200).json;
    listed["count"].as_u64().expect("a count")
}

#[tokio::test]
async fn a_rebuild_sets_right_what_the_stream_did_not_bring() {
    let shop = shop().await;
    change_product(&shop, "assam", &json!({"price": "100"})).await;
    delete_product(&shop, "sencha").await;
    let _ = shop
        .app
        .product(&shop.seller, &json!({"name": "Oolong", "sku": "O-1"}))
        .await;
    add_below_tea(&shop, "Black").await;
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
    let left_behind = file(SCHEMA, "left-behind");
    shop.app.write_file(&left_behind, vec![1]).await;
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
    // What was named until now goes, too.
    assert!(!left.contains(&left_behind), "{left:?}");
    assert!(left.len() < all.len(), "{left:?} {all:?}");
    assert_eq!(counted_afresh(&shop).await, 3);
}

#[tokio::test]
async fn files_of_an_older_form_go_after_a_week_and_those_of_a_newer_one_never() {
    let shop = shop().await;
    let both = |schema| ["current", "segment"].map(|name| file(schema, name));
    let (older, newer) = (both(SCHEMA - 1), both(SCHEMA + 1));
    for key in older.iter().chain(&newer) {
        shop.app.write_file(key, vec![1]).await;
    }
    shop.app.advance_to_machine_time();

    let day = SignedDuration::from_hours(24);
    for (later, are_kept) in [(day * 7 - SignedDuration::from_mins(1), true), (day, false)] {
        shop.app.advance(later);
        shop.app.rebuild_index().await;

        let left = shop.app.file_keys().await;
        for key in &older {
            assert_eq!(left.contains(key), are_kept, "{key}: {left:?}");
        }
        assert!(newer.iter().all(|key| left.contains(key)), "{left:?}");
        assert_eq!(counted_afresh(&shop).await, 3);
    }
}
