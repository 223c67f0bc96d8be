use domain::id::UserId;
use domain::password::PasswordHash;
use domain::user::User;

use crate::Store;
use crate::error::StoreError;

/// Passwords: how they are checked, chosen anew and changed.
pub struct Passwords<'a>(pub(crate) &'a Store);

impl Passwords<'_> {
    /// The hash of an account's password, as it is stored.
    pub async fn stored(&self, user_id: UserId) -> Result<Option<String>, StoreError> {
        let record = self.0.users().record(user_id).await?;
        Ok(record.map(|record| record.password().to_owned()))
    }

    /// An account with the hash of its password, in one read.
    pub async fn lookup_with_user(
        &self,
        user_id: UserId,
    ) -> Result<Option<(User, PasswordHash)>, StoreError> {
        let record = self.0.users().record(user_id).await?;
        Ok(record.map(|record| {
            let hash = PasswordHash::from_stored(record.password().to_owned());
            (record.into(), hash)
        }))
    }
}
