//! What S3 puts into the queue of uploads.

use accounts::files::FileKey;
use aws_lambda_events::event::s3::{S3Event, S3Object};
use kernel::id::{AvatarId, UserId};
use serde::Deserialize;
use serde::de::Error as _;

/// A new file that is an upload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upload {
    pub(crate) user_id: UserId,
    pub(crate) id: AvatarId,
    /// The length of the upload, in bytes.
    pub(crate) length: u64,
}

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

impl Upload {
    /// The uploads that a message is about.
    pub(crate) fn all_of(message: &str) -> Result<Vec<Self>, serde_json::Error> {
        let records = match serde_json::from_str(message)? {
            Notice::Files(event) => event.records,
            Notice::Greeting { .. } => Vec::new(),
        };
        let uploads = records.into_iter().map(|record| Self::of(record.s3.object));
        uploads.filter_map(Result::transpose).collect()
    }

    /// The upload that a file is, if it is one. A new file has a key and a size.
    fn of(object: S3Object) -> Result<Option<Self>, serde_json::Error> {
        let key = object
            .key
            .ok_or_else(|| serde_json::Error::missing_field("key"))?;
        let size = object.size.and_then(|size| u64::try_from(size).ok());
        let length = size.ok_or_else(|| serde_json::Error::missing_field("size"))?;
        let Some((user_id, id)) = FileKey::parse_upload(&key) else {
            // Nothing else should come here; where the file belongs it is left alone.
            tracing::error!(file.key = key, "the file is no upload");
            return Ok(None);
        };
        Ok(Some(Self {
            user_id,
            id,
            length,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The notice of the sample event, about one file.
    fn notice_about(object: &Value) -> String {
        let event = include_str!("../../../../events/accounts/process_avatar.json");
        let event: Value = serde_json::from_str(event).unwrap();
        let body = event["Records"][0]["body"].as_str().unwrap();
        let mut notice: Value = serde_json::from_str(body).unwrap();
        notice["Records"][0]["s3"]["object"] = object.clone();
        notice.to_string()
    }

    #[test]
    fn a_new_file_has_a_key_and_a_size() {
        let (user, id) = (
            "019bc0f2-6d40-7c31-9a57-2f6b1c8e4d10",
            "019bc0f4-2b10-7f63-8d21-6a8b0c2d4e5f",
        );
        let key = format!("uploads/{user}/{id}");
        let uploads = Upload::all_of(&notice_about(&json!({"key": key, "size": 7}))).unwrap();

        assert_eq!(uploads.len(), 1);
        assert_eq!(uploads[0].user_id.to_string(), user);
        assert_eq!(uploads[0].id.to_string(), id);
        assert_eq!(uploads[0].length, 7);
        for object in [
            json!({}),
            json!({"key": key}),
            json!({"size": 7}),
            json!({"key": key, "size": -1}),
        ] {
            assert!(Upload::all_of(&notice_about(&object)).is_err(), "{object}");
        }
    }

    #[test]
    fn a_greeting_is_about_no_file() {
        let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#;

        assert!(Upload::all_of(greeting).unwrap().is_empty());
        assert!(Upload::all_of(r#"{"Event":"x"}"#).is_err());
    }
}
