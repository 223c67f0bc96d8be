//! Deleting an account, step by step. Each can be done twice, and a task that dies between two begins again at the first.

use aws_sdk_dynamodb::types::WriteRequest;
use domain::audit::Entry;
use domain::email::EmailAddress;
use domain::id::{TaskId, UserId};
use domain::user::User;

use crate::accounts::Accounts;
use crate::batch::{delete, write_all};
use crate::condition::{Condition, absent, equals, exists};
use crate::error::StoreError;
use crate::expression::{Item, s};
use crate::keys::{self, Key};
use crate::query::{self, text};
use crate::transaction::{Committed, Transaction};
use crate::update::Update;
use crate::writes::{remove, remove_if};

impl Accounts<'_> {
    /// The account that a task is to delete. `None` if it is gone, or is not that task's.
    pub async fn to_delete(
        &self,
        user_id: UserId,
        task: TaskId,
    ) -> Result<Option<User>, StoreError> {
        let record = self.0.users().record(user_id).await?;
        Ok(record
            .filter(|record| record.deletion_task() == Some(task))
            .map(User::from))
    }

    /// Deletes what is kept beside an account: sessions, devices, second factor, links, former addresses.
    pub async fn delete_belongings(&self, user_id: UserId) -> Result<usize, StoreError> {
        let attempt = "delete what belongs to an account";
        let (table, key) = (&self.0.tables.identity, keys::user(user_id));
        let items = query::partition(self.0, table, &key.pk, attempt).await?;
        let belongings: Vec<Item> = items
            .into_iter()
            .filter(|item| text(item, "sk") != key.sk)
            .collect();

        // The addresses first: only these items still know them.
        for item in &belongings {
            let former = text(item, "sk").starts_with(keys::FORMER_EMAILS);
            if let Some(email) = EmailAddress::parse(text(item, "email"))
                .ok()
                .filter(|_| former)
            {
                let owner = remove_if(table, keys::email_owner(&email), is_own(user_id));
                // Somebody else's by now, if the condition does not hold.
                Transaction::new(attempt)
                    .with("owner", owner)
                    .commit(self.0)
                    .await?;
            }
        }
        // The links before the notes of them, for the same reason.
        let links = belongings.iter().map(|item| text(item, "sk"));
        let links = links.filter(|sk| sk.starts_with(keys::LINKS));
        let links = links.map(keys::link_in);
        let keys = links.chain(belongings.iter().map(primary_key));
        let deletions: Vec<WriteRequest> = keys.map(|key| delete(key.into_item())).collect();
        write_all(self.0, table, &deletions, attempt).await?;
        Ok(deletions.len())
    }

    /// Deletes the account itself, its names and its code, with the entry that says so. False if it was not
    /// that task's to delete.
    pub async fn finish_deletion(
        &self,
        user: &User,
        task: TaskId,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let table = &self.0.tables.identity;
        let account = remove_if(
            table,
            keys::user(user.id),
            equals("deletion_task", task.to_string()),
        );
        let name = |key: Key| remove_if(table, key, is_own(user.id));
        let mut transaction = Transaction::new("delete an account")
            .with("user", account)
            .with("email", name(keys::email_owner(&user.email)))
            .with("code", remove(table, keys::code(&user.email)))
            .with("wish", remove(table, keys::pre_registration(&user.email)));
        if let Some(username) = &user.username {
            transaction = transaction.with("username", name(keys::username_owner(username)));
        }
        let committed = transaction
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// Takes addresses and agents out of the audit entries of what an account did, so many at most: the account's id alone
    /// stays. True once there are no more.
    pub async fn scrub_audit(&self, user_id: UserId, at_most: usize) -> Result<bool, StoreError> {
        let attempt = "scrub the audit log";
        let by_actor = (keys::audit::BY_ACTOR, keys::audit::actor(user_id));
        let object = keys::audit::object(&format!("user/{user_id}")).unwrap_or_default();
        let by_object = (keys::audit::BY_OBJECT, object);

        let mut left = at_most;
        for ((index, attribute), partition) in [by_actor, by_object] {
            let mut start = None;
            loop {
                let page = self
                    .0
                    .client
                    .query()
                    .table_name(&self.0.tables.audit)
                    .index_name(index)
                    .key_condition_expression("#partition = :partition")
                    // What others did to the account has their addresses, not its owner's.
                    .filter_expression(
                        "(attribute_not_exists(#actor) OR #actor = :id) AND (#client <> :no OR #agent <> :no)",
                    )
                    .expression_attribute_names("#partition", attribute)
                    .expression_attribute_names("#actor", "actor")
                    .expression_attribute_names("#client", "client")
                    .expression_attribute_names("#agent", "agent")
                    .expression_attribute_values(":partition", s(&partition))
                    .expression_attribute_values(":id", s(user_id))
                    .expression_attribute_values(":no", s(""))
                    .set_exclusive_start_key(start)
                    .send()
                    .await
                    .map_err(|error| StoreError::from_sdk(attempt, error))?;
                for entry in page.items.unwrap_or_default() {
                    if left == 0 {
                        return Ok(false);
                    }
                    left -= 1;
                    self.scrub(&entry, attempt).await?;
                }
                start = page.last_evaluated_key;
                if start.is_none() {
                    break;
                }
            }
        }
        Ok(true)
    }

    async fn scrub(&self, entry: &Item, attempt: &'static str) -> Result<(), StoreError> {
        let scrub = Update::of(&self.0.tables.audit, primary_key(entry))
            .set("client", "")
            .set("agent", "")
            // Its time may be up, and the index has not heard of it yet: it is not made again.
            .when(exists("pk"));
        scrub.apply(self.0, attempt).await.map(drop)
    }
}

/// The condition under which an owner's item goes with its account: it is the account's, or reserved for it.
fn is_own(user_id: UserId) -> Condition {
    absent("pk")
        .or(equals("user_id", user_id.to_string()))
        .or(equals("reserved_for", user_id.to_string()))
}

fn primary_key(item: &Item) -> Key {
    Key {
        pk: text(item, "pk").to_owned(),
        sk: text(item, "sk").to_owned(),
    }
}
