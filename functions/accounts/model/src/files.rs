//! The files of accounts.

use std::fmt;

use cloud::{FileName, FolderName};
use kernel::id::{AvatarId, TaskId, UserId};

use crate::avatar::Size;

/// A file of the bucket. There are no others, and every one is an account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKey {
    /// A picture as its owner sent it. The bucket forgets it after a day.
    Upload(UserId, AvatarId),
    /// A picture as it is shown.
    Avatar(UserId, AvatarId, Size),
    /// A copy of all data of an account. The bucket forgets it after two days.
    Export(UserId, TaskId),
}

/// Files that go together. Ends in a slash, so that no id is the beginning of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePrefix {
    /// What an account has sent.
    Uploads(UserId),
    /// All pictures of an account.
    Avatars(UserId),
    /// One picture, in all sizes.
    Avatar(UserId, AvatarId),
    /// All copies of an account's data.
    Exports(UserId),
}

impl FileKey {
    /// The account and the picture of an upload's key; `None` for any other key.
    pub fn parse_upload(key: &str) -> Option<(UserId, AvatarId)> {
        let (user_id, avatar_id) = key.strip_prefix("uploads/")?.split_once('/')?;
        let upload = (user_id.parse().ok()?, avatar_id.parse().ok()?);
        // A UUID can be written in many ways, and a key in one.
        (Self::Upload(upload.0, upload.1).to_string() == key).then_some(upload)
    }
}

impl FileName for FileKey {}

impl FolderName for FilePrefix {}

impl fmt::Display for FileKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upload(user_id, avatar_id) => write!(formatter, "uploads/{user_id}/{avatar_id}"),
            Self::Avatar(user_id, avatar_id, size) => {
                write!(
                    formatter,
                    "avatars/{user_id}/{avatar_id}/{}.webp",
                    size.as_str()
                )
            }
            Self::Export(user_id, export_id) => {
                write!(formatter, "exports/{user_id}/{export_id}.json")
            }
        }
    }
}

impl fmt::Display for FilePrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uploads(user_id) => write!(formatter, "uploads/{user_id}/"),
            Self::Avatars(user_id) => write!(formatter, "avatars/{user_id}/"),
            Self::Avatar(user_id, avatar_id) => write!(formatter, "avatars/{user_id}/{avatar_id}/"),
            Self::Exports(user_id) => write!(formatter, "exports/{user_id}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
    const AVATAR: &str = "019a9f0e-7000-7c1e-9a57-2f0c8d1f4e22";

    #[test]
    fn the_key_of_an_upload_is_read_back() {
        let (user_id, avatar_id) = (USER.parse().unwrap(), AVATAR.parse().unwrap());
        let key = FileKey::Upload(user_id, avatar_id).to_string();

        assert_eq!(key, format!("uploads/{USER}/{AVATAR}"));
        assert_eq!(FileKey::parse_upload(&key), Some((user_id, avatar_id)));
        assert!(key.starts_with(&FilePrefix::Uploads(user_id).to_string()));
    }

    #[test]
    fn abuse_095_a_key_with_a_path_in_it_is_none() {
        for key in [
            format!("uploads/{USER}/../../x"),
            format!("uploads/{USER}/{AVATAR}/../x"),
            format!("uploads/../{USER}/{AVATAR}"),
            format!("uploads/{USER}/{}", AVATAR.to_uppercase()),
            format!("uploads/{{{USER}}}/{AVATAR}"),
            format!("uploads/{USER}/{AVATAR}.png"),
            format!("avatars/{USER}/{AVATAR}/512.webp"),
            format!("exports/{USER}/{AVATAR}.json"),
            format!("uploads/{USER}"),
            String::new(),
        ] {
            assert_eq!(FileKey::parse_upload(&key), None, "{key}");
        }
    }
}
