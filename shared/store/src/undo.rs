use domain::audit::Entry;
use domain::device::Device;
use domain::email::EmailAddress;
use domain::id::{SessionId, UserId};
use domain::link::{LinkKind, LinkToken, Undo};
use domain::task::Task;
use domain::user::User;

use crate::email_changes::{IS_FREE, Owner};
use crate::error::StoreError;
use crate::expression::{Change, bool, n, put_if, remove, remove_existing, s};
use crate::keys;
use crate::links::{Link, Links};
use crate::password_resets::{NO_LATER_LOGIN, OTHER_WAYS, end_of_sessions};
use crate::transaction::{Committed, Transaction};

/// What stands in the place of a hash that no password fits.
const NO_PASSWORD: &str = "!";
/// Looks at an account that changes between the look and the write, before it is given up.
const MAX_LOOKS: u32 = 4;

const ATTEMPT: &str = "take back what the owner did not do";

/// The owner's word that something was not done by them.
#[derive(Debug)]
pub struct Denial<'a> {
    /// The link they followed.
    pub link: &'a Link,
    /// Its token.
    pub token: &'a LinkToken,
    /// The task that mails a link for a new password, where the old one is made useless.
    pub reset: &'a Task,
    /// Its entry in the audit log.
    pub audit: &'a Entry,
}

impl Links<'_> {
    /// Takes back what a link of the kind [`LinkKind::NotMe`] was told of, and uses the link up. False if it was used before.
    pub async fn deny(&self, denial: &Denial<'_>) -> Result<bool, StoreError> {
        let (Some(user_id), Some(undo)) = (denial.link.user_id, &denial.link.undo) else {
            return Ok(false);
        };
        match undo {
            Undo::Session(id) => self.end_session(denial, user_id, *id).await,
            Undo::Password | Undo::Email(_) | Undo::FactorAdded | Undo::FactorRemoved => {
                self.close(denial, user_id, undo).await
            }
        }
    }

    /// Ends one session, and forgets the device it came from: a log-in from there is news again.
    async fn end_session(
        &self,
        denial: &Denial<'_>,
        user_id: UserId,
        id: SessionId,
    ) -> Result<bool, StoreError> {
        let table = &self.0.tables.identity;
        let mut transaction = self.used(denial);
        if let Some(session) = self.0.sessions().lookup(user_id, id).await? {
            let device = Device::seen(&session.agent, &session.client);
            let end = Change {
                table,
                key: keys::session(user_id, id),
                update: "SET #revoked_at = if_not_exists(#revoked_at, :now)",
                condition: "attribute_exists(#pk)",
                values: vec![(":now", n(denial.audit.at.as_millisecond()))],
            };
            transaction = transaction.with("session", end.in_transaction()).with(
                "device",
                remove(table, keys::device(user_id, device.digest())),
            );
        }
        Ok(match transaction.commit(self.0).await? {
            // An ended session is forgotten at last, and it may be so this very moment.
            Committed::Yes | Committed::No("session") => true,
            Committed::No(_) => false,
        })
    }

    /// Ends all sessions, makes the password useless, and takes the rest of `undo` back.
    async fn close(
        &self,
        denial: &Denial<'_>,
        user_id: UserId,
        undo: &Undo,
    ) -> Result<bool, StoreError> {
        let mut give_back = match undo {
            Undo::Email(email) => Some(email),
            _ => None,
        };
        for _ in 0..MAX_LOOKS {
            let Some(user) = self.0.users().lookup(user_id).await? else {
                return Ok(false);
            };
            let former = give_back.filter(|email| **email != user.email);
            // A factor set up after the one this link was told of is another one.
            let removes_factor = *undo == Undo::FactorAdded
                && user
                    .factor_since
                    .is_some_and(|since| since <= denial.link.created_at);
            let transaction = self.closing(denial, &user, former, removes_factor);
            match transaction.commit(self.0).await? {
                Committed::Yes => return Ok(true),
                Committed::No("link") => return Ok(false),
                // Somebody else has that address now, for good. The rest is taken back all the same.
                Committed::No("owner") => give_back = None,
                Committed::No(_) => {}
            }
        }
        Err(StoreError::Unavailable {
            attempt: ATTEMPT,
            source: "the account changed each time".into(),
        })
    }

    fn closing(
        &self,
        denial: &Denial<'_>,
        user: &User,
        former: Option<&EmailAddress>,
        removes_factor: bool,
    ) -> Transaction {
        let table = &self.0.tables.identity;
        let from = end_of_sessions(user, denial.audit.at);
        let mut update =
            "SET #password = :none, #sessions_valid_from = :sessions_valid_from".to_owned();
        let mut values = vec![
            (":none", s(NO_PASSWORD)),
            (":sessions_valid_from", n(from.as_millisecond())),
            (":current", s(user.email.as_str())),
        ];
        let mut transaction = self
            .used(denial)
            .with("code", remove(table, keys::code(&user.email)))
            .with("task", self.0.tasks().write(denial.reset));
        if let Some(former) = former {
            update += ", #email = :former, #email_verified = :yes";
            values.extend([(":former", s(former.as_str())), (":yes", bool(true))]);
            let owner = Owner { user_id: user.id };
            let take = put_if(
                table,
                keys::email_owner(former),
                &owner,
                IS_FREE,
                vec![(":user_id", s(user.id))],
            );
            transaction = transaction
                .with("owner", take)
                .with("given up", remove(table, keys::email_owner(&user.email)));
        }
        update += " REMOVE ";
        update += OTHER_WAYS;
        if removes_factor {
            update += ", #factor_since";
            transaction = transaction
                .with("totp", remove(table, keys::totp(user.id)))
                .with(
                    "recovery codes",
                    remove(table, keys::recovery_codes(user.id)),
                );
        }
        let condition = format!("#email = :current AND {NO_LATER_LOGIN}");
        let change = Change {
            table,
            key: keys::user(user.id),
            update: &update,
            condition: &condition,
            values,
        };
        transaction.with("user", change.in_transaction())
    }

    /// The writes that use the link up and record it.
    fn used(&self, denial: &Denial<'_>) -> Transaction {
        let key = keys::link(LinkKind::NotMe, &denial.token.digest());
        Transaction::new(ATTEMPT)
            .with("link", remove_existing(&self.0.tables.identity, key))
            .with("audit", self.0.audit_log().write(denial.audit))
    }
}
