//! Deleting an account, step by step. Each can be done twice, and a task that dies between two begins again at the first.

use identity::IDENTITY;
use kernel::audit::Entry;
use kernel::email::EmailAddress;
use kernel::id::{TaskId, UserId};
use store::AUDIT;
use store::Item;
use store::audit;
use store::batch::{delete, write_all};
use store::condition::{equals, exists};
use store::query::{self, text};
use store::update::Update;
use store::value::string;
use store::writes::{remove, remove_if};
use store::{Attempts, Committed, Key, StoreError, Transaction};

use crate::account::owners::is_own;
use crate::account::{User, Users};
use crate::ending::Endings;
use crate::{account, code, email_change, link, pre_registration};

impl Endings<'_> {
    /// The account that a task is to delete. `None` if it is gone, or is not that task's.
    pub async fn to_delete(
        &self,
        user_id: UserId,
        task: TaskId,
    ) -> Result<Option<User>, StoreError> {
        let record = Users(self.0).record(user_id).await?;
        Ok(record
            .filter(|record| record.deletion_task() == Some(task))
            .map(User::from))
    }

    /// Deletes what is kept for an account besides its own item: sessions, devices, second factor, links, former addresses.
    pub async fn delete_belongings(&self, user_id: UserId) -> Result<usize, StoreError> {
        let attempt = "delete what belongs to an account";
        let (table, key) = (self.0.table(IDENTITY), account::keys::user(user_id));
        let items = query::partition(self.0, table, &key.pk, attempt).await?;
        let (account, mut belongings): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| text(item, "sk") == key.sk);
        // The links of a pre-registration with its address, which goes with the account itself.
        let email = account.first().map(|item| text(item, "email"));
        if let Some(email) = email.and_then(|email| EmailAddress::parse(email).ok()) {
            let wish = pre_registration::keys::pre_registration(&email);
            let items = query::partition(self.0, table, &wish.pk, attempt).await?;
            let notes = items.into_iter().filter(|item| text(item, "sk") != wish.sk);
            belongings.extend(notes);
        }

        // The addresses first: only these items still know them.
        for item in &belongings {
            let former = text(item, "sk").starts_with(email_change::keys::FORMER_EMAILS);
            if let Some(email) = EmailAddress::parse(text(item, "email"))
                .ok()
                .filter(|_| former)
            {
                let owner = remove_if(table, account::keys::email_owner(&email), is_own(user_id));
                // Somebody else's by now, if the condition does not hold.
                Transaction::new(attempt)
                    .with("owner", owner)
                    .commit(self.0)
                    .await?;
            }
        }
        // The links before the notes of them, for the same reason.
        let links = belongings.iter().map(|item| text(item, "sk"));
        let links = links.filter(|sk| sk.starts_with(link::keys::LINKS));
        let links = links.map(link::keys::link_in);
        let keys = links.chain(belongings.iter().map(primary_key));
        let deletions: Vec<_> = keys.map(|key| delete(key.into_item())).collect();
        write_all(self.0, table, &deletions, attempt).await?;
        Ok(deletions.len())
    }

    /// Deletes the account itself, its names, its grant and its code, with the entry that says so. False if it was not
    /// that task's to delete.
    pub async fn finish_deletion(
        &self,
        user: &User,
        task: TaskId,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let attempt = "delete an account";
        let table = self.0.table(IDENTITY);
        let name = |key: Key| remove_if(table, key, is_own(user.id));
        let mut attempts = Attempts::new(self.0);
        while attempts.next().await {
            let account = remove_if(
                table,
                account::keys::user(user.id),
                equals("deletion_task", task.to_string()),
            );
            let mut transaction = Transaction::new(attempt)
                .with("user", account)
                .with("grant", account::grants::take(table, user.id))
                .with("email", name(account::keys::email_owner(&user.email)))
                .with("code", remove(table, code::keys::code(&user.email)))
                .with(
                    "wish",
                    remove(table, pre_registration::keys::pre_registration(&user.email)),
                );
            for key in Users(self.0).own_username_keys(user).await? {
                transaction = transaction.with("username", name(key));
            }
            match transaction.audited(audit).commit(self.0).await? {
                Committed::Yes => return Ok(true),
                Committed::No("user") => return Ok(false),
                // Somebody has taken a spelling of the username since it was looked up: it stays theirs.
                Committed::No(_) => {}
            }
        }
        Err(StoreError::kept_changing(attempt))
    }

    /// Takes addresses and agents out of the audit entries of what an account did, so many at most: the account's id alone
    /// stays. True once there are no more.
    pub async fn scrub_audit(&self, user_id: UserId, at_most: usize) -> Result<bool, StoreError> {
        let attempt = "scrub the audit log";
        let by_actor = (audit::keys::BY_ACTOR, audit::keys::actor(user_id));
        let object = audit::keys::object(&format!("user/{user_id}")).unwrap_or_default();
        let by_object = (audit::keys::BY_OBJECT, object);

        let mut left = at_most;
        for ((index, attribute), partition) in [by_actor, by_object] {
            let mut start = None;
            loop {
                let page = self
                    .0
                    .client()
                    .query()
                    .table_name(self.0.table(AUDIT))
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
                    .expression_attribute_values(":partition", string(&partition))
                    .expression_attribute_values(":id", string(user_id))
                    .expression_attribute_values(":no", string(""))
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
        let scrub = Update::of(self.0.table(AUDIT), primary_key(entry))
            .set("client", "")
            .set("agent", "")
            // Its time may be up, and the index has not heard of it yet: it is not made again.
            .when(exists("pk"));
        scrub.apply(self.0, attempt).await.map(drop)
    }
}

fn primary_key(item: &Item) -> Key {
    Key {
        pk: text(item, "pk").to_owned(),
        sk: text(item, "sk").to_owned(),
    }
}
