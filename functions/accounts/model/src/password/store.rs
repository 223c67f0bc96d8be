use kernel::id::UserId;
use store::{Store, StoreError};

use crate::account::record::Record;
use crate::account::{User, Users};
use crate::password::PasswordHash;

/// Passwords: how they are checked, chosen anew and changed.
pub struct Passwords<'a>(pub &'a Store);

impl Passwords<'_> {
    /// The hash of an account's password, as it is stored.
    pub async fn stored(&self, user_id: UserId) -> Result<Option<String>, StoreError> {
        let record = Users(self.0).record(user_id).await?;
        Ok(record.map(|record| record.password().to_owned()))
    }

    /// An account with the hash of its password, in one read.
    pub async fn lookup_with_user(
        &self,
        user_id: UserId,
    ) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let record = Users(self.0).record(user_id).await?;
        Ok(record.map(Record::with_password))
    }
}
