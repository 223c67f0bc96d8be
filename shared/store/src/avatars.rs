use aws_sdk_dynamodb::types::AttributeValue;
use domain::audit::Entry;
use domain::avatar::Refusal;
use domain::id::{AvatarId, UserId};
use domain::task::Task;
use serde::Deserialize;

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, lookup, s};
use crate::keys;
use crate::transaction::{Committed, Transaction};

/// Pictures. An account's item says which one is shown, and in `avatar_mark` which is the newest that was decided on.
///
/// Ids grow with time, so an upload that comes twice, late, or after its picture was taken away changes nothing.
pub struct Avatars<'a>(pub(crate) &'a Store);

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is decided on it, nor on a newer one.
    Open {
        /// The picture that is shown so far.
        shown: Option<AvatarId>,
    },
    /// It is the picture that is shown.
    Shown,
    /// It was refused, or a newer one was decided on, or the picture was taken away since.
    Over,
    /// There is no such account.
    NoAccount,
}

/// A picture that goes, with the task that deletes its files.
#[derive(Debug)]
pub struct Former {
    /// The picture.
    pub id: AvatarId,
    /// The task.
    pub task: Task,
}

#[derive(Deserialize)]
struct Record {
    avatar: Option<AvatarId>,
    avatar_mark: Option<AvatarId>,
}

impl Avatars<'_> {
    /// Where an upload stands.
    pub async fn standing(&self, user_id: UserId, id: AvatarId) -> Result<Standing, StoreError> {
        let key = keys::user(user_id);
        let table = &self.0.tables.identity;
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
        let update = "SET #avatar = :id, #avatar_mark = :id REMOVE #avatar_refusal";
        let open = "(attribute_not_exists(#avatar_mark) OR #avatar_mark < :id)";
        let write = Write {
            attempt: "show a picture",
            user_id,
            id,
            update,
            condition: match former {
                Some(_) => format!("{open} AND #avatar = :former"),
                None => {
                    format!("attribute_exists(#pk) AND {open} AND attribute_not_exists(#avatar)")
                }
            },
            values: Vec::new(),
        };
        self.write(write, former, audit).await
    }

    /// Notes why an upload is not shown; what is shown stays. False if its standing is no longer [`Standing::Open`].
    pub async fn refuse(
        &self,
        user_id: UserId,
        id: AvatarId,
        refusal: Refusal,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let write = Write {
            attempt: "refuse a picture",
            user_id,
            id,
            update: "SET #avatar_refusal = :refusal, #avatar_mark = :id",
            condition: "attribute_exists(#pk) AND (attribute_not_exists(#avatar_mark) OR #avatar_mark < :id)".to_owned(),
            values: vec![(":refusal", s(refusal.as_str()))],
        };
        self.write(write, None, audit).await
    }

    /// Takes the picture away, and the uploads before `mark`, an id of now, with it. False if another one is shown by now.
    pub async fn remove(
        &self,
        user_id: UserId,
        mark: AvatarId,
        former: Option<&Former>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let write = Write {
            attempt: "take a picture away",
            user_id,
            id: mark,
            update: "SET #avatar_mark = :id REMOVE #avatar, #avatar_refusal",
            condition: match former {
                Some(_) => "#avatar = :former".to_owned(),
                None => "attribute_exists(#pk) AND attribute_not_exists(#avatar)".to_owned(),
            },
            values: Vec::new(),
        };
        self.write(write, former, audit).await
    }

    async fn write(
        &self,
        write: Write,
        former: Option<&Former>,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let mut values = write.values;
        values.push((":id", s(write.id)));
        values.extend(former.map(|former| (":former", s(former.id))));
        let change = Change {
            table: &self.0.tables.identity,
            key: keys::user(write.user_id),
            update: write.update,
            condition: &write.condition,
            values,
        };
        let mut transaction = Transaction::new(write.attempt).with("user", change.in_transaction());
        if let Some(former) = former {
            transaction = transaction.with("task", self.0.tasks().write(&former.task));
        }
        let committed = transaction
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}

/// A change of an account's item.
struct Write {
    attempt: &'static str,
    user_id: UserId,
    id: AvatarId,
    update: &'static str,
    condition: String,
    values: Vec<(&'static str, AttributeValue)>,
}
