use catalog_testing::{Shop, delete_call, photograph, process_image_in};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::assert_shown_once;

#[tokio::test]
async fn an_upload_is_shown_in_three_sizes_and_then_forgotten() {
    let shop = Shop::open().await;
    let product = shop.tea().await;

    let image = shop.upload_image(&product, &photograph(100)).await;

    let seen = shop.get(None, &product).await.expect(200);
    let shown = &seen.json["images"][0];
    assert_eq!(shown["id"], image.as_str());
    assert_eq!(shown["alternative_text"], "A tin of tea");
    assert_eq!(seen.header("etag"), "\"2\"");
    assert_eq!(
        shop.app.file_keys().await,
        shop.image_keys(&product, &image)
    );
    assert!(shop.image_refusals(&product).await.is_empty());
    let entries = shop.app.audit_of("IMAGE_CREATED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object"], format!("image/{image}"));
    assert_eq!(entries[0]["success"], true);
    let items = shop.app.scan(&shop.app.table("catalog")).await;
    let is_upload = |item: &&serde_json::Value| {
        let pk = item["pk"]["S"].as_str().unwrap();
        pk.starts_with("IMAGE_UPLOADS#")
    };
    assert_eq!(items.iter().filter(is_upload).count(), 0);
}

#[tokio::test]
async fn a_new_image_is_the_last() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let first = shop.upload_image(&product, &photograph(1)).await;
    let late = shop.send_image(&product, &photograph(2)).await;
    let third = shop.upload_image(&product, &photograph(3)).await;

    assert!(shop.process_image(&product, &late).await);

    assert_eq!(shop.images(&product).await, [first, third, late]);
}

#[tokio::test]
async fn a_notice_that_comes_twice_is_looked_at_once() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;

    assert!(shop.process_image(&product, &image).await);

    assert_shown_once(&shop, &product, &image).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_workers_with_one_notice_show_it_once() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;

    let done = join_all((0..8).map(|_| shop.process_image(&product, &image))).await;

    assert!(done.into_iter().all(|is_done| is_done));
    assert_shown_once(&shop, &product, &image).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn images_of_one_product_that_come_at_once_are_all_shown() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let mut images = Vec::new();
    for grey in 0..5 {
        images.push(shop.send_image(&product, &photograph(grey)).await);
    }

    let done = join_all(images.iter().map(|id| shop.process_image(&product, id))).await;

    assert!(done.into_iter().all(|is_done| is_done));
    let mut shown = shop.images(&product).await;
    shown.sort_unstable();
    assert_eq!(shown, images);
    let seen = shop.get(None, &product).await.expect(200);
    assert_eq!(seen.header("etag"), "\"6\"");
}

#[tokio::test]
async fn abuse_095_what_is_no_picture_is_refused() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let shown = shop.upload_image(&product, &photograph(1)).await;

    // It was sent as image/png, and the form's bounds were kept.
    for (file, code) in [
        (
            &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
            "unknown_format",
        ),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "unreadable"),
        (&bomb(), "too_many_pixels"),
    ] {
        let image = shop.upload_image(&product, file).await;
        let refusals = shop.image_refusals(&product).await;
        assert_eq!(refusals[0], (image, code.to_owned()));
    }
    assert_eq!(shop.images(&product).await, [&*shown]);
    assert_eq!(
        shop.app.file_keys().await,
        shop.image_keys(&product, &shown)
    );
    let entries = shop.app.audit_of("IMAGE_CREATED").await;
    let refused = entries.iter().filter(|entry| entry["success"] == false);
    assert_eq!(refused.count(), 3);
}

/// The head of a PNG that says it has 60,000 by 60,000 pixels, and nothing behind it.
fn bomb() -> Vec<u8> {
    let mut file = photograph(1);
    for side in [16..20, 20..24] {
        file[side].copy_from_slice(&60_000_u32.to_be_bytes());
    }
    // The sum over the head, which a reader checks first.
    let sum = crc32(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&sum);
    file
}

/// The sum of a chunk of a PNG (annex D of its specification).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            let shifted = sum >> 1;
            if sum & 1 == 1 {
                shifted ^ 0xedb8_8320
            } else {
                shifted
            }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[tokio::test]
async fn abuse_095_what_a_camera_wrote_beside_the_pixels_is_not_shown() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop
        .upload_image(&product, &with_exif("Ann at 52.5200, 13.4050"))
        .await;

    for size in [160, 640, 1600] {
        let path = format!("{product}/images/{image}/{size}");
        let shown = shop.get(None, &path).await.expect(200).body;
        let is_marker = |part: &[u8]| part == b"EXIF" || part == b"Exif" || part == b"52.5";
        assert!(!shown.windows(4).any(is_marker), "{size}");
    }
}

/// A JPEG with a comment of its camera.
fn with_exif(comment: &str) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(8, 8)
        .write_to(&mut file, image::ImageFormat::Jpeg)
        .unwrap();
    let file = file.into_inner();
    let body = [b"Exif\0\0", comment.as_bytes()].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xff, 0xe1], &length, &body, &file[2..]].concat()
}

#[tokio::test]
async fn abuse_095_a_file_that_came_past_the_form_and_is_too_long_is_not_read() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;

    let key = shop.image_upload_key(&product, &image);
    let event = shop.app.new_file_event(&key, 16_000_000);
    assert!(process_image_in(shop.app.app().clone(), event).await);

    let refusals = shop.image_refusals(&product).await;
    assert_eq!(refusals, [(image, "file_too_large".to_owned())]);
    assert!(shop.app.file_keys().await.is_empty());
}

#[tokio::test]
async fn abuse_095_a_file_that_nobody_had_a_form_for_is_not_shown() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
    let image = form["image_id"].as_str().unwrap();

    // There is a form and no file.
    assert!(shop.process_image(&product, image).await);
    // There is a file, of another product than the form is for.
    shop.send_with(&form, &photograph(1)).await;
    let other = shop.app.product(&shop.seller, &json!({"sku": "X"})).await;
    let other = catalog_testing::path_of(&other);
    assert!(shop.process_image(&other, image).await);
    assert!(shop.images(&product).await.is_empty());
    assert!(shop.images(&other).await.is_empty());

    assert!(shop.process_image(&product, image).await);
    assert_eq!(shop.images(&product).await, [image]);
}

#[tokio::test]
async fn abuse_095_a_form_that_is_used_again_changes_nothing() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
    let image = form["image_id"].as_str().unwrap();
    shop.send_with(&form, &photograph(1)).await;
    assert!(shop.process_image(&product, image).await);
    let path = format!("{product}/images/{image}/160");
    let shown = shop.get(None, &path).await.expect(200).body;

    for file in [photograph(200), b"no picture".to_vec()] {
        shop.send_with(&form, &file).await;
        assert!(shop.process_image(&product, image).await);
        assert_eq!(shop.get(None, &path).await.expect(200).body, shown);
        assert_eq!(shop.images(&product).await, [image]);
        assert_eq!(shop.app.file_keys().await, shop.image_keys(&product, image));
    }

    // Nor does it bring back what was deleted.
    let delete = delete_call(&shop.seller, &format!("{product}/images/{image}"));
    let _ = shop.app.call(delete).await.expect(204);
    shop.app.deliver().await;
    shop.send_with(&form, &photograph(1)).await;
    assert!(shop.process_image(&product, image).await);
    assert!(shop.images(&product).await.is_empty());
    assert!(shop.app.file_keys().await.is_empty());
}

#[tokio::test]
async fn what_was_refused_stays_refused() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let form = shop.image_form(&product).await;
    let image = form["image_id"].as_str().unwrap();
    shop.send_with(&form, b"no picture").await;
    assert!(shop.process_image(&product, image).await);

    shop.send_with(&form, &photograph(1)).await;
    assert!(shop.process_image(&product, image).await);

    assert!(shop.images(&product).await.is_empty());
    assert!(shop.app.file_keys().await.is_empty());
    assert_eq!(shop.app.audit_of("IMAGE_CREATED").await.len(), 1);
}

#[tokio::test]
async fn an_upload_for_a_product_that_has_gone_leaves_nothing() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.send_image(&product, &photograph(1)).await;
    let delete = delete_call(&shop.seller, &product);
    let _ = shop.app.call(delete).await.expect(204);
    shop.app.deliver().await;

    assert!(shop.process_image(&product, &image).await);

    assert!(shop.app.file_keys().await.is_empty());
    assert!(shop.app.audit_of("IMAGE_CREATED").await.is_empty());
}

#[tokio::test]
async fn the_greeting_of_the_storage_is_done_with() {
    let shop = Shop::open().await;
    let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-01T12:00:00.000Z","Bucket":"files"}"#;
    let event = shop.app.upload_queue_event(greeting);
    assert!(process_image_in(shop.app.app().clone(), event).await);
}

#[tokio::test]
async fn a_message_of_somebody_else_goes_to_the_dead_letters() {
    let shop = Shop::open().await;
    for body in [
        "",
        "null",
        "[]",
        "not JSON",
        "{}",
        r#"{"Event":"x"}"#,
        r#"{"Records":[{"s3":{}}]}"#,
    ] {
        let event = shop.app.upload_queue_event(body);
        let is_done = process_image_in(shop.app.app().clone(), event).await;
        assert!(!is_done, "{body}");
    }
}

#[tokio::test]
async fn abuse_095_a_key_of_no_upload_is_left_alone() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let keys = shop.image_keys(&product, &image);

    for key in [
        format!("{}/../../x", shop.image_upload_key(&product, &image)),
        keys[0].clone(),
        format!("uploads/{image}/{image}"),
        "x".to_owned(),
    ] {
        let event = shop.app.new_file_event(&key, 1);
        let is_done = process_image_in(shop.app.app().clone(), event).await;
        assert!(is_done, "{key}");
    }

    assert_eq!(shop.app.file_keys().await, keys);
}
