//! An index that is missing or not what was written: lists say so, and it is made anew.

use catalog_testing::{Call, Shop, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{CURRENT, segments, shop, watched_shop};

/// Asks for a list by a process that holds nothing, sees that there is none, and lets the wish be heard.
async fn heals(shop: &Shop, what: &str) {
    let process = shop.app.another_process();
    let call = || Call::get("/api/v1/products?ordering=name");
    let refused = shop.app.call_another(&process, call()).await;
    refused.expect_error(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "1", "{what}");
    assert_eq!(refused.header("cache-control"), "no-store", "{what}");

    shop.app.index_products().await;

    let listed = shop
        .app
        .call_another(&process, call())
        .await
        .expect(200)
        .json;
    assert_eq!(listed["count"], 3, "{what}");
}

#[tokio::test]
async fn an_index_that_is_missing_is_made_anew() {
    let shop = shop().await;
    shop.app.delete_file(CURRENT).await;

    heals(&shop, "no manifest").await;
}

#[tokio::test]
async fn an_index_with_a_wrong_octet_is_never_answered_from() {
    let shop = shop().await;
    let mut seed = 7_usize;
    let mut places = |length: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % length
    };
    for round in 0..6 {
        let key = if round % 2 == 0 {
            CURRENT.to_owned()
        } else {
            // Those that are named, and those that are not any more.
            let current = String::from_utf8(shop.app.read_file(CURRENT).await).unwrap();
            let named = |key: &String| current.contains(key.rsplit('/').next().unwrap());
            let keys = segments(&shop.app).await;
            keys.into_iter().find(named).unwrap()
        };
        let mut bytes = shop.app.read_file(&key).await;
        let place = places(bytes.len());
        bytes[place] ^= 1 << (round % 8);
        shop.app.write_file(&key, bytes).await;

        heals(&shop, &format!("{key} at {place}")).await;
    }
    for key in [CURRENT.to_owned(), segments(&shop.app).await.pop().unwrap()] {
        let mut bytes = shop.app.read_file(CURRENT).await;
        bytes.truncate(bytes.len() / 2);
        if key == CURRENT {
            shop.app.write_file(&key, bytes).await;
            heals(&shop, "half a manifest").await;
        }
    }
    shop.app.write_file(CURRENT, Vec::new()).await;
    heals(&shop, "an empty manifest").await;
}

#[tokio::test]
async fn a_catalogue_that_has_nothing_yet_is_an_empty_list_and_not_one_that_is_missing() {
    let app = TestApp::start().await;

    let listed = app.products(None, "search=tea").await.expect(200).json;

    assert_eq!(
        (&listed["count"], &listed["results"]),
        (&json!(0), &json!([]))
    );
    assert!(app.scan(&app.table("catalog")).await.is_empty());
    assert!(app.file_keys().await.is_empty());
}

#[tokio::test]
async fn a_file_that_is_missing_is_written_again() {
    let shop = shop().await;
    for key in segments(&shop.app).await {
        shop.app.delete_file(&key).await;
    }

    heals(&shop, "no segments").await;
}

#[tokio::test]
async fn who_holds_an_index_goes_on_with_it_for_a_while() {
    let shop = watched_shop().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);
    shop.app.delete_file(CURRENT).await;
    shop.app.see_the_index();

    assert_eq!(shop.app.found(None, "").await.len(), 3);
    // It has asked for another, once.
    let wishes = || async {
        let items = shop.app.scan(&shop.app.table("catalog")).await;
        items
            .into_iter()
            .filter(|item| item["pk"]["S"] == "INDEX")
            .count()
    };
    assert_eq!(wishes().await, 1);
    shop.app.dynamodb().forget();
    shop.app.see_the_index();
    assert_eq!(shop.app.found(None, "").await.len(), 3);
    assert_eq!(shop.app.dynamodb().seen(), ["UpdateItem"]);
    shop.app.advance(SignedDuration::from_mins(15));
    shop.app
        .products(None, "")
        .await
        .expect_error(503, "unavailable");

    shop.app.index_products().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);
}

#[tokio::test]
async fn a_list_is_answered_while_s3_is_out_of_reach() {
    let shop = watched_shop().await;
    assert_eq!(shop.app.found(None, "").await.len(), 3);
    shop.app.see_the_index();
    shop.app.s3().fail_always(catalog_testing::Fault::fail());

    assert_eq!(shop.app.found(None, "").await.len(), 3);
    shop.app.advance(SignedDuration::from_mins(16));
    shop.app
        .products(None, "")
        .await
        .expect_error(503, "unavailable");
    shop.app.s3().heal();
    assert_eq!(shop.app.found(None, "").await.len(), 3);
    let items = shop.app.scan(&shop.app.table("catalog")).await;
    assert!(items.iter().all(|item| item["pk"]["S"] != "INDEX"));
}

#[tokio::test]
async fn who_may_not_list_the_bucket_hears_of_a_missing_index_all_the_same() {
    let shop = Shop::open_watched().await;
    let current = "index/v1/current";
    shop.app
        .s3()
        .fail_next_of(current, 1, &catalog_testing::Fault::HiddenFile);

    shop.app
        .products(None, "")
        .await
        .expect_error(503, "unavailable");

    shop.app.index_products().await;
    assert!(shop.app.found(None, "").await.is_empty());
}
