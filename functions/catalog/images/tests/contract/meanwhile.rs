//! What others change between what a call or the worker reads and what it writes is not overlooked.

use catalog_testing::{Shop, delete_call, patch_call, photograph, process_image_in};
use serde_json::{Value, json};

/// The write by which an image is shown.
const WRITE: &str = "TransactWriteItems";

#[tokio::test]
async fn an_image_is_shown_of_a_product_that_changes_meanwhile() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;
    let other = shop.app.another_process();

    let rename = async {
        let call = patch_call(&shop.seller, &product, &json!({"name": "Sencha"}));
        let _ = shop.app.call_another(&other, call).await.expect(200);
    };
    let work = shop.process_image(&product, &image);
    assert!(shop.app.held_at(WRITE, work, rename).await);

    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(
        (seen.header("etag"), &seen.json["name"]),
        ("\"3\"", &json!("Sencha"))
    );
    assert_eq!(shop.images(&product).await, [image]);
}

#[tokio::test]
async fn an_image_is_not_shown_of_a_product_that_is_deleted_meanwhile() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;
    let other = shop.app.another_process();

    let delete = async {
        let call = delete_call(&shop.seller, &product);
        let _ = shop.app.call_another(&other, call).await.expect(204);
    };
    let work = shop.process_image(&product, &image);
    assert!(shop.app.held_at(WRITE, work, delete).await);

    assert!(shop.app.file_keys().await.is_empty());
    assert!(shop.app.audit_of("IMAGE_CREATED").await.is_empty());
    shop.app.deliver().await;
}

#[tokio::test]
async fn an_image_that_is_deleted_while_a_slow_worker_has_it_does_not_come_back() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;
    let other = shop.app.another_process();

    let show_and_delete = async {
        let event = shop.sent_event(&product, &image);
        assert!(process_image_in(other.clone(), event).await);
        let path = format!("{product}/images/{image}");
        let call = delete_call(&shop.seller, &path);
        let _ = shop.app.call_another(&other, call).await.expect(204);
    };
    let work = shop.process_image(&product, &image);
    assert!(shop.app.held_at(WRITE, work, show_and_delete).await);

    assert!(shop.images(&product).await.is_empty());
    assert!(shop.app.file_keys().await.is_empty());
    shop.app.deliver().await;
}

/// The form is good for five minutes, and whoever has it may send two files with it.
#[tokio::test]
async fn abuse_095_of_two_files_that_come_with_one_form_one_is_decided_on() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let picture = photograph(1);
    let files = [&picture[..], b"no picture"];
    for (first, second) in [(0, 1), (1, 0)] {
        let form = shop.image_form(&product).await;
        let image = form["image_id"].as_str().unwrap();
        shop.send_with(&form, files[first]).await;
        let other = shop.app.another_process();

        let send_again = async {
            shop.send_with(&form, files[second]).await;
            let event = shop.sent_event(&product, image);
            assert!(process_image_in(other, event).await);
        };
        let work = shop.process_image(&product, image);
        assert!(shop.app.held_at(WRITE, work, send_again).await);

        let is_shown = shop.images(&product).await.iter().any(|id| id == image);
        let refusals = shop.image_refusals(&product).await;
        let is_refused = refusals.iter().any(|(id, _)| id == image);
        // What came second was decided on first.
        assert_eq!((is_shown, is_refused), (second == 0, second == 1));
        let entries = shop.app.audit_of("IMAGE_CREATED").await;
        let object = format!("image/{image}");
        let own = entries.iter().filter(|entry| entry["object"] == object);
        assert_eq!(own.count(), 1);
    }
    assert_eq!(shop.app.file_keys().await.len(), 3);
}

#[tokio::test]
async fn a_product_that_fills_up_meanwhile_has_no_image_more() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    for grey in 0..19 {
        let _ = shop.upload_image(&product, &photograph(grey)).await;
    }
    let late = shop.send_image(&product, &photograph(100)).await;
    let last = shop.send_image(&product, &photograph(101)).await;
    let other = shop.app.another_process();

    let fill = async {
        let event = shop.sent_event(&product, &last);
        assert!(process_image_in(other, event).await);
    };
    let work = shop.process_image(&product, &late);
    assert!(shop.app.held_at(WRITE, work, fill).await);

    let images = shop.images(&product).await;
    assert_eq!((images.len(), images.last()), (20, Some(&last)));
    let refusals = shop.image_refusals(&product).await;
    assert_eq!(refusals, [(late, "too_many_images".to_owned())]);
    assert_eq!(shop.app.file_keys().await.len(), 60);
}

#[tokio::test]
async fn changes_of_one_image_at_once_are_all_made() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let first = shop.upload_image(&product, &photograph(1)).await;
    let second = shop.upload_image(&product, &photograph(2)).await;
    let path = format!("{product}/images/{second}");

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path, &json!({"position": 1})),
            patch_call(&shop.admin, &path, &json!({"alternative_text": "A pot"})),
        )
        .await
        .expect(200);

    assert_eq!(changed.json["alternative_text"], "A pot");
    assert_eq!(changed.header("etag"), "\"5\"");
    assert_eq!(shop.images(&product).await, [second, first]);
}

#[tokio::test]
async fn two_that_are_moved_to_one_place_at_once_have_two() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let mut images = Vec::new();
    for grey in 0..3 {
        images.push(shop.upload_image(&product, &photograph(grey)).await);
    }
    let path = |index: usize| format!("{product}/images/{}", images[index]);
    let first = json!({"position": 1});

    let moved = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path(1), &first),
            patch_call(&shop.admin, &path(2), &first),
        )
        .await;

    let _ = moved.expect(200);
    let expected = [1, 2, 0].map(|index: usize| images[index].clone());
    assert_eq!(shop.images(&product).await, expected);
}

#[tokio::test]
async fn an_image_that_is_deleted_is_not_changed() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}");
    let change = json!({"alternative_text": "A pot"});

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path, &change),
            delete_call(&shop.admin, &path),
        )
        .await;

    changed.expect_error(404, "not_found");
    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let is_image = |item: &&Value| item["sk"]["S"].as_str().unwrap().starts_with("IMAGE#");
    assert_eq!(items.iter().filter(is_image).count(), 0);
    shop.app.deliver().await;
}

#[tokio::test]
async fn a_change_of_what_was_seen_is_none_of_what_came_in_between() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}");
    let change = |text| json!({"alternative_text": text});
    let price = || patch_call(&shop.admin, &product, &json!({"price": "6"}));

    let changed = shop
        .app
        .call_with_another_meanwhile(
            patch_call(&shop.seller, &path, &change("A pot")).with_header("if-match", "\"2\""),
            price(),
        )
        .await;
    changed.expect_error(412, "changed_since");

    let deleted = shop
        .app
        .call_with_another_meanwhile(
            delete_call(&shop.seller, &path).with_header("if-match", "\"3\""),
            patch_call(&shop.admin, &path, &change("A cup")),
        )
        .await;
    deleted.expect_error(412, "changed_since");
    assert_eq!(shop.images(&product).await, [image]);
}

#[tokio::test]
async fn a_change_that_repeats_one_is_made_to_what_there_is_by_then() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}");
    let change = |text| json!({"alternative_text": text});
    let first = shop.patch(&shop.seller, &path, &change("A pot")).await;
    let _ = first.expect(200);

    let process = shop.app.another_process();
    let delete = async {
        let call = delete_call(&shop.admin, &path);
        let _ = shop.app.call_another(&process, call).await.expect(204);
    };
    let again = patch_call(&shop.seller, &path, &change("A cup"));
    let changed = shop.app.call_held_as_repetition(again, delete).await;

    changed.expect_error(404, "not_found");
    shop.app.deliver().await;
}

#[tokio::test]
async fn an_image_is_deleted_once() {
    let shop = Shop::open_watched().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let path = format!("{product}/images/{image}");

    let deleted = shop
        .app
        .call_with_another_meanwhile(
            delete_call(&shop.seller, &path),
            delete_call(&shop.admin, &path),
        )
        .await;

    deleted.expect_error(404, "not_found");
    assert_eq!(shop.app.audit_of("IMAGE_DELETED").await.len(), 1);
    shop.app.deliver().await;
}
