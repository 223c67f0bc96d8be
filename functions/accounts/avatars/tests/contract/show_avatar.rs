use accounts_testing::{Call, TestApp};
use image::ImageFormat;

use crate::steps::{member, png, upload};

#[tokio::test]
async fn a_picture_is_served_to_everybody_with_its_address() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    for side in [512, 128] {
        let path = format!("/api/v1/avatars/{}/{id}/{side}", ann.id);
        let answer = app.call(Call::get(&path)).await.expect(200);
        let image = image::load_from_memory_with_format(&answer.body, ImageFormat::WebP).unwrap();
        assert_eq!((image.width(), image.height()), (side, side));
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
}

#[tokio::test]
async fn abuse_095_a_picture_is_served_with_a_type_that_no_browser_guesses_about() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    let path = format!("/api/v1/avatars/{}/{id}/128", ann.id);
    let call = Call::get(&path).with_header("accept", "text/html");
    let answer = app.call(call).await.expect(200);

    assert_eq!(answer.header("content-type"), "image/webp");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
}

#[tokio::test]
async fn abuse_095_there_is_nothing_at_any_other_address() {
    let app = TestApp::start().await;
    let (ann, session) = member(&app, "ann@example.com").await;
    let (bob, _) = member(&app, "bob@example.com").await;
    let id = upload(&app, &ann, &session, &png(100)).await;

    for rest in [
        format!("{}/{id}/1024", ann.id),
        format!("{}/{id}/128.webp", ann.id),
        format!("{}/{id}/..%2F..%2Fx", ann.id),
        format!("{}/{id}/%FF", ann.id),
        format!("{}/..%2F..%2Fx/128", ann.id),
        format!("{}/{id}/128", bob.id),
        format!("{}/{}/128", ann.id, bob.id),
        format!("me/{id}/128"),
    ] {
        let answer = app
            .call(Call::get(&format!("/api/v1/avatars/{rest}")))
            .await;
        answer.expect_error(404, "not_found");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}
