//! What S3 puts into the queue of uploads.

use cloud::FileKey;
use domain::id::{AvatarId, UserId};
use serde::Deserialize;

/// A new file that is an upload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upload {
    pub(crate) user_id: UserId,
    pub(crate) id: AvatarId,
    /// Its length, in bytes.
    pub(crate) length: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Notice {
    /// There are new files.
    Files {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
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

#[derive(Deserialize)]
struct Record {
    s3: Place,
}

#[derive(Deserialize)]
struct Place {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    size: u64,
}

impl Upload {
    /// The uploads that a message is about.
    pub(crate) fn all_of(message: &str) -> Result<Vec<Self>, serde_json::Error> {
        Ok(match serde_json::from_str(message)? {
            Notice::Files { records } => records.into_iter().filter_map(Self::of).collect(),
            Notice::Greeting { .. } => Vec::new(),
        })
    }

    fn of(record: Record) -> Option<Self> {
        let Object { key, size } = record.s3.object;
        let Some((user_id, id)) = FileKey::parse_upload(&key) else {
            // Nothing else should come here; where the file belongs it is left alone.
            tracing::error!(file.key = key, "the file is no upload");
            return None;
        };
        let length = size;
        Some(Self {
            user_id,
            id,
            length,
        })
    }
}
