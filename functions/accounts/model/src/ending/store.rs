use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use serde::Deserialize;
use store::by_day::moment;
use store::condition::{absent, at_most, equals};
use store::from_item;
use store::query::Query;
use store::update::Update;
use store::value::millis;
use store::writes::remove;
use store::{Committed, Store, StoreError, Tasks, Transaction};

use crate::account::conditions::{DELETION, OTHER_WAYS, is_still_open};
use crate::account::{DELETION_DELAY, User};
use crate::code::Codes;
use crate::link::LinkToken;
use crate::session::{Session, Sessions};
use crate::{account, code};

/// The sparse index of accounts that are to be deleted, and its key.
const DUE: &str = "due";
const DUE_KEY: (&str, &str) = ("due_pk", "due_sk");

/// Index `due`: the accounts to be deleted, by the moment they are due.
const DELETIONS: &str = "DELETIONS";

/// Index `due`: where an account stands that is to be deleted.
fn due_deletion(due_at: Timestamp, id: UserId) -> (&'static str, String) {
    (DELETIONS, format!("{}#{id}", moment(due_at)))
}

/// The end of accounts, and copies of them.
pub struct Endings<'a>(pub &'a Store);

/// What became of the wish to delete an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionOutcome {
    /// The account will be deleted at that moment.
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

impl Endings<'_> {
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
        let (table, due_at) = (self.0.table(IDENTITY), audit.at + DELETION_DELAY);
        let (list, place) = due_deletion(due_at, user.id);
        let mark = Update::of(table, account::keys::user(user.id))
            .set("deletion_due_at", millis(due_at))
            .set("due_pk", list)
            .set("due_sk", place)
            .set(
                "sessions_valid_from",
                millis(user.end_of_sessions(audit.at)),
            )
            .remove(["verification", "deletion_cancel"])
            .remove(OTHER_WAYS)
            .when(is_still_open(session));
        let spend = match code {
            Some(hash) => Codes(self.0).spend(&user.email, hash),
            None => remove(table, code::keys::code(&user.email)),
        };
        let committed = Transaction::new("have an account deleted")
            .with("session", Sessions(self.0).still_open(session))
            .with("user", mark.in_transaction())
            .with("code", spend)
            .with("task", Tasks(self.0).write(notice))
            .audited(audit)
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
        let keep = Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .remove(DELETION)
            // Only an account that is to be deleted has the newest link: they come and go together.
            .when(equals("deletion_cancel", token.digest()).and(absent("deletion_task")));
        let committed = Transaction::new("keep an account")
            .with("user", keep.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Endings that are to be deleted by now, so many at most, the longest due first.
    pub async fn list_due(&self, now: Timestamp, count: i32) -> Result<Vec<UserId>, StoreError> {
        let attempt = "list the accounts that are due";
        // A tilde is after every character of an id.
        let until = format!("{}~", moment(now));
        let due = Query {
            table: self.0.table(IDENTITY),
            index: Some(DUE),
            partition: (DUE_KEY.0, DELETIONS),
            range: "#sk <= :sk",
            sort: (DUE_KEY.1, &until),
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
        let is_due = at_most("deletion_due_at", millis(now));
        let begin = Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .set("deletion_task", task.id.to_string())
            .remove(["due_pk", "due_sk", "deletion_cancel"])
            .when(is_due.and(absent("deletion_task")));
        let committed = Transaction::new("begin to delete an account")
            .with("user", begin.in_transaction())
            .with("task", Tasks(self.0).write(task))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
