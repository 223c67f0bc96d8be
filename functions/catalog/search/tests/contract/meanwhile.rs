//! Several who write the index at once.

use catalog_index::Limits;
use catalog_testing::{Shop, delete_call, index_products_in, patch_call, product_call};
use cloud::App;
use serde_json::{Value, json};

use crate::support::{CURRENT, change_product, path_of, watched_shop};

/// Does what writes the index, and something else meanwhile: once the manifest is about to be written. Then everybody sees the index.
async fn held_before_current(
    shop: &Shop,
    writing: impl Future<Output = Result<(), String>>,
    meanwhile: impl Future<Output = ()>,
) {
    let put_current = format!("PUT /{}/{CURRENT}", shop.app.variable("FILES_BUCKET"));
    let s3 = shop.app.s3();
    let held = s3.held_after(0, &put_current, writing, meanwhile);
    held.await.expect("the slower one begins again");
    shop.app.see_the_index();
}

/// Lets another process index what has changed.
async fn index_in(process: &App, shop: &Shop) {
    let records = shop.app.catalog_changes().await;
    let indexed = index_products_in(process.clone(), &records, &Limits::default()).await;
    indexed.expect("the emulator's tables and files can be read and written");
}

/// Changes the price of a product: the stream's records of it.
async fn priced(shop: &Shop, slug: &str, price: &str) -> Vec<Value> {
    change_product(shop, slug, &json!({"price": price})).await;
    shop.app.catalog_changes().await
}

#[tokio::test]
async fn of_two_indexers_the_slower_one_begins_again() {
    let shop = watched_shop().await;
    let one = priced(&shop, "assam", "100").await;
    let other = priced(&shop, "sencha", "200").await;
    let process = shop.app.another_process();
    let meanwhile = async {
        index_products_in(process, &other, &Limits::default())
            .await
            .unwrap();
    };

    held_before_current(&shop, shop.app.try_to_index(&one), meanwhile).await;

    assert_eq!(
        shop.app.found(None, "min_price=100&ordering=price").await,
        ["Assam", "Sencha"]
    );
}

#[tokio::test]
async fn the_slower_one_does_not_bring_back_what_it_has_read() {
    let shop = watched_shop().await;
    let one = priced(&shop, "assam", "100").await;
    let path = path_of(&shop, "assam").await;
    let process = shop.app.another_process();
    let meanwhile = async {
        let deleted = shop
            .app
            .call_another(&process, delete_call(&shop.seller, &path))
            .await;
        let _ = deleted.expect(204);
        index_in(&process, &shop).await;
    };

    held_before_current(&shop, shop.app.try_to_index(&one), meanwhile).await;

    assert_eq!(shop.app.found(None, "search=assam").await, [""; 0]);
    shop.app.deliver().await;
}

#[tokio::test]
async fn what_changes_while_the_index_is_made_anew_is_in_it() {
    let shop = watched_shop().await;
    let (assam, sencha) = (
        path_of(&shop, "assam").await,
        path_of(&shop, "sencha").await,
    );
    let process = shop.app.another_process();
    let meanwhile = async {
        for call in [
            patch_call(&shop.seller, &assam, &json!({"price": "100"})),
            product_call(
                &shop.seller,
                &json!({"name": "Oolong", "sku": "O-1", "price": "150"}),
            ),
        ] {
            let done = shop.app.call_another(&process, call).await;
            assert!((200..300).contains(&done.status), "{}", done.json);
        }
        let gone = shop
            .app
            .call_another(&process, delete_call(&shop.seller, &sencha))
            .await;
        let _ = gone.expect(204);
        index_in(&process, &shop).await;
    };

    let limits = Limits::default();
    let rebuild = shop.app.try_to_rebuild_within(&limits);
    held_before_current(&shop, rebuild, meanwhile).await;

    let found = shop.app.found(None, "ordering=price").await;
    assert_eq!(found, ["Grüner Kessel", "Assam", "Oolong"]);
    shop.app.deliver().await;
}

#[tokio::test]
async fn of_two_who_make_the_first_index_one_begins_again() {
    let shop = Shop::open_watched().await;
    let _ = shop.tea().await;
    let process = shop.app.another_process();
    let records = shop.app.catalog_changes().await;
    let meanwhile = async {
        let more = json!({"name": "Oolong", "sku": "O-1"});
        let more = product_call(&shop.seller, &more);
        let _ = shop.app.call_another(&process, more).await.expect(201);
        index_in(&process, &shop).await;
    };

    held_before_current(&shop, shop.app.try_to_index(&records), meanwhile).await;

    let found = shop.app.found(None, "ordering=name").await;
    assert_eq!(found, ["Green tea", "Oolong"]);
}

#[tokio::test]
async fn an_index_that_goes_while_it_is_changed_is_made_anew() {
    let shop = watched_shop().await;
    let records = priced(&shop, "assam", "100").await;
    let meanwhile = shop.app.delete_file(CURRENT);

    held_before_current(&shop, shop.app.try_to_index(&records), meanwhile).await;

    let found = shop.app.found(None, "ordering=-price").await;
    assert_eq!(found, ["Assam", "Grüner Kessel", "Sencha"]);
}
