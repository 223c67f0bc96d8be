//! The files of images.

use std::fmt;

use cloud::{FileName, FolderName};

use super::rules::ImageId;
use crate::product::ProductId;

/// A file of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFile {
    /// An image as it was sent. The bucket forgets it after a day.
    Upload(ProductId, ImageId),
    /// An image as it is shown, in the size with this side.
    Shown(ProductId, ImageId, u32),
}

/// Files that go together. Ends in a slash, so that no id is the beginning of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFolder {
    /// All images of a product.
    OfProduct(ProductId),
    /// One image, in all sizes.
    OfImage(ProductId, ImageId),
}

impl ImageFile {
    /// The product and the image of an upload's key; `None` for any other key.
    pub fn parse_upload(key: &str) -> Option<(ProductId, ImageId)> {
        let (product_id, id) = key.strip_prefix("image-uploads/")?.split_once('/')?;
        let upload = (product_id.parse().ok()?, id.parse().ok()?);
        // A UUID can be written in many ways, and a key in one.
        (Self::Upload(upload.0, upload.1).to_string() == key).then_some(upload)
    }
}

impl FileName for ImageFile {}

impl FolderName for ImageFolder {}

impl fmt::Display for ImageFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload(product_id, id) => write!(formatter, "image-uploads/{product_id}/{id}"),
            Self::Shown(product_id, id, size) => {
                write!(formatter, "images/{product_id}/{id}/{size}.webp")
            }
        }
    }
}

impl fmt::Display for ImageFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfProduct(product_id) => write!(formatter, "images/{product_id}/"),
            Self::OfImage(product_id, id) => write!(formatter, "images/{product_id}/{id}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e33";
    const IMAGE: &str = "019a9f0e-7000-7c1e-9a57-2f0c8d1f4e55";

    #[test]
    fn the_key_of_an_upload_is_read_back() {
        let (product_id, id) = (PRODUCT.parse().unwrap(), IMAGE.parse().unwrap());
        let key = ImageFile::Upload(product_id, id).to_string();

        assert_eq!(key, format!("image-uploads/{PRODUCT}/{IMAGE}"));
        assert_eq!(ImageFile::parse_upload(&key), Some((product_id, id)));
    }

    #[test]
    fn what_is_shown_lies_in_the_folders_of_its_image_and_of_its_product() {
        let (product_id, id) = (PRODUCT.parse().unwrap(), IMAGE.parse().unwrap());
        let key = ImageFile::Shown(product_id, id, 640).to_string();

        assert_eq!(key, format!("images/{PRODUCT}/{IMAGE}/640.webp"));
        for folder in [
            ImageFolder::OfProduct(product_id),
            ImageFolder::OfImage(product_id, id),
        ] {
            assert!(key.starts_with(&folder.to_string()));
        }
    }

    #[test]
    fn abuse_095_a_key_with_a_path_in_it_is_none() {
        for key in [
            format!("image-uploads/{PRODUCT}/../../x"),
            format!("image-uploads/{PRODUCT}/{IMAGE}/../x"),
            format!("image-uploads/../{PRODUCT}/{IMAGE}"),
            format!("image-uploads/{PRODUCT}/{}", IMAGE.to_uppercase()),
            format!("image-uploads/{{{PRODUCT}}}/{IMAGE}"),
            format!("image-uploads/{PRODUCT}/{IMAGE}.png"),
            format!("images/{PRODUCT}/{IMAGE}/640.webp"),
            format!("uploads/{PRODUCT}/{IMAGE}"),
            format!("image-uploads/{PRODUCT}"),
            String::new(),
        ] {
            assert_eq!(ImageFile::parse_upload(&key), None, "{key}");
        }
    }
}
