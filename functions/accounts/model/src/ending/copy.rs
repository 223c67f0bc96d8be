//! Everything that is known of an account, for its owner.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::audit::Change;
use kernel::email::EmailAddress;
use kernel::id::{TaskId, UserId};
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::audit;
use store::condition::{absent, exists};
use store::query::{self, Query, text};
use store::update::Update;
use store::{AUDIT, TASKS};
use store::{Committed, StoreError, Tasks, Transaction};
use store::{Item, from_item, lookup};

use crate::account::{User, Users};
use crate::email_change::store::FormerEmail;
use crate::ending::Endings;
use crate::link::LinkKind;
use crate::pre_registration::{PreRegistration, PreRegistrations};
use crate::session::Session;
use crate::session::store::Record as SessionRecord;
use crate::{account, email_change, factor, link, login, session};

const AUDIT_ATTEMPT: &str = "copy the audit log of an account";

/// A copy of all that is known of an account. No secret and no hash is in it.
#[derive(Debug)]
pub struct AccountCopy {
    /// The account that the copy is of.
    pub user: User,
    /// The sessions of the account, ended ones too.
    pub sessions: Vec<Session>,
    /// The moment at which each remembered device logged in last.
    pub devices: Vec<Timestamp>,
    /// Addresses it had before, as long as they are remembered.
    pub former_emails: Vec<EmailAddress>,
    /// The links that were mailed, as long as they are remembered.
    pub links: Vec<LinkCopy>,
    /// The number of recovery codes that are left.
    pub recovery_codes_left: usize,
    /// What its owner did, the oldest first.
    pub audit: Vec<AuditCopy>,
    /// What others did to it, the oldest first: without who and where from, which is about them.
    pub audit_of_others: Vec<AuditCopy>,
    /// The pre-registration of the address, if it was left before the product opened.
    pub pre_registration: Option<PreRegistration>,
}

/// A link that was mailed.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinkCopy {
    /// What it was good for.
    pub kind: LinkKind,
    /// The address that the link was sent to.
    pub email: EmailAddress,
    /// The moment at which the link was made.
    #[serde(deserialize_with = "jiff::fmt::serde::timestamp::millisecond::required::deserialize")]
    pub created_at: Timestamp,
    /// The moment at which the link expires.
    #[serde(deserialize_with = "jiff::fmt::serde::timestamp::millisecond::required::deserialize")]
    pub expires_at: Timestamp,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, Deserialize)]
pub struct AuditCopy {
    /// The moment at which it was done.
    pub at: String,
    /// The name of the action.
    pub action: String,
    /// The object that it was done to.
    pub object: String,
    /// Whether the action succeeded.
    pub success: bool,
    /// The address that it was done from, where it was the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The `User-Agent` that it was done with, where it was the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// How often it was done: what an account does to the same thing again within a minute is one entry.
    #[serde(default = "once")]
    pub times: u32,
    /// The fields that it changed.
    #[serde(default)]
    pub changes: Vec<Change>,
}

fn once() -> u32 {
    1
}

#[derive(Deserialize)]
struct Device {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    seen_at: Timestamp,
}

impl Endings<'_> {
    /// Reads everything that is known of an account, if there is one.
    pub async fn copy(
        &self,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<Option<AccountCopy>, StoreError> {
        let attempt = "copy an account";
        let Some(user) = Users(self.0).lookup(user_id).await? else {
            return Ok(None);
        };
        let pre_registrations = PreRegistrations(self.0);
        let mut copy = AccountCopy {
            pre_registration: pre_registrations.find_kept(&user.email, now).await?,
            user,
            sessions: Vec::new(),
            devices: Vec::new(),
            former_emails: Vec::new(),
            links: Vec::new(),
            recovery_codes_left: 0,
            audit: self.audit_of(user_id).await?,
            audit_of_others: self.audit_about(user_id).await?,
        };

        let (table, pk) = (self.0.table(IDENTITY), account::keys::user(user_id).pk);
        for item in query::partition(self.0, table, &pk, attempt).await? {
            let sk = text(&item, "sk");
            if sk.starts_with(session::keys::SESSIONS) {
                let session: SessionRecord = from_item(item, attempt)?;
                copy.sessions.push(session.into());
            } else if sk.starts_with(login::keys::DEVICES) {
                let device: Device = from_item(item, attempt)?;
                copy.devices.push(device.seen_at);
            } else if sk.starts_with(email_change::keys::FORMER_EMAILS) {
                let former: FormerEmail = from_item(item, attempt)?;
                copy.former_emails.push(former.email);
            } else if sk.starts_with(link::keys::LINKS) {
                let key = link::keys::link_in(sk);
                copy.links
                    .extend(lookup(self.0, table, key, attempt).await?);
            } else if sk == factor::keys::recovery_codes(user_id).sk {
                let hashes = item.get("hashes").and_then(|hashes| hashes.as_ss().ok());
                copy.recovery_codes_left = hashes.map_or(0, Vec::len);
            }
        }
        Ok(Some(copy))
    }

    /// Records the task that says where a copy is, once, however often the copy was made. False if it was recorded before.
    pub async fn announce_copy(&self, copy: TaskId, notice: &Task) -> Result<bool, StoreError> {
        let mark = Update::of(self.0.table(TASKS), Tasks::key(copy))
            .set("announced_by", notice.id.to_string())
            .when(exists("pk").and(absent("announced_by")));
        let committed = Transaction::new("say where a copy is")
            .with("copy", mark.in_transaction())
            .with("task", Tasks(self.0).write(notice))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    async fn audit_of(&self, user_id: UserId) -> Result<Vec<AuditCopy>, StoreError> {
        let actor = audit::keys::actor(user_id);
        let items = self.audit_in(audit::keys::BY_ACTOR, &actor).await?;
        let entries = items.into_iter().map(|item| from_item(item, AUDIT_ATTEMPT));
        entries.collect()
    }

    /// What others did to an account, and what nobody knows who did.
    async fn audit_about(&self, user_id: UserId) -> Result<Vec<AuditCopy>, StoreError> {
        let object = audit::keys::object(&format!("user/{user_id}")).unwrap_or_default();
        let items = self.audit_in(audit::keys::BY_OBJECT, &object).await?;
        let owner = user_id.to_string();
        let others = items
            .into_iter()
            .filter(|item| text(item, "actor") != owner);
        let entries = others.map(|mut item| {
            item.retain(|attribute, _| attribute != "client" && attribute != "agent");
            from_item(item, AUDIT_ATTEMPT)
        });
        entries.collect()
    }

    async fn audit_in(
        &self,
        (index, attribute): (&str, &str),
        partition: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let entries = Query {
            table: self.0.table(AUDIT),
            index: Some(index),
            partition: (attribute, partition),
            range: "",
            sort: ("sk", ""),
        };
        entries.all(self.0, AUDIT_ATTEMPT).await
    }
}
