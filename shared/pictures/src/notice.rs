//! What S3 puts into a queue of uploads.

use aws_lambda_events::event::s3::{S3Event, S3Object};
use serde::Deserialize;
use serde::de::Error as _;
use thiserror::Error;

/// A new file that is an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploaded<K> {
    /// What the area reads in the file's key.
    pub key: K,
    /// The length of the file, in bytes.
    pub length: u64,
}

/// A message is not one that S3 writes of new files.
#[derive(Debug, Error)]
#[error("not a notice of S3")]
pub struct NotANotice(#[from] serde_json::Error);

/// A message of the queue.
#[derive(Deserialize)]
#[serde(untagged)]
enum Notice {
    /// There are new files.
    Files(S3Event),
    /// There is a new queue.
    Greeting {
        #[serde(rename = "Event")]
        _event: Greeting,
    },
}

#[derive(Deserialize)]
enum Greeting {
    #[serde(rename = "s3:TestEvent")]
    Test,
}

impl<K> Uploaded<K> {
    /// The uploads that a message is about. `parse` gives what the area needs of an upload's key, which comes as S3 writes
    /// it, percent-encoded, and `None` for any other key.
    pub fn all_of(
        message: &str,
        parse: impl Fn(&str) -> Option<K>,
    ) -> Result<Vec<Self>, NotANotice> {
        let records = match serde_json::from_str(message)? {
            Notice::Files(event) => event.records,
            Notice::Greeting { .. } => Vec::new(),
        };
        let objects = records.into_iter().map(|record| record.s3.object);
        let uploads = objects.map(|object| Self::of(object, &parse));
        Ok(uploads
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?)
    }

    /// The upload that a file is, if it is one. A new file has a key and a size.
    fn of(
        object: S3Object,
        parse: impl Fn(&str) -> Option<K>,
    ) -> Result<Option<Self>, serde_json::Error> {
        let name = object
            .key
            .ok_or_else(|| serde_json::Error::missing_field("key"))?;
        let size = object.size.and_then(|size| u64::try_from(size).ok());
        let length = size.ok_or_else(|| serde_json::Error::missing_field("size"))?;
        let Some(key) = parse(&name) else {
            // Nothing else should come here; where the file belongs it is left alone.
            tracing::error!(file.key = name, "the file is no upload");
            return Ok(None);
        };
        Ok(Some(Self { key, length }))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The notice of new files, as S3 writes it.
    pub(crate) fn notice_about(objects: &[Value]) -> String {
        let records = objects.iter().map(|object| {
            json!({
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-central-1",
                "eventTime": "2026-01-15T09:30:00.000Z",
                "eventName": "ObjectCreated:Post",
                "userIdentity": {"principalId": "AWS:AROAEXAMPLE:kinwise-create_avatar_upload"},
                "requestParameters": {"sourceIPAddress": "203.0.113.7"},
                "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "uploads",
                    "bucket": {
                        "name": "kinwise-files-bucket-1a2b3c4d5e6f",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKEXAMPLE"},
                        "arn": "arn:aws:s3:::kinwise-files-bucket-1a2b3c4d5e6f",
                    },
                    "object": object,
                },
            })
        });
        json!({"Records": records.collect::<Vec<_>>()}).to_string()
    }

    /// An area whose uploads have a number.
    pub(crate) fn number(key: &str) -> Option<u32> {
        key.strip_prefix("uploads/")?.parse().ok()
    }

    #[test]
    fn a_new_file_has_a_key_and_a_size() {
        let notice = notice_about(&[json!({"key": "uploads/77", "size": 7})]);
        let uploads = Uploaded::all_of(&notice, number).unwrap();

        assert_eq!(uploads, [Uploaded { key: 77, length: 7 }]);
        for object in [
            json!({}),
            json!({"key": "uploads/77"}),
            json!({"size": 7}),
            json!({"key": "uploads/77", "size": -1}),
        ] {
            let notice = notice_about(&[object]);
            assert!(Uploaded::all_of(&notice, number).is_err(), "{notice}");
        }
    }

    #[test]
    fn a_file_whose_key_is_not_an_uploads_is_left_out() {
        let notice = notice_about(&[
            json!({"key": "pictures/1", "size": 5}),
            json!({"key": "uploads/2", "size": 6}),
            json!({"key": "uploads/x", "size": 7}),
        ]);
        let uploads = Uploaded::all_of(&notice, number).unwrap();

        assert_eq!(uploads, [Uploaded { key: 2, length: 6 }]);
    }

    #[test]
    fn a_greeting_is_about_no_file() {
        let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#;

        assert!(Uploaded::all_of(greeting, number).unwrap().is_empty());
        let error = Uploaded::all_of(r#"{"Event":"x"}"#, number).unwrap_err();
        assert!(kernel::error_chain(&error).starts_with("not a notice of S3: "));
    }
}
