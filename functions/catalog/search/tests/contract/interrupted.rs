//! What breaks off leaves an index that is whole, and is done when it is done again.

use catalog_index::Limits;
use catalog_testing::{Fault, Shop, index_products_in};
use serde_json::{Value, json};

use crate::support::{change_product, watched_shop};

/// Changes what is to be indexed: the stream's records of it.
async fn changed(shop: &Shop, price: usize) -> Vec<Value> {
    let change = json!({"price": price.to_string()});
    change_product(shop, "assam", &change).await;
    shop.app.catalog_changes().await
}

/// The price that visitors see, by another process.
async fn shown(shop: &Shop) -> String {
    let call = catalog_testing::Call::get("/api/v1/products?search=assam");
    let process = shop.app.another_process();
    let listed = shop.app.call_another(&process, call).await.expect(200).json;
    listed["results"][0]["price"]
        .as_str()
        .expect("a price")
        .to_owned()
}

#[tokio::test]
async fn an_indexer_that_breaks_off_at_any_call_of_s3_has_lost_and_doubled_nothing() {
    let shop = watched_shop().await;
    let mut step = 0;
    loop {
        let records = changed(&shop, 100 + step).await;
        let before = shown(&shop).await;
        let s3 = shop.app.s3();
        s3.forget();
        s3.pass_next_of("", step);
        s3.fail_always(Fault::Drop);
        let broken = shop.app.try_to_index(&records).await;
        s3.heal();
        if broken.is_ok() {
            break;
        }
        assert_eq!(shown(&shop).await, before, "{step}");

        shop.app.try_to_index(&records).await.unwrap();

        assert_eq!(shown(&shop).await, format!("{}.00", 100 + step));
        let count = shop.app.products(None, "").await.expect(200).json["count"].clone();
        assert_eq!(count, 3);
        step += 1;
    }
    // `current`, a file at least, and `current` again.
    assert!(step >= 3, "{step}");
}

#[tokio::test]
async fn an_indexer_that_cannot_read_the_table_has_written_nothing() {
    let shop = watched_shop().await;
    let records = changed(&shop, 100).await;
    shop.app.dynamodb().fail_always(Fault::fail());
    assert!(shop.app.try_to_index(&records).await.is_err());
    shop.app.dynamodb().heal();
    assert_eq!(shown(&shop).await, "5.00");

    shop.app.try_to_index(&records).await.unwrap();

    assert_eq!(shown(&shop).await, "100.00");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_change_that_is_lost() {
    let shop = watched_shop().await;
    for (place, operation) in ["PUT", "GET", "Query"].iter().enumerate() {
        let records = changed(&shop, 200 + place).await;
        let proxy = if *operation == "Query" {
            shop.app.dynamodb()
        } else {
            shop.app.s3()
        };
        proxy.fail_next_of(operation, 2, &Fault::LoseAnswer);

        shop.app.try_to_index(&records).await.unwrap();

        proxy.heal();
        assert_eq!(
            shown(&shop).await,
            format!("{}.00", 200 + place),
            "{operation}"
        );
    }
    // The manifest alone: the write is done, and its repetition finds another one than it was to replace.
    let records = changed(&shop, 300).await;
    shop.app
        .s3()
        .fail_next_of("index/v1/current", 0, &Fault::LoseAnswer);
    shop.app.s3().pass_next_of("GET", 1);
    shop.app
        .s3()
        .fail_next_of("index/v1/current", 1, &Fault::LoseAnswer);
    shop.app.try_to_index(&records).await.unwrap();
    shop.app.s3().heal();
    assert_eq!(shown(&shop).await, "300.00");
}

#[tokio::test]
async fn a_rebuild_that_breaks_off_at_any_call_of_s3_leaves_the_index_as_it_was() {
    let shop = watched_shop().await;
    let mut step = 0;
    loop {
        let s3 = shop.app.s3();
        s3.pass_next_of("", step);
        s3.fail_always(Fault::Drop);
        let broken = shop.app.try_to_rebuild_within(&Limits::default()).await;
        s3.heal();
        assert_eq!(shown(&shop).await, "5.00", "{step}");
        if broken.is_ok() {
            break;
        }
        step += 1;
    }
    assert!(step >= 4, "{step}");
    // An indexer that held what was there before goes on.
    let records = changed(&shop, 400).await;
    let process = shop.app.another_process();
    index_products_in(process, &records, &Limits::default())
        .await
        .unwrap();
    assert_eq!(shown(&shop).await, "400.00");
}
