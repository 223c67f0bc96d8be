use domain::audit::Entry;
use domain::email::EmailAddress;
use domain::id::{TaskId, UserId};
use domain::link::{LinkKind, LinkToken};
use domain::session::Session;
use domain::task::Task;
use domain::user::User;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::expression::{Change, bool, lookup, n, put_if, remove, replace, s};
use crate::keys;
use crate::links::{IssueOutcome, Link};
use crate::sessions::IS_STILL_OPEN;
use crate::transaction::{Committed, Transaction};

/// How long an address that was given up is kept for who gave it up: as long as the notice that goes there can take the
/// change back, and the days that notice may wait to be sent. Whoever took the account over cannot register the address
/// meanwhile and so keep the owner from getting it back.
const RESERVATION: SignedDuration = SignedDuration::from_hours(10 * 24);

/// The condition under which an account may take an address: nobody has it, and it is kept for nobody else.
pub(crate) const IS_FREE: &str = "attribute_not_exists(#pk) OR #reserved_for = :user_id";

/// Addresses that are to change.
pub struct EmailChanges<'a>(pub(crate) &'a Store);

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeOutcome {
    /// The account has its new address.
    Changed,
    /// Another account has it.
    Taken,
    /// The link was used or replaced, or the account has changed, since it was read.
    Moved,
}

/// Who owns an address. The same item as in `users`.
#[derive(Serialize)]
pub(crate) struct Owner {
    pub(crate) user_id: UserId,
}

/// An address that was given up, and is kept for its former owner.
#[derive(Serialize)]
struct Reserved {
    reserved_for: UserId,
    ttl: i64,
}

/// What stands at an address, as far as it tells whether the address is free.
#[derive(Deserialize)]
struct Holder {
    reserved_for: Option<UserId>,
}

#[derive(Serialize, Deserialize)]
struct FormerEmail {
    email: EmailAddress,
    ttl: i64,
}

impl EmailChanges<'_> {
    /// Records the address an account is to have. A link for an earlier one is dead at once. False if the account has gone
    /// or may not log in, or has ended the session that asks.
    pub async fn request(
        &self,
        session: &Session,
        email: &EmailAddress,
        task: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let wish = Change {
            table: &self.0.tables.identity,
            key: keys::user(session.user_id),
            update: "SET #pending_email = :email REMOVE #email_change",
            condition: &format!("#email_verified = :yes AND {IS_STILL_OPEN}"),
            values: vec![
                (":email", s(email.as_str())),
                (":yes", bool(true)),
                (":valid_at", n(session.valid_at().as_millisecond())),
            ],
        };
        let committed = Transaction::new("ask for another address")
            .with("user", wish.in_transaction())
            .with("task", self.0.tasks().write(task))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Whether an account may take an address. Where it may by now, it may no longer when it does: [`Self::confirm`] asks again.
    pub async fn is_free(&self, email: &EmailAddress, user_id: UserId) -> Result<bool, StoreError> {
        let key = keys::email_owner(email);
        let attempt = "find out whether an address is free";
        let holder: Option<Holder> = lookup(self.0, &self.0.tables.identity, key, attempt).await?;
        Ok(holder.is_none_or(|holder| holder.reserved_for == Some(user_id)))
    }

    /// Makes a link the one that gives an account the address it wants. Not needed where it wants none any more.
    pub async fn issue(
        &self,
        user: &User,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let Some(email) = &user.pending_email else {
            return Ok(IssueOutcome::NotNeeded);
        };
        let link = Link::new(LinkKind::EmailChange, Some(user.id), email, now);
        let condition =
            "attribute_not_exists(#disabled) AND attribute_not_exists(#deletion_due_at)";
        self.0
            .links()
            .issue(user.id, &link, token, condition, Vec::new())
            .await
    }

    /// Gives an account the address it wants, in place of the one it has. Codes and other links for the old one are dead;
    /// `notice` is the task that tells it.
    pub async fn confirm(
        &self,
        user: &User,
        token: &LinkToken,
        notice: &Task,
        audit: &Entry,
    ) -> Result<EmailChangeOutcome, StoreError> {
        let Some(email) = &user.pending_email else {
            return Ok(EmailChangeOutcome::Moved);
        };
        let (table, now) = (&self.0.tables.identity, audit.at);
        let change = Change {
            table,
            key: keys::user(user.id),
            update: "SET #email = :new, #email_verified = :yes \
                     REMOVE #pending_email, #email_change, #verification, #password_reset",
            condition: "#email_change = :digest AND #email = :old AND #pending_email = :new \
                        AND attribute_not_exists(#disabled) AND attribute_not_exists(#deletion_due_at)",
            values: vec![
                (":new", s(email.as_str())),
                (":old", s(user.email.as_str())),
                (":digest", s(token.digest())),
                (":yes", bool(true)),
            ],
        };
        let owner = Owner { user_id: user.id };
        let take = put_if(
            table,
            keys::email_owner(email),
            &owner,
            IS_FREE,
            vec![(":user_id", s(user.id))],
        );
        let reserved = Reserved {
            reserved_for: user.id,
            ttl: (now + RESERVATION).as_second(),
        };
        let former = FormerEmail {
            email: user.email.clone(),
            ttl: (now + RESERVATION).as_second(),
        };
        let committed = Transaction::new("change an address")
            .with("user", change.in_transaction())
            .with("owner", take)
            .with(
                "reserved",
                replace(table, keys::email_owner(&user.email), &reserved),
            )
            .with(
                "former",
                replace(table, keys::former_email(user.id, notice.id), &former),
            )
            .with("code", remove(table, keys::code(&user.email)))
            .with("task", self.0.tasks().write(notice))
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => EmailChangeOutcome::Changed,
            Committed::No("owner") => EmailChangeOutcome::Taken,
            Committed::No(_) => EmailChangeOutcome::Moved,
        })
    }

    /// The address an account had before the change that this task tells of.
    pub async fn former(
        &self,
        user_id: UserId,
        notice: TaskId,
    ) -> Result<Option<EmailAddress>, StoreError> {
        let key = keys::former_email(user_id, notice);
        let attempt = "look a former address up";
        let former: Option<FormerEmail> =
            lookup(self.0, &self.0.tables.identity, key, attempt).await?;
        Ok(former.map(|former| former.email))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_while_the_change_can_be_taken_back() {
        assert!(RESERVATION > LinkKind::NotMe.lifetime());
    }
}
