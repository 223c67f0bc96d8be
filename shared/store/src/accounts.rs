use domain::audit::Entry;
use domain::id::UserId;
use domain::link::LinkToken;
use domain::session::Session;
use domain::task::Task;
use domain::user::{DELETION_DELAY, User};
use jiff::Timestamp;
use serde::Deserialize;

use crate::Store;
use crate::conditions::{DELETION, IS_STILL_OPEN};
use crate::error::StoreError;
use crate::expression::{Change, from_item, n, remove, s};
use crate::keys;
use crate::query::Query;
use crate::transaction::{Committed, Transaction};

/// The end of accounts, and copies of them.
pub struct Accounts<'a>(pub(crate) &'a Store);

/// What became of the wish to delete an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionOutcome {
    /// It will be deleted at that moment.
    Due(Timestamp),
    /// It will be already, or may not log in any more, or has ended the session that wished so.
    NotNeeded,
    /// The code was used meanwhile.
    CodeSpent,
}

/// An account that is due.
#[derive(Deserialize)]
struct Due {
    id: UserId,
}

impl Accounts<'_> {
    /// Has an account deleted after [`DELETION_DELAY`], and ends all its sessions and codes now. `code` is the stored hash of
    /// the one-time code that proved the wish, where one did; it is spent. `notice` mails the link that keeps the account.
    pub async fn request_deletion(
        &self,
        user: &User,
        session: &Session,
        code: Option<&str>,
        notice: &Task,
        audit: &Entry,
    ) -> Result<DeletionOutcome, StoreError> {
        let (table, due_at) = (&self.0.tables.identity, audit.at + DELETION_DELAY);
        let (list, place) = keys::due_deletion(due_at, user.id);
        let mark = Change {
            table,
            key: keys::user(user.id),
            update: "SET #deletion_due_at = :due_at, #due_pk = :due_pk, #due_sk = :due_sk, \
                         #sessions_valid_from = :from \
                     REMOVE #verification, #password_reset, #email_change, #pending_email, #deletion_cancel",
            condition: IS_STILL_OPEN,
            values: vec![
                (":due_at", n(due_at.as_millisecond())),
                (":due_pk", s(list)),
                (":due_sk", s(place)),
                (":from", n(user.end_of_sessions(audit.at).as_millisecond())),
                (":valid_at", n(session.valid_at().as_millisecond())),
            ],
        };
        let spend = match code {
            Some(hash) => self.0.codes().spend(&user.email, hash),
            None => remove(table, keys::code(&user.email)),
        };
        let committed = Transaction::new("have an account deleted")
            .with("session", self.0.sessions().still_open(session))
            .with("user", mark.in_transaction())
            .with("code", spend)
            .with("task", self.0.tasks().write(notice))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => DeletionOutcome::Due(due_at),
            Committed::No("code") => DeletionOutcome::CodeSpent,
            Committed::No(_) => DeletionOutcome::NotNeeded,
        })
    }

    /// Keeps an account that was to be deleted. False if the link was used or replaced, or the deletion has begun.
    pub async fn cancel_deletion(
        &self,
        user_id: UserId,
        token: &LinkToken,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let keep = Change {
            table: &self.0.tables.identity,
            key: keys::user(user_id),
            update: &format!("REMOVE {DELETION}"),
            condition: "#deletion_cancel = :digest AND attribute_exists(#deletion_due_at) \
                        AND attribute_not_exists(#deletion_task)",
            values: vec![(":digest", s(token.digest()))],
        };
        let committed = Transaction::new("keep an account")
            .with("user", keep.in_transaction())
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Accounts that are to be deleted by now, so many at most, the longest due first.
    pub async fn list_due(&self, now: Timestamp, count: i32) -> Result<Vec<UserId>, StoreError> {
        let attempt = "list the accounts that are due";
        // A tilde is after every character of an id.
        let until = format!("{}~", keys::moment(now));
        let due = Query {
            table: &self.0.tables.identity,
            index: Some(keys::DUE),
            partition: (keys::DUE_KEY.0, keys::DELETIONS),
            range: "#sk <= :sk",
            sort: (keys::DUE_KEY.1, &until),
        };
        let items = due.first(count, self.0, attempt).await?;
        let due = items
            .into_iter()
            .map(|item| from_item::<Due>(item, attempt).map(|due| due.id));
        due.collect()
    }

    /// Hands an account that is due to the task that deletes it; it cannot be kept any more. False if it has been handed over,
    /// or is not due.
    pub async fn begin_deletion(
        &self,
        user_id: UserId,
        task: &Task,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let begin = Change {
            table: &self.0.tables.identity,
            key: keys::user(user_id),
            update: "SET #deletion_task = :task REMOVE #due_pk, #due_sk, #deletion_cancel",
            condition: "#deletion_due_at <= :now AND attribute_not_exists(#deletion_task)",
            values: vec![(":task", s(task.id)), (":now", n(now.as_millisecond()))],
        };
        let committed = Transaction::new("begin to delete an account")
            .with("user", begin.in_transaction())
            .with("task", self.0.tasks().write(task))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
