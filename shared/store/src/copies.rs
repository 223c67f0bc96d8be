//! Everything that is known of an account, for its owner.

use domain::audit::Change;
use domain::email::EmailAddress;
use domain::id::{TaskId, UserId};
use domain::link::LinkKind;
use domain::session::Session;
use domain::task::Task;
use domain::user::User;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::accounts::Accounts;
use crate::condition::{absent, exists};
use crate::email_changes::FormerEmail;
use crate::error::StoreError;
use crate::expression::{Item, from_item, lookup};
use crate::keys;
use crate::pre_registrations::PreRegistration;
use crate::query::{self, Query, text};
use crate::sessions;
use crate::transaction::{Committed, Transaction};
use crate::update::Update;

const AUDIT_ATTEMPT: &str = "copy the audit log of an account";

/// A copy of all that is known of an account. No secret and no hash is in it.
#[derive(Debug)]
pub struct AccountCopy {
    /// The account.
    pub user: User,
    /// Its sessions, ended ones too.
    pub sessions: Vec<Session>,
    /// When each device that is remembered logged in last.
    pub devices: Vec<Timestamp>,
    /// Addresses it had before, as long as they are remembered.
    pub former_emails: Vec<EmailAddress>,
    /// The links that were mailed, as long as they are remembered.
    pub links: Vec<LinkCopy>,
    /// How many recovery codes are left.
    pub recovery_codes_left: usize,
    /// What its owner did, the oldest first.
    pub audit: Vec<AuditCopy>,
    /// What others did to it, the oldest first: without who and where from, which is about them.
    pub audit_of_others: Vec<AuditCopy>,
    /// That its address was left before the product opened.
    pub pre_registration: Option<PreRegistration>,
}

/// A link that was mailed.
#[derive(Debug, Serialize, Deserialize)]
pub struct LinkCopy {
    /// What it was good for.
    pub kind: LinkKind,
    /// Where it was sent.
    pub email: EmailAddress,
    /// When it was made.
    #[serde(deserialize_with = "jiff::fmt::serde::timestamp::millisecond::required::deserialize")]
    pub created_at: Timestamp,
    /// When it ends.
    #[serde(deserialize_with = "jiff::fmt::serde::timestamp::millisecond::required::deserialize")]
    pub expires_at: Timestamp,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, Deserialize)]
pub struct AuditCopy {
    /// When.
    pub at: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// Whether it worked.
    pub success: bool,
    /// From which address, where it was the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// With which `User-Agent`, where it was the owner's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What it changed.
    #[serde(default)]
    pub changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Device {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    seen_at: Timestamp,
}

impl Accounts<'_> {
    /// Reads everything that is known of an account, if there is one.
    pub async fn copy(
        &self,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<Option<AccountCopy>, StoreError> {
        let attempt = "copy an account";
        let Some(user) = self.0.users().lookup(user_id).await? else {
            return Ok(None);
        };
        let pre_registrations = self.0.pre_registrations();
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

        let (table, pk) = (&self.0.tables.identity, keys::user(user_id).pk);
        for item in query::partition(self.0, table, &pk, attempt).await? {
            let sk = text(&item, "sk");
            if sk.starts_with(keys::SESSIONS) {
                let session: sessions::Record = from_item(item, attempt)?;
                copy.sessions.push(session.into());
            } else if sk.starts_with(keys::DEVICES) {
                let device: Device = from_item(item, attempt)?;
                copy.devices.push(device.seen_at);
            } else if sk.starts_with(keys::FORMER_EMAILS) {
                let former: FormerEmail = from_item(item, attempt)?;
                copy.former_emails.push(former.email);
            } else if sk.starts_with(keys::LINKS) {
                let key = keys::link_in(sk);
                copy.links
                    .extend(lookup(self.0, table, key, attempt).await?);
            } else if sk == keys::recovery_codes(user_id).sk {
                let hashes = item.get("hashes").and_then(|hashes| hashes.as_ss().ok());
                copy.recovery_codes_left = hashes.map_or(0, Vec::len);
            }
        }
        Ok(Some(copy))
    }

    /// Records the task that says where a copy is, once, however often the copy was made. False if it was recorded before.
    pub async fn announce_copy(&self, copy: TaskId, notice: &Task) -> Result<bool, StoreError> {
        let mark = Update::of(&self.0.tables.tasks, keys::task(copy))
            .set("announced_by", notice.id.to_string())
            .when(exists("pk").and(absent("announced_by")));
        let committed = Transaction::new("say where a copy is")
            .with("copy", mark.in_transaction())
            .with("task", self.0.tasks().write(notice))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    async fn audit_of(&self, user_id: UserId) -> Result<Vec<AuditCopy>, StoreError> {
        let actor = keys::audit::actor(user_id);
        let items = self.audit_in(keys::audit::BY_ACTOR, &actor).await?;
        let entries = items.into_iter().map(|item| from_item(item, AUDIT_ATTEMPT));
        entries.collect()
    }

    /// What others did to an account, and what nobody knows who did.
    async fn audit_about(&self, user_id: UserId) -> Result<Vec<AuditCopy>, StoreError> {
        let object = keys::audit::object(&format!("user/{user_id}")).unwrap_or_default();
        let items = self.audit_in(keys::audit::BY_OBJECT, &object).await?;
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
            table: &self.0.tables.audit,
            index: Some(index),
            partition: (attribute, partition),
            range: "",
            sort: ("sk", ""),
        };
        entries.all(self.0, AUDIT_ATTEMPT).await
    }
}
