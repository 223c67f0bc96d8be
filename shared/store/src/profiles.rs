//! What an account's owner changes about it.

use domain::audit::Entry;
use domain::person::Username;
use domain::user::User;

use crate::error::StoreError;
use crate::expression::{Change, add, n, remove, s};
use crate::keys;
use crate::owners::Owner;
use crate::transaction::{Committed, Transaction};
use crate::users::Users;

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
        let profile =
            serde_dynamo::to_attribute_value(&profile).expect("a profile is plain values");

        let mut update =
            "SET #first_name = :first_name, #last_name = :last_name, #profile = :profile"
                .to_owned();
        let mut values = vec![
            (":first_name", s(&after.first_name)),
            (":last_name", s(&after.last_name)),
            (":profile", profile),
            (":seen", n(before.profile.version)),
        ];
        match &after.username {
            Some(username) => {
                update += ", #username = :username";
                values.push((":username", s(username.as_str())));
            }
            None => update += " REMOVE #username",
        }
        let user = Change {
            table,
            key: keys::user(after.id),
            update: &update,
            condition: "attribute_exists(#pk) AND attribute_not_exists(#deletion_due_at) \
                        AND (attribute_not_exists(#profile.#version) OR #profile.#version = :seen)",
            values,
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
