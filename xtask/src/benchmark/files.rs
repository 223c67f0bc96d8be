//! The bucket, and the picture that people upload.

use anyhow::{Result, bail};
use http::Method;
use local_aws::Aws;

/// A picture as a front end would send it: 640 by 480 pixels of soft shapes and some grain.
pub(crate) const PICTURE: &[u8] = include_bytes!("picture.jpg");

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

    /// Put the picture where a form would. Not by the form: what it allows is not measured here.
    pub(crate) async fn upload(&self, key: &str) -> Result<()> {
        let path = format!("/{}/{key}", self.bucket);
        let headers = [("content-type", "image/jpeg")];
        let body = PICTURE.to_vec();
        let answer = self
            .aws
            .call("s3", Method::PUT, &path, &headers, body)
            .await?;
        if !answer.status.is_success() {
            bail!("the bucket took no picture: {}", answer.text());
        }
        Ok(())
    }
}
