use catalog_testing::{Call, Shop, photograph};
use image::ImageFormat;

#[tokio::test]
async fn an_image_is_served_to_everybody_with_its_address() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let mut large = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(3200, 1600, image::Rgb([90, 120, 30]))
        .write_to(&mut large, ImageFormat::Jpeg)
        .unwrap();
    let _ = shop.upload_image(&product, &large.into_inner()).await;

    let seen = shop.get(None, &product).await.expect(200).json;
    let image = &seen["images"][0];
    assert_eq!(
        (&image["width"], &image["height"]),
        (&1600.into(), &800.into())
    );
    for (url, width) in image["urls"]
        .as_array()
        .unwrap()
        .iter()
        .zip([160, 640, 1600])
    {
        let answer = shop.get(None, url.as_str().unwrap()).await.expect(200);
        let image = image::load_from_memory_with_format(&answer.body, ImageFormat::WebP).unwrap();
        assert_eq!((image.width(), image.height()), (width, width / 2));
        let caching = answer.header("cache-control");
        assert_eq!(caching, "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn abuse_095_an_image_is_served_with_a_type_that_no_browser_guesses_about() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;

    let path = format!("{product}/images/{image}/160");
    let call = Call::get(&path).with_header("accept", "text/html");
    let answer = shop.app.call(call).await.expect(200);

    assert_eq!(answer.header("content-type"), "image/webp");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert_eq!(policy, "default-src 'none'; sandbox");
}

#[tokio::test]
async fn abuse_095_there_is_nothing_at_any_other_address() {
    let shop = Shop::open().await;
    let product = shop.tea().await;
    let image = shop.upload_image(&product, &photograph(1)).await;
    let id = product.rsplit('/').next().unwrap();

    for rest in [
        format!("{id}/images/{image}/512"),
        format!("{id}/images/{image}/160.webp"),
        format!("{id}/images/{image}/0160"),
        format!("{id}/images/{image}/..%2F..%2Fx"),
        format!("{id}/images/{image}/%FF"),
        format!("{id}/images/..%2F..%2Fx/160"),
        format!("{id}/images/{id}/160"),
        format!("{image}/images/{image}/160"),
        format!("green-tea/images/{image}/160"),
    ] {
        let answer = shop.get(None, &format!("/api/v1/products/{rest}")).await;
        answer.expect_error(404, "not_found");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}
