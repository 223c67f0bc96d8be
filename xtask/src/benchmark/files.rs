//! The bucket, and the pictures that people upload.

use std::io::Cursor;

use anyhow::{Result, bail};
use http::Method;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageReader, RgbImage, imageops};
use local_aws::Aws;

/// A picture as a front end would send it: 640 by 480 pixels of soft shapes and some grain.
pub(crate) const PICTURE: &[u8] = include_bytes!("picture.jpg");

/// The pixels of a telephone's highest mode, and the quality at which they are some 12 MB.
const HIGHEST_MODE: (u32, u32, u8) = (8160, 6120, 93);

/// A picture as a telephone makes it in its highest mode, of 50 million pixels: the other one, again and again.
pub(crate) fn large_picture() -> Result<Vec<u8>> {
    let tile = ImageReader::with_format(Cursor::new(PICTURE), ImageFormat::Jpeg);
    let tile = tile.decode()?.into_rgb8();
    let (width, height, quality) = HIGHEST_MODE;
    let mut picture = RgbImage::new(width, height);
    imageops::tile(&mut picture, &tile);
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(&picture)?;
    Ok(file)
}

/// The bucket of the deployed stack.
#[derive(Clone)]
pub(crate) struct Files {
    aws: Aws,
    bucket: String,
}

impl Files {
    /// The bucket of this name.
    pub(crate) fn new(aws: &Aws, bucket: &str) -> Self {
        Self {
            aws: aws.clone(),
            bucket: bucket.to_owned(),
        }
    }

    /// Put a picture where a form would. Not by the form: what it allows is not measured here.
    pub(crate) async fn upload(&self, key: &str, picture: &[u8]) -> Result<()> {
        self.put_as(key, "image/jpeg", picture.to_vec()).await
    }

    /// Put a file there.
    pub(crate) async fn put(&self, key: &str, octets: Vec<u8>) -> Result<()> {
        self.put_as(key, "application/octet-stream", octets).await
    }

    async fn put_as(&self, key: &str, content_type: &str, octets: Vec<u8>) -> Result<()> {
        let path = format!("/{}/{key}", self.bucket);
        let headers = [("content-type", content_type)];
        let answer = self
            .aws
            .call("s3", Method::PUT, &path, &headers, octets)
            .await?;
        if !answer.status.is_success() {
            bail!("the bucket did not take {key}: {}", answer.text());
        }
        Ok(())
    }
}
