//! Files that are larger than a function's memory: read by stretches, written by parts.

use std::ops::Range;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use crate::file_error::FileError;
use crate::files::{FileName, Files, whole};

/// The least bytes of a part of a file that is written by parts, but for the last one: S3's own limit.
pub const LEAST_PART: usize = 5 * 1024 * 1024;

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The bytes that were asked for, as far as the file has them.
    pub bytes: Vec<u8>,
    /// The bytes of the whole file.
    pub total: u64,
    /// What tells this state of the file from another one under the same name.
    pub tag: String,
}

/// A file that is being written by parts. Until it is finished, nobody sees anything of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Parts {
    /// What S3 calls the attempt.
    id: String,
    /// What S3 called each part that it has.
    tags: Vec<String>,
}

impl Files<'_> {
    /// Reads a stretch of a file, if there is one: of this state of it, where one is named, since another file may have taken its
    /// place. `None` where there is none, or not in that state.
    pub async fn get_stretch(
        &self,
        key: &dyn FileName,
        range: Range<u64>,
        tag: Option<&str>,
    ) -> Result<Option<Stretch>, FileError> {
        let attempt = "read a part of a file";
        let last = range.end.saturating_sub(1);
        let request = self
            .read(key)
            .range(format!("bytes={}-{last}", range.start))
            .set_if_match(tag.map(str::to_owned));
        let output = match request.send().await {
            Ok(output) => output,
            // There is no stretch of nothing.
            Err(error) if error.code() == Some("InvalidRange") => {
                return Ok(Some(Stretch {
                    bytes: Vec::new(),
                    total: range.start,
                    tag: tag.unwrap_or_default().to_owned(),
                }));
            }
            Err(error)
                if matches!(
                    error.code(),
                    Some("NoSuchKey" | "AccessDenied" | "PreconditionFailed")
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(FileError::from_sdk(attempt, error)),
        };
        let total = output
            .content_range
            .as_deref()
            .and_then(|range| range.rsplit('/').next()?.parse().ok());
        let tag = output.e_tag.clone().unwrap_or_default();
        let bytes = whole(output, attempt).await?;
        Ok(Some(Stretch {
            total: total.unwrap_or(bytes.len() as u64),
            tag,
            bytes,
        }))
    }

    /// Begins a file that is written by parts.
    pub async fn begin_parts(
        &self,
        key: &dyn FileName,
        content_type: &str,
    ) -> Result<Parts, FileError> {
        let begun = self
            .client()
            .create_multipart_upload()
            .bucket(self.bucket)
            .key(key.to_string())
            .content_type(content_type)
            .send()
            .await
            .map_err(|error| FileError::from_sdk("begin a file", error))?;
        Ok(Parts {
            id: begun.upload_id.unwrap_or_default(),
            tags: Vec::new(),
        })
    }

    /// Writes the next part of a file, of [`LEAST_PART`] bytes at least where it is not the last. Until `parts` is kept as it is
    /// then, the same part can be written again.
    pub async fn put_part(
        &self,
        key: &dyn FileName,
        parts: &mut Parts,
        bytes: Vec<u8>,
    ) -> Result<(), FileError> {
        let written = self
            .client()
            .upload_part()
            .bucket(self.bucket)
            .key(key.to_string())
            .upload_id(&parts.id)
            .part_number(number_of(parts.tags.len()))
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| FileError::from_sdk("write a part of a file", error))?;
        parts.tags.push(written.e_tag.unwrap_or_default());
        Ok(())
    }

    /// Makes a file of its parts. Done again once it is made, it is no fault.
    pub async fn finish_parts(&self, key: &dyn FileName, parts: &Parts) -> Result<(), FileError> {
        let part = |(place, tag): (usize, &String)| {
            CompletedPart::builder()
                .part_number(number_of(place))
                .e_tag(tag)
                .build()
        };
        let all = parts.tags.iter().enumerate().map(part).collect();
        let all = CompletedMultipartUpload::builder()
            .set_parts(Some(all))
            .build();
        let finished = self
            .client()
            .complete_multipart_upload()
            .bucket(self.bucket)
            .key(key.to_string())
            .upload_id(&parts.id)
            .multipart_upload(all)
            .send()
            .await;
        match finished {
            Ok(_) => Ok(()),
            // It was made, and the answer lost. Where the file is not there either, it was given up: see the bucket's rules.
            Err(error) if error.code() == Some("NoSuchUpload") => {
                let there = self.get_stretch(key, 0..1, None).await?;
                there
                    .map(drop)
                    .ok_or_else(|| FileError::from_sdk("finish a file", error))
            }
            Err(error) => Err(FileError::from_sdk("finish a file", error)),
        }
    }
}

/// S3 counts parts from 1, and has ten thousand of them at most.
fn number_of(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX).saturating_add(1)
}
