use catalog_testing::{Call, Shop, delete_call, photograph};
use serde_json::Value;

/// The tasks that delete an image's files, by the id of the image.
async fn deletions(shop: &Shop) -> Vec<Value> {
    let tasks = shop.app.tasks().await.into_iter();
    let deletions = tasks.filter(|task| task["kind"] == "delete_image");
    deletions
        .map(|task| task["input"]["image_id"].clone())
        .collect()
}

#[tokio::test]
async fn an_image_is_deleted_with_its_files() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let gone = shop.upload_image(&product, &photograph(1)).await;
    let stays = shop.upload_image(&product, &photograph(2)).await;
    let path = format!("{product}/images/{gone}");

    let delete = || delete_call(&shop.seller, &path);
    let _ = shop.app.call(delete()).await.expect(204);

    assert_eq!(shop.images(&product).await, [&*stays]);
    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(seen.header("etag"), "\"4\"");
    assert_eq!(deletions(&shop).await, [Value::from(gone.clone())]);
    let entries = shop.app.audit_of("IMAGE_DELETED").await;
    assert_eq!(entries[0]["object"], format!("image/{gone}"));
    shop.app.deliver().await;
    assert_eq!(
        shop.app.file_keys().await,
        shop.image_keys(&product, &stays)
    );
    let shown = shop.get(None, &format!("{path}/640")).await;
    shown.expect_error(404, "not_found");
    shop.app.call(delete()).await.expect_error(404, "not_found");
    assert_eq!(deletions(&shop).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_at_once_delete_it_once() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}");

    let calls = (0..8).map(|_| delete_call(&shop.seller, &path));
    let answers = shop.app.call_all(calls).await;

    let deleted = answers.iter().filter(|answer| answer.status == 204);
    assert_eq!(deleted.count(), 1);
    assert_eq!(deletions(&shop).await, [Value::from(image)]);
    shop.app.deliver().await;
    assert!(shop.app.file_keys().await.is_empty());
}

#[tokio::test]
async fn images_go_with_their_product() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    for grey in 0..3 {
        let _ = shop.upload_image(&product, &photograph(grey)).await;
    }

    let _ = shop
        .app
        .call(delete_call(&shop.seller, &product))
        .await
        .expect(204);

    let list = shop
        .get(Some(&shop.seller), &format!("{product}/images"))
        .await;
    list.expect_error(404, "not_found");
    shop.app.deliver().await;
    assert!(shop.app.file_keys().await.is_empty());
    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let is_image = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("IMAGE#");
    assert_eq!(items.iter().filter(is_image).count(), 0);
}

#[tokio::test]
async fn what_a_worker_left_that_was_ended_goes_with_its_product() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;
    // The files are written, and what would show them is not.
    shop.app
        .dynamodb()
        .fail_next_of("TransactWriteItems", 4, &catalog_testing::Fault::fail());
    assert!(!shop.process_image(&product, &image).await);
    shop.app.dynamodb().heal();
    assert_eq!(shop.app.file_keys().await.len(), 4);

    let _ = shop
        .app
        .call(delete_call(&shop.seller, &product))
        .await
        .expect(204);
    shop.app.deliver().await;

    let upload = shop.image_upload_key(&product, &image);
    assert_eq!(shop.app.file_keys().await, [upload]);
}

#[tokio::test]
async fn without_a_token_nothing_is_deleted() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;

    let call = Call::new("DELETE", &format!("{product}/images/{image}"));
    shop.app
        .call(call)
        .await
        .expect_error(401, "not_authenticated");

    assert_eq!(shop.images(&product).await, [image]);
}
