//! What happens when something we need does not answer.

use catalog_testing::{Call, Fault, Shop, delete_call, photograph};
use serde_json::Value;

use crate::support::assert_shown_once;

/// What the worker asks the tables for, in its order.
const STEPS: [&str; 3] = ["GetItem", "Query", "TransactWriteItems"];

#[tokio::test]
async fn an_upload_whose_tables_fail_is_shown_when_it_comes_again() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let mut shown = Vec::new();
    for step in STEPS {
        let image = shop.send_image(&product, &photograph(1)).await;

        // As often as the SDK tries.
        shop.app.dynamodb().fail_next_of(step, 4, &Fault::fail());
        assert!(!shop.process_image(&product, &image).await, "{step}");
        shop.app.dynamodb().heal();

        assert_eq!(shop.images(&product).await, shown, "{step}");
        assert!(shop.process_image(&product, &image).await, "{step}");
        shown.push(image);
        assert_eq!(shop.images(&product).await, shown, "{step}");
    }
}

#[tokio::test]
async fn an_upload_whose_files_fail_is_shown_when_it_comes_again() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;

    // The upload is read, three pictures are written, and the upload is deleted.
    for (step, before) in [
        ("GET", 0),
        ("PUT", 0),
        ("PUT", 1),
        ("PUT", 2),
        ("DELETE", 0),
    ] {
        shop.app.s3().pass_next_of(step, before);
        // As often as the SDK tries.
        shop.app.s3().fail_next_of(step, 3, &Fault::fail());
        assert!(
            !shop.process_image(&product, &image).await,
            "{step} {before}"
        );
        shop.app.s3().heal();
    }

    assert!(shop.process_image(&product, &image).await);
    assert_shown_once(&shop, &product, &image).await;
}

#[tokio::test]
async fn a_refusal_whose_end_fails_is_ended_when_it_comes_again() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, b"no picture").await;

    // Three pictures that may have been made are deleted, and then the upload; each time from the beginning.
    for before in 0..4 {
        shop.app.s3().pass_next_of("DELETE", before);
        shop.app.s3().fail_next_of("DELETE", 3, &Fault::fail());
        assert!(!shop.process_image(&product, &image).await, "{before}");
        shop.app.s3().heal();
    }

    assert!(shop.process_image(&product, &image).await);
    let refusals = shop.image_refusals(&product).await;
    assert_eq!(refusals, [(image, "unknown_format".to_owned())]);
    assert!(shop.app.file_keys().await.is_empty());
    assert_eq!(shop.app.audit_of("IMAGE_CREATED").await.len(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;

    shop.app
        .dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);
    assert!(shop.process_image(&product, &image).await);

    assert_shown_once(&shop, &product, &image).await;
}

#[tokio::test]
async fn a_storage_that_does_not_answer_is_a_503() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}/160");

    shop.app.s3().fail_always(Fault::fail());
    let answer = shop.app.call(Call::get(&path)).await;
    answer.expect_error(503, "unavailable");
    // Nothing is asked for a form: it is only signed.
    let _ = shop.image_form(&product).await;
    shop.app.s3().heal();

    let _ = shop.app.call(Call::get(&path)).await.expect(200);
}

/// Nobody may list the bucket, and S3 tells of a file that is not there only those who may.
#[tokio::test]
async fn a_file_that_may_not_be_read_is_not_there() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;

    shop.app.s3().fail_always(Fault::HiddenFile);
    let path = format!("{product}/images/{image}/160");
    let answer = shop.app.call(Call::get(&path)).await;
    answer.expect_error(404, "not_found");
    shop.app.s3().heal();
}

#[tokio::test]
async fn files_that_are_not_deleted_at_once_are_deleted_later() {
    for with_product in [false, true] {
        let shop = Shop::open_watched().await;
        let product = shop.tea().await;
        let image = shop.upload_image(&product, &photograph(1)).await;
        let path = if with_product {
            product
        } else {
            format!("{product}/images/{image}")
        };
        let _ = shop
            .app
            .call(delete_call(&shop.seller, &path))
            .await
            .expect(204);

        // Files are listed, and deleted.
        for step in ["GET", "POST"] {
            shop.app.s3().fail_next_of(step, 3, &Fault::fail());
            shop.app.deliver().await;
            shop.app.s3().heal();
            assert_eq!(shop.app.file_keys().await.len(), 3, "{step}");
            shop.app.bring_back().await;
        }
        shop.app.deliver().await;

        assert!(shop.app.file_keys().await.is_empty());
        let items = shop.app.scan(&shop.app.table("catalog")).await;
        let is_image = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("IMAGE#");
        assert_eq!(items.iter().filter(is_image).count(), 0);
    }
}
