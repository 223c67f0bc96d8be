//! What an account's owner changes about it.

use identity::IDENTITY;
use kernel::audit::Entry;
use store::condition::{absent, equals, exists};
use store::update::Update;
use store::value::nested;
use store::writes::{put_if, remove_if};
use store::{Committed, StoreError, Transaction};

use crate::account::User;
use crate::account::Users;
use crate::account::conditions::{ANEW, LISTED};
use crate::account::keys;
use crate::account::owners::{Owner, is_own};
use crate::profile::{Topic, Username};

/// What became of a change of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileOutcome {
    /// The profile is as wanted.
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
        let table = self.0.table(IDENTITY);
        let mut profile = after.profile.clone();
        profile.version = before.profile.version + 1;
        let version = "profile.version";
        let is_as_read = absent(version).or(equals(version, before.profile.version));
        let user = Update::of(table, keys::user(after.id))
            .set("first_name", after.first_name.as_str())
            .set("last_name", after.last_name.as_str())
            .set("profile", nested(&profile))
            .set(LISTED, ANEW)
            .when(exists("pk").and(absent("deletion_due_at")))
            .when(is_as_read);
        let user = match &after.username {
            Some(username) => user.set("username", username.as_str()),
            None => user.remove(["username"]),
        };
        let mut transaction =
            Transaction::new("change a profile").with("user", user.in_transaction());
        let lower_case = |user: &User| user.username.as_ref().map(Username::lower_case);
        // Where it is the same, so are the items.
        if lower_case(before) != lower_case(after) {
            let new = after.username.as_ref();
            let new = new.map(keys::username_owners).unwrap_or_default();
            let old = self.own_username_keys(before).await?.into_iter();
            for key in old.filter(|key| !new.contains(key)) {
                let give_up = remove_if(table, key, is_own(after.id));
                transaction = transaction.with("old", give_up);
            }
            for key in new {
                let take = put_if(table, key, &Owner::of(after.id), is_own(after.id));
                transaction = transaction.with("username", take);
            }
        }
        let committed = transaction.audited(audit).commit(self.0).await?;
        Ok(match committed {
            Committed::Yes => ProfileOutcome::Changed,
            Committed::No("username") => ProfileOutcome::UsernameTaken,
            Committed::No(_) => ProfileOutcome::ChangedMeanwhile,
        })
    }

    /// Notes that an owner does not want mails about a topic any more. `false` where the account is not as it was read.
    ///
    /// An account that is to be deleted is changed too: its owner may keep it, and still does not want them.
    pub async fn end_mails(
        &self,
        before: &User,
        topic: Topic,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let mut profile = before.profile.clone();
        profile.notifications.email = profile.notifications.email.without(topic);
        profile.version += 1;
        let version = "profile.version";
        let is_as_read = absent(version).or(equals(version, before.profile.version));
        let user = Update::of(self.0.table(IDENTITY), keys::user(before.id))
            .set("profile", nested(&profile))
            .when(exists("pk"))
            .when(is_as_read);
        let transaction = Transaction::new("end mails").with("user", user.in_transaction());
        let committed = transaction.audited(audit).commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
