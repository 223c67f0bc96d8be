use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::get_object::builders::GetObjectFluentBuilder;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, Object, ObjectIdentifier};
use jiff::{SignedDuration, Timestamp};
use kernel::clock::{Clock as _, SystemClock};

use crate::clients::Clients;
use crate::file_error::FileError;
use crate::upload_policy::UploadPolicy;

/// The name of a file in the bucket. An area declares its own, so that nobody spells one by hand.
pub trait FileName: fmt::Display + Sync {}

/// What the names of some files begin with. It ends in a slash, so that no id is the beginning of another.
pub trait FolderName: fmt::Display + Sync {}

/// The installation's one bucket. Nothing in it is public: what leaves it goes through a function or a signed address.
///
/// Signed addresses are good by the true time and not by the App's clock: S3 is the judge, and has no other.
pub struct Files<'a> {
    clients: &'a Clients,
    pub(crate) bucket: &'a str,
}

/// What a browser needs to send one file straight into the bucket: a form to POST, with the file as its last field. Whoever
/// has it can send the file, so it has no `Debug`.
#[derive(Clone)]
pub struct UploadForm {
    /// The address that the form is sent to, by POST.
    pub url: String,
    /// The fields that go with the file.
    pub fields: BTreeMap<&'static str, String>,
}

/// A file as it is, for somebody who knows what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is what it was.
    Same,
    /// It is something else.
    New {
        /// What it is.
        bytes: Vec<u8>,
        /// Its entity tag.
        etag: String,
    },
    /// There is none.
    Missing,
}

/// A file that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its key.
    pub key: String,
    /// When it was written, by the clock of S3.
    pub written_at: Timestamp,
}

impl<'a> Files<'a> {
    pub(crate) fn new(clients: &'a Clients, bucket: &'a str) -> Self {
        Self { clients, bucket }
    }

    /// Writes a file, in place of one that is there.
    pub async fn put(
        &self,
        key: &dyn FileName,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), FileError> {
        self.client()
            .put_object()
            .bucket(self.bucket)
            .key(key.to_string())
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map(drop)
            .map_err(|error| FileError::from_sdk("write a file", error))
    }

    /// Reads a file whole, if there is one.
    ///
    /// Of a file that is not there, S3 says so only to those who may list the whole bucket, and no function may. To all others
    /// it says that they may not read it.
    pub async fn get(&self, key: &dyn FileName) -> Result<Option<Vec<u8>>, FileError> {
        let attempt = "read a file";
        let output = match self.read(key).send().await {
            Ok(output) => output,
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "AccessDenied")) => {
                return Ok(None);
            }
            Err(error) => return Err(FileError::from_sdk(attempt, error)),
        };
        whole(output, attempt).await.map(Some)
    }

    /// Reads a file whole, unless it is the one that has this entity tag. As [`get`](Self::get), it takes one that may not be read
    /// for one that is not there.
    pub async fn get_if_changed(
        &self,
        key: &dyn FileName,
        known: Option<&str>,
    ) -> Result<Fetched, FileError> {
        let attempt = "read a file";
        let read = self.read(key).set_if_none_match(known.map(str::to_owned));
        let output = match read.send().await {
            Ok(output) => output,
            Err(error) if status(&error) == Some(NOT_MODIFIED) => return Ok(Fetched::Same),
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "AccessDenied")) => {
                return Ok(Fetched::Missing);
            }
            Err(error) => return Err(FileError::from_sdk(attempt, error)),
        };
        let etag = output.e_tag.clone().unwrap_or_default();
        let bytes = whole(output, attempt).await?;
        Ok(Fetched::New { bytes, etag })
    }

    /// Writes a file in place of the one that has this entity tag, or where there is none. Gives the new one's tag; `None` if
    /// another is there by now, or the one that was is gone: then nothing is written.
    pub async fn put_if(
        &self,
        key: &dyn FileName,
        content_type: &str,
        bytes: Vec<u8>,
        before: Option<&str>,
    ) -> Result<Option<String>, FileError> {
        let put = self
            .client()
            .put_object()
            .bucket(self.bucket)
            .key(key.to_string())
            .content_type(content_type)
            .body(ByteStream::from(bytes));
        let put = match before {
            Some(etag) => put.if_match(etag),
            None => put.if_none_match("*"),
        };
        match put.send().await {
            Ok(output) => Ok(Some(output.e_tag.unwrap_or_default())),
            // A conflict is another conditional write at the same moment.
            Err(error)
                if matches!(
                    error.code(),
                    Some("PreconditionFailed" | "ConditionalRequestConflict" | "NoSuchKey")
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(FileError::from_sdk("write a file", error)),
        }
    }

    /// Lists files that go together.
    pub async fn list(&self, prefix: &dyn FolderName) -> Result<Vec<ListedFile>, FileError> {
        let (mut files, mut next) = (Vec::new(), None);
        loop {
            let listed = self
                .client()
                .list_objects_v2()
                .bucket(self.bucket)
                .prefix(prefix.to_string())
                .set_continuation_token(next)
                .send()
                .await
                .map_err(|error| FileError::from_sdk("list files", error))?;
            let objects = listed.contents.unwrap_or_default().into_iter();
            files.extend(objects.filter_map(|object| {
                let written_at = object.last_modified?.to_millis().ok()?;
                Some(ListedFile {
                    key: object.key?,
                    written_at: Timestamp::from_millisecond(written_at).ok()?,
                })
            }));
            next = listed.next_continuation_token;
            if next.is_none() {
                return Ok(files);
            }
        }
    }

    /// Deletes files that were listed.
    pub async fn delete_listed(&self, files: &[ListedFile]) -> Result<(), FileError> {
        for some in files.chunks(DELETED_AT_ONCE) {
            let object = |file: &ListedFile| Object::builder().key(&file.key).build();
            self.delete_all(some.iter().map(object).collect()).await?;
        }
        Ok(())
    }

    /// Deletes a file of the bucket. One that is not there is no fault.
    pub async fn delete(&self, key: &dyn FileName) -> Result<(), FileError> {
        self.client()
            .delete_object()
            .bucket(self.bucket)
            .key(key.to_string())
            .send()
            .await
            .map(drop)
            .map_err(|error| FileError::from_sdk("delete a file", error))
    }

    /// Deletes files that go together, and tells how many there were.
    pub async fn delete_prefix(&self, prefix: &dyn FolderName) -> Result<usize, FileError> {
        let mut deleted = 0;
        loop {
            // From the beginning each time: what was listed before is gone.
            let listed = self
                .client()
                .list_objects_v2()
                .bucket(self.bucket)
                .prefix(prefix.to_string())
                .send()
                .await
                .map_err(|error| FileError::from_sdk("list files", error))?;
            let objects = listed.contents.unwrap_or_default();
            if objects.is_empty() {
                return Ok(deleted);
            }
            deleted += objects.len();
            self.delete_all(objects).await?;
        }
    }

    /// An address under which anybody can download a file for a while, as a file of this name.
    pub async fn presign_get(
        &self,
        key: &dyn FileName,
        filename: &str,
        lifetime: SignedDuration,
    ) -> Result<String, FileError> {
        let disposition = format!("attachment; filename=\"{filename}\"");
        let read = self.read(key).response_content_disposition(disposition);
        let signed = presign(read, lifetime).await?;
        Ok(signed.uri().to_owned())
    }

    /// A form with which anybody can send, for a while, one file of this type and at most this many bytes to this key.
    pub async fn presign_post(
        &self,
        key: &dyn FileName,
        content_type: &'static str,
        max_bytes: u32,
        lifetime: SignedDuration,
    ) -> Result<UploadForm, FileError> {
        let policy = UploadPolicy {
            bucket: self.bucket,
            key: key.to_string(),
            content_type,
            max_bytes,
            now: SystemClock.now(),
            lifetime,
        };
        // The SDK knows how a bucket is addressed, in every region and on a local stack; it signs no forms itself.
        let address = presign(self.read(key), lifetime).await?;
        let url = address.uri().split(&policy.key).next().unwrap_or_default();
        let credentials = self
            .clients
            .credentials()
            .await
            .map_err(|error| FileError::unavailable("sign an upload", error))?;
        Ok(UploadForm {
            url: url.to_owned(),
            fields: policy.sign(&credentials, self.clients.region()),
        })
    }

    pub(crate) fn read(&self, key: &dyn FileName) -> GetObjectFluentBuilder {
        self.client()
            .get_object()
            .bucket(self.bucket)
            .key(key.to_string())
    }

    async fn delete_all(&self, objects: Vec<Object>) -> Result<(), FileError> {
        let attempt = "delete files";
        let identifier = |object: Object| {
            let identifier = ObjectIdentifier::builder().set_key(object.key).build();
            identifier.expect("what is listed has a key")
        };
        let delete = Delete::builder()
            .set_objects(Some(objects.into_iter().map(identifier).collect()))
            .quiet(true)
            .build()
            .expect("objects are set");
        let sent = self
            .client()
            .delete_objects()
            .bucket(self.bucket)
            .delete(delete)
            .send()
            .await
            .map_err(|error| FileError::from_sdk(attempt, error))?;
        match sent.errors.unwrap_or_default().first() {
            None => Ok(()),
            Some(error) => Err(FileError::unavailable(
                attempt,
                format!(
                    "{}: {}",
                    error.code.as_deref().unwrap_or("no code"),
                    error.message.as_deref().unwrap_or_default()
                ),
            )),
        }
    }

    pub(crate) fn client(&self) -> &'a Client {
        self.clients.s3()
    }
}

/// All that an answer holds, copied once: the SDK's own `to_vec` goes octet by octet, which takes 7 ns each.
pub(crate) async fn whole(
    mut output: GetObjectOutput,
    attempt: &'static str,
) -> Result<Vec<u8>, FileError> {
    let length = output.content_length.unwrap_or_default();
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    while let Some(some) = output.body.next().await {
        let some = some.map_err(|error| FileError::unavailable(attempt, error))?;
        bytes.extend_from_slice(&some);
    }
    Ok(bytes)
}

/// The status of an answer that is none, because what was asked for is what the caller has.
const NOT_MODIFIED: u16 = 304;

/// The files that one call deletes at most: S3's own limit.
const DELETED_AT_ONCE: usize = 1_000;

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    Some(error.raw_response()?.status().as_u16())
}

async fn presign(
    read: GetObjectFluentBuilder,
    lifetime: SignedDuration,
) -> Result<PresignedRequest, FileError> {
    let lifetime = Duration::try_from(lifetime).unwrap_or_default();
    let config = PresigningConfig::expires_in(lifetime).expect("no address lives for a week");
    let signed = read.presigned(config).await;
    signed.map_err(|error| FileError::from_sdk("sign an address", error))
}
