//! The index that a process holds: what it reads of it, and when.

use catalog_index::Limits;
use catalog_testing::{Call, Shop};
use serde_json::json;

use crate::support::{CURRENT, change_product, watched_shop};

/// Bounds with which segments are not merged.
const APART: Limits = Limits {
    rows_out: 50_000,
    rows_back: 40_000,
    segment: 25_000,
    small: 0,
    settled: 0,
    removed: 2_000,
};

/// What was read of the bucket: whether `current` was, and the number of other files.
fn read(shop: &Shop) -> (usize, usize) {
    let seen = shop.app.s3().seen();
    assert!(
        seen.iter().all(|asked| asked.starts_with("GET ")),
        "{seen:?}"
    );
    let (current, files): (Vec<_>, Vec<_>) =
        seen.iter().partition(|asked| asked.ends_with(CURRENT));
    shop.app.s3().forget();
    (current.len(), files.len())
}

#[tokio::test]
async fn a_process_looks_every_few_seconds_and_reads_what_is_new() {
    let shop = watched_shop().await;
    let list = || async {
        let _ = shop.app.products(None, "").await.expect(200);
    };
    shop.app.s3().forget();
    list().await;
    assert_eq!(read(&shop), (1, 1));
    list().await;
    assert_eq!(read(&shop), (0, 0));
    shop.app.see_the_index();
    list().await;
    assert_eq!(read(&shop), (1, 0));

    change_product(&shop, "assam", &json!({"price": "6"})).await;
    shop.app.index_products_within(&APART).await;
    shop.app.s3().forget();
    list().await;
    assert_eq!(read(&shop), (1, 1));
    let found = shop.app.found(None, "max_price=6").await;
    assert_eq!(found, ["Assam"]);
}

#[tokio::test]
async fn many_who_ask_at_once_load_the_index_once() {
    let shop = watched_shop().await;
    shop.app.see_the_index();
    shop.app.s3().forget();

    let calls = (0..10).map(|_| Call::get("/api/v1/products"));
    let answers = shop.app.call_all(calls).await;

    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(read(&shop), (1, 1));
}
