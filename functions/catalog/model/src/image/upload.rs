//! What is known of an image from its form on until it is shown.

use jiff::{SignedDuration, Timestamp};
use kernel::id::UserId;
use serde::{Deserialize, Serialize};

use super::rules::ImageId;

/// The time for which an upload is remembered. The bucket deletes its file sooner, after a day and what is left of the one
/// that it began in.
const KEPT: SignedDuration = SignedDuration::from_hours(3 * 24);

/// An image that somebody may send, or has sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The id of the image.
    pub id: ImageId,
    /// What it is to show, in words.
    pub alternative_text: String,
    /// Who asked for its form.
    pub asked_by: UserId,
    /// When they did.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// Whether nothing is decided on it.
    #[serde(default)]
    pub is_open: bool,
    /// The reason why it is not shown: the code of an [`ImageRefusal`](super::ImageRefusal), of this version or another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    ttl: i64,
}

impl Upload {
    /// One that is asked for now.
    pub fn asked_for(
        id: ImageId,
        alternative_text: String,
        asked_by: UserId,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            alternative_text,
            asked_by,
            created_at: now,
            is_open: true,
            refusal: None,
            ttl: (now + KEPT).as_second(),
        }
    }
}
