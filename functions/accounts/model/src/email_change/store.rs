use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::{TaskId, UserId};
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::condition::equals;
use store::lookup;
use store::update::Update;
use store::value::millis;
use store::writes::{remove, replace};
use store::{Committed, Store, StoreError, Tasks, Transaction};

use crate::account::User;
use crate::account::conditions::{ANEW, EMAIL_CHANGE, LISTED, OTHER_WAYS, is_open, is_still_open};
use crate::account::owners::{Owner, take_email};
use crate::email_change::keys;
use crate::link::{IssueOutcome, Link, LinkKind, LinkToken, Links, RESERVATION};
use crate::session::{Session, Sessions};
use crate::{account, code, pre_registration};

/// Addresses that are to change.
pub struct EmailChanges<'a>(pub &'a Store);

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeOutcome {
    /// The account has its new address.
    Changed,
    /// Another account has the address.
    Taken,
    /// The link was used or replaced, or the account has changed, since it was read.
    ChangedMeanwhile,
}

/// An address that an account had, in the account's partition.
#[derive(Serialize, Deserialize)]
pub(crate) struct FormerEmail {
    pub(crate) email: EmailAddress,
    ttl: i64,
}

impl EmailChanges<'_> {
    /// Records the address an account is to have, and until when: its link is good for a day from now, whenever it is mailed.
    /// So nobody can tell by the end of the wish whether the address was free and a mail sent. A link for an earlier address
    /// is dead at once. False if the account has gone or may not log in, or has ended the session that asks.
    pub async fn request(
        &self,
        session: &Session,
        email: &EmailAddress,
        task: &Task,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let until = audit.at + LinkKind::EmailChange.lifetime();
        let wish = Update::of(self.0.table(IDENTITY), account::keys::user(session.user_id))
            .set("pending_email", email.as_str())
            .set("pending_email_until", millis(until))
            .remove(["email_change"])
            .when(equals("email_verified", true).and(is_still_open(session)));
        let committed = Transaction::new("ask for another address")
            .with("session", Sessions(self.0).still_open(session))
            .with("user", wish.in_transaction())
            .with("task", Tasks(self.0).write(task))
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Forgets the address an account is to have: its link is dead. False if the account has gone or may not log in, or has
    /// ended the session that withdraws it.
    pub async fn withdraw(&self, session: &Session, audit: &Entry) -> Result<bool, StoreError> {
        let forget = Update::of(self.0.table(IDENTITY), account::keys::user(session.user_id))
            .remove(EMAIL_CHANGE)
            .when(is_still_open(session));
        let committed = Transaction::new("withdraw another address")
            .with("session", Sessions(self.0).still_open(session))
            .with("user", forget.in_transaction())
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Whether an account may take an address. The answer can be out of date when it does: [`Self::confirm`] checks again.
    pub async fn is_free(
        &self,
        email: &EmailAddress,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = account::keys::email_owner(email);
        let attempt = "find out whether an address is free";
        let owner: Option<Owner> = lookup(self.0, self.0.table(IDENTITY), key, attempt).await?;
        Ok(owner.is_none_or(|owner| owner.is_free_for(user_id, now)))
    }

    /// Makes a link the one that gives an account the address it wants, until the wish ends. Not needed where it wants none
    /// any more.
    pub async fn issue(
        &self,
        user: &User,
        token: &LinkToken,
        now: Timestamp,
    ) -> Result<IssueOutcome, StoreError> {
        let Some(email) = &user.pending_email else {
            return Ok(IssueOutcome::NotNeeded);
        };
        let mut link = Link::new(LinkKind::EmailChange, Some(user.id), email, now);
        if let Some(until) = user.pending_email_until {
            link.expires_at = until;
        }
        if link.expires_at <= now {
            return Ok(IssueOutcome::NotNeeded);
        }
        Links(self.0).issue(user.id, &link, token, is_open()).await
    }

    /// Gives an account the address it wants, in place of the one it has. Codes and other links for the old one are dead;
    /// `notice` is the task that tells it. Where somebody has the address the account wants it no longer.
    pub async fn confirm(
        &self,
        user: &User,
        token: &LinkToken,
        notice: &Task,
        audit: &Entry,
    ) -> Result<EmailChangeOutcome, StoreError> {
        let Some(email) = &user.pending_email else {
            return Ok(EmailChangeOutcome::ChangedMeanwhile);
        };
        let (table, now) = (self.0.table(IDENTITY), audit.at);
        let addresses_as_read =
            equals("email", user.email.as_str()).and(equals("pending_email", email.as_str()));
        let change = Update::of(table, account::keys::user(user.id))
            .set("email", email.as_str())
            .set("email_verified", true)
            .set(LISTED, ANEW)
            .remove(OTHER_WAYS)
            .remove(["verification"])
            .when(equals("email_change", token.digest()).and(addresses_as_read))
            .when(is_open());
        let take = take_email(table, email, user.id, now);
        let reserved = Owner::former(user.id, now);
        let former = FormerEmail {
            email: user.email.clone(),
            ttl: (now + RESERVATION).as_second(),
        };
        let committed = Transaction::new("change an address")
            .with("user", change.in_transaction())
            .with("owner", take)
            .with(
                "reserved",
                replace(table, account::keys::email_owner(&user.email), &reserved),
            )
            .with(
                "former",
                replace(table, keys::former_email(user.id, notice.id), &former),
            )
            .with("code", remove(table, code::keys::code(&user.email)))
            .with(
                "wish",
                remove(table, pre_registration::keys::pre_registration(&user.email)),
            )
            .with("task", Tasks(self.0).write(notice))
            .audited(audit)
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => EmailChangeOutcome::Changed,
            Committed::No("owner") => {
                self.give_up(user.id, token).await?;
                EmailChangeOutcome::Taken
            }
            Committed::No(_) => EmailChangeOutcome::ChangedMeanwhile,
        })
    }

    /// Forgets the address an account is to have, if this is still the link for it.
    async fn give_up(&self, user_id: UserId, token: &LinkToken) -> Result<(), StoreError> {
        Update::of(self.0.table(IDENTITY), account::keys::user(user_id))
            .remove(EMAIL_CHANGE)
            .when(equals("email_change", token.digest()))
            .apply(self.0, "give another address up")
            .await
            .map(drop)
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
            lookup(self.0, self.0.table(IDENTITY), key, attempt).await?;
        Ok(former.map(|former| former.email))
    }
}
