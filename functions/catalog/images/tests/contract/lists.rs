use catalog_testing::{Shop, photograph};
use jiff::SignedDuration;
use serde_json::{Value, json};

const NO_PICTURE: &[u8] = b"no picture";

#[tokio::test]
async fn images_are_listed_in_their_order_with_the_addresses_of_three_sizes() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let first = shop.upload_image(&product, &photograph(1)).await;
    let second = shop.upload_image(&product, &photograph(2)).await;

    let path = format!("{product}/images");
    let list = shop.get(None, &path).await.expect(200);

    let body = |id: &str| {
        let urls = [160, 640, 1600].map(|size| format!("{product}/images/{id}/{size}"));
        json!({
            "id": id, "alternative_text": "A tin of tea", "width": 40, "height": 20,
            "urls": urls,
        })
    };
    let expected = json!({
        "count": 2, "next": null, "previous": null, "results": [body(&first), body(&second)],
    });
    assert_eq!(list.json, expected);
    assert_eq!(list.header("etag"), "\"3\"");
    let by_slug = shop.get(None, "/api/v1/products/green-tea/images").await;
    assert_eq!(by_slug.expect(200).json, expected);

    let page = shop.get(None, &format!("{path}?page_size=1")).await;
    let next = page.expect(200).json["next"].as_str().unwrap().to_owned();
    let page = shop.get(None, &next).await.expect(200).json;
    assert_eq!(page["results"], json!([body(&second)]));
    let unknown = shop.get(None, &format!("{path}?x=1")).await;
    unknown.expect_error_with(400, "invalid_fields", &["details"]);
}

#[tokio::test]
async fn images_of_a_hidden_product_are_listed_for_those_who_see_it() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let _ = shop.upload_image(&product, &photograph(1)).await;
    let hidden = json!({"is_active": false});
    let _ = shop
        .patch(&shop.seller, &product, &hidden)
        .await
        .expect(200);
    let path = format!("{product}/images");

    let stranger = shop.app.user("stranger@example.com").await;
    for caller in [None, Some(&stranger)] {
        let unseen = shop.get(caller, &path).await;
        unseen.expect_error(404, "not_found");
    }
    for caller in [&shop.seller, &shop.admin] {
        let list = shop.get(Some(caller), &path).await.expect(200).json;
        assert_eq!(list["count"], 1);
    }
    let nothing = shop.get(None, "/api/v1/products/nothing/images").await;
    nothing.expect_error(404, "not_found");
}

#[tokio::test]
async fn what_was_refused_is_told_for_a_day_to_those_who_may_change_the_product() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let first = shop.upload_image(&product, NO_PICTURE).await;
    let second = shop.upload_image(&product, b"\x89PNG\r\n\x1a\nno").await;
    let path = format!("{product}/images");

    let expected = [
        (second, "unreadable".to_owned()),
        (first.clone(), "unknown_format".to_owned()),
    ];
    assert_eq!(shop.image_refusals(&product).await, expected);
    let told = shop.get(Some(&shop.admin), &path).await.expect(200).json;
    let whole = json!({
        "image_id": first, "code": "unknown_format", "alternative_text": "A tin of tea",
        "created_at": told["refusals"][1]["created_at"],
    });
    assert_eq!(told["refusals"][1], whole);
    let stranger = shop.app.user("stranger@example.com").await;
    for caller in [None, Some(&stranger)] {
        let list = shop.get(caller, &path).await.expect(200).json;
        assert_eq!((&list["count"], list.get("refusals")), (&json!(0), None));
    }

    shop.app.advance(SignedDuration::from_hours(24));
    let admin = shop.app.another_admin().await;
    let list = shop.get(Some(&admin), &path).await.expect(200).json;
    assert_eq!(list["refusals"], Value::Array(Vec::new()));
}
