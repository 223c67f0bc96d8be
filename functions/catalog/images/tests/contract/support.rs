//! What the tests of images share.

use catalog_testing::Shop;

/// Asserts that this image, and no other, is shown and has files, and that it came to be once.
pub(crate) async fn assert_shown_once(shop: &Shop, product: &str, image: &str) {
    assert_eq!(shop.images(product).await, [image]);
    assert_eq!(shop.app.file_keys().await, shop.image_keys(product, image));
    assert_eq!(shop.app.audit_of("IMAGE_CREATED").await.len(), 1);
}
