use identity::IDENTITY;
use kernel::audit::Entry;
use kernel::id::{AvatarId, UserId};
use kernel::picture::Refusal;
use kernel::task::Task;
use serde::Deserialize;
use store::condition::{Condition, absent, equals, exists, less};
use store::lookup;
use store::update::Update;
use store::{Committed, Store, StoreError, Tasks, Transaction};

use crate::account::keys;

/// The storage of pictures. An account's item says which one is shown, and in `avatar_mark` which is the newest that was
/// decided on.
///
/// Ids grow with time, so an upload that comes twice, late, or after its picture was taken away changes nothing.
pub struct Avatars<'a>(pub &'a Store);

/// The standing of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is decided on it, nor on a newer one.
    Open {
        /// The picture that is shown so far.
        shown: Option<AvatarId>,
    },
    /// The upload is the picture that is shown.
    Shown,
    /// It was refused, or a newer one was decided on, or the picture was taken away since.
    Over,
    /// There is no such account.
    NoAccount,
}

/// A picture that goes, with the task that deletes its files.
#[derive(Debug)]
pub struct Former {
    /// The id of the picture.
    pub id: AvatarId,
    /// The task that deletes the picture's files.
    pub task: Task,
}

#[derive(Deserialize)]
struct Record {
    avatar: Option<AvatarId>,
    avatar_mark: Option<AvatarId>,
}

impl Avatars<'_> {
    /// Reads the standing of an upload.
    pub async fn standing(&self, user_id: UserId, id: AvatarId) -> Result<Standing, StoreError> {
        let key = keys::user(user_id);
        let table = self.0.table(IDENTITY);
        let record: Option<Record> =
            lookup(self.0, table, key, "look up where an upload stands").await?;
        Ok(match record {
            None => Standing::NoAccount,
            Some(record) if record.avatar == Some(id) => Standing::Shown,
            Some(record) if record.avatar_mark >= Some(id) => Standing::Over,
            Some(record) => Standing::Open {
                shown: record.avatar,
            },
        })
    }

    /// Shows a picture in the place of the one before. False if its standing is no longer [`Standing::Open`], or another one
    /// is shown by now.
    pub async fn show(
        &self,
        user_id: UserId,
        id: AvatarId,
        former: Option<&Former>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let change = self
            .deciding(user_id, id)
            .set("avatar", id.to_string())
            .remove(["avatar_refusal"])
            .when(is_open(id).and(is_shown(former)));
        self.write("show a picture", change, former, audit).await
    }

    /// Notes why an upload is not shown; what is shown stays. False if its standing is no longer [`Standing::Open`].
    pub async fn refuse(
        &self,
        user_id: UserId,
        id: AvatarId,
        refusal: Refusal,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let change = self
            .deciding(user_id, id)
            .set("avatar_refusal", refusal.as_str())
            .when(exists("pk").and(is_open(id)));
        self.write("refuse a picture", change, None, audit).await
    }

    /// Takes the picture away, and the uploads before `mark`, an id of now, with it. False if another one is shown by now.
    pub async fn remove(
        &self,
        user_id: UserId,
        mark: AvatarId,
        former: Option<&Former>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let change = self
            .deciding(user_id, mark)
            .remove(["avatar", "avatar_refusal"])
            .when(is_shown(former));
        self.write("take a picture away", change, former, audit)
            .await
    }

    /// A change of an account's item that decides on all uploads up to `id`.
    fn deciding(&self, user_id: UserId, id: AvatarId) -> Update<'_> {
        Update::of(self.0.table(IDENTITY), keys::user(user_id)).set("avatar_mark", id.to_string())
    }

    async fn write(
        &self,
        attempt: &'static str,
        change: Update<'_>,
        former: Option<&Former>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new(attempt).with("user", change.in_transaction());
        if let Some(former) = former {
            transaction = transaction.with("task", Tasks(self.0).write(&former.task));
        }
        let committed = transaction.audited(audit).commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}

/// The condition that nothing is decided on an upload, nor on a newer one.
fn is_open(id: AvatarId) -> Condition {
    absent("avatar_mark").or(less("avatar_mark", id.to_string()))
}

/// The condition that this picture is shown; or none, by an account that is there.
fn is_shown(picture: Option<&Former>) -> Condition {
    match picture {
        Some(picture) => equals("avatar", picture.id.to_string()),
        None => exists("pk").and(absent("avatar")),
    }
}
