//! Several who write the index at once.

use catalog_index::Limits;
use catalog_testing::{Shop, delete_call, index_products_in, patch_call, product_call};
use serde_json::{Value, json};

use crate::support::{CURRENT, path_of, watched_shop};

/// The request that writes the manifest, as S3 is asked for it.
fn put_current(shop: &Shop) -> String {
    format!("PUT /{}/{CURRENT}", shop.app.variable("FILES_BUCKET"))
}

/// Changes the price of a product: the stream's records of it.
async fn priced(shop: &Shop, slug: &str, price: &str) -> Vec<Value> {
    let path = path_of(shop, slug).await;
    let _ = shop
        .patch(&shop.seller, &path, &json!({"price": price}))
        .await
        .expect(200);
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

    let operation = put_current(&shop);
    let held = shop
        .app
        .s3()
        .held_after(0, &operation, shop.app.try_to_index(&one), meanwhile);
    held.await.unwrap();

    shop.app.see_the_index();
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
        let records = shop.app.catalog_changes().await;
        index_products_in(process.clone(), &records, &Limits::default())
            .await
            .unwrap();
    };

    let operation = put_current(&shop);
    let held = shop
        .app
        .s3()
        .held_after(0, &operation, shop.app.try_to_index(&one), meanwhile);
    held.await.unwrap();

    shop.app.see_the_index();
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
        let records = shop.app.catalog_changes().await;
        index_products_in(process.clone(), &records, &Limits::default())
            .await
            .unwrap();
    };

    let limits = Limits::default();
    let operation = put_current(&shop);
    let rebuild = shop.app.try_to_rebuild_within(&limits);
    shop.app
        .s3()
        .held_after(0, &operation, rebuild, meanwhile)
        .await
        .unwrap();

    shop.app.see_the_index();
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
        let records = shop.app.catalog_changes().await;
        index_products_in(process.clone(), &records, &Limits::default())
            .await
            .unwrap();
    };

    let operation = put_current(&shop);
    let held = shop.app.try_to_index(&records);
    let held = shop.app.s3().held_after(0, &operation, held, meanwhile);
    held.await.unwrap();

    shop.app.see_the_index();
    let found = shop.app.found(None, "ordering=name").await;
    assert_eq!(found, ["Green tea", "Oolong"]);
}

#[tokio::test]
async fn an_index_that_goes_while_it_is_changed_is_made_anew() {
    let shop = watched_shop().await;
    let records = priced(&shop, "assam", "100").await;
    let meanwhile = shop.app.delete_file(CURRENT);

    let operation = put_current(&shop);
    let held = shop.app.try_to_index(&records);
    let held = shop.app.s3().held_after(0, &operation, held, meanwhile);
    held.await.unwrap();

    shop.app.see_the_index();
    let found = shop.app.found(None, "ordering=-price").await;
    assert_eq!(found, ["Assam", "Grüner Kessel", "Sencha"]);
}
