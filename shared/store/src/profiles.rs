//! What an account's owner changes about it.

use domain::audit::Entry;
use domain::person::Username;
use domain::user::User;

use crate::condition::{absent, equals, exists};
use crate::error::StoreError;
use crate::keys;
use crate::owners::Owner;
use crate::transaction::{Committed, Transaction};
use crate::update::Update;
use crate::users::Users;
use crate::value::nested;
use crate::writes::{add, remove};

/// What became of a change of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileOutcome {
    /// It is as wanted.
    Changed,
    /// Somebody else has the username.
    UsernameTaken,
    /// It has changed since it was read, or the account has gone.
    ChangedMeanwhile,
}

impl Users<'_> {
    /// Changes names, username and profile from what they were when they were read. The old username is free at once.
    pub async fn change_profile(
        &self,
        before: &User,
        after: &User,
        audit: &Entry,
    ) -> Result<ProfileOutcome, StoreError> {
        let table = &self.0.tables.identity;
        let mut profile = after.profile.clone();
        profile.version = before.profile.version + 1;
        let version = "profile.version";
        let is_as_read = absent(version).or(equals(version, before.profile.version));
        let user = Update::of(table, keys::user(after.id))
            .set("first_name", after.first_name.as_str())
            .set("last_name", after.last_name.as_str())
            .set("profile", nested(&profile))
            .when(exists("pk").and(absent("deletion_due_at")))
            .when(is_as_read);
        let user = match &after.username {
            Some(username) => user.set("username", username.as_str()),
            None => user.remove(["username"]),
        };
        let mut transaction =
            Transaction::new("change a profile").with("user", user.in_transaction());
        let folded = |user: &User| user.username.as_ref().map(Username::folded);
        // Another case of the same name is owned already.
        if folded(before) != folded(after) {
            if let Some(old) = &before.username {
                transaction = transaction.with("old", remove(table, keys::username_owner(old)));
            }
            if let Some(new) = &after.username {
                let key = keys::username_owner(new);
                let owner = Owner::of(after.id);
                transaction = transaction.with("username", add(table, key, &owner));
            }
        }
        let committed = transaction
            .with("audit", self.0.audit_log().write(audit))
            .commit(self.0)
            .await?;
        Ok(match committed {
            Committed::Yes => ProfileOutcome::Changed,
            Committed::No("username") => ProfileOutcome::UsernameTaken,
            Committed::No(_) => ProfileOutcome::ChangedMeanwhile,
        })
    }
}
