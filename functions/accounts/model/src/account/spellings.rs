//! Usernames that were taken when they had to differ in simple lower case alone, and how their owners come by the rest.

use identity::IDENTITY;
use kernel::id::UserId;
use serde::Deserialize;
use store::condition::equals;
use store::value::string;
use store::writes::{add, check};
use store::{Committed, Key, StoreError, Transaction, from_item};

use crate::account::owners::Owner;
use crate::account::{Users, keys};
use crate::profile::Username;

const ATTEMPT: &str = "take the spellings of usernames";

/// What is read of an account that has a username.
#[derive(Deserialize)]
struct Named {
    id: UserId,
    username: Username,
}

impl Users<'_> {
    /// Gives every account the items of its username that nobody has, so that it is found by each spelling and nobody else can
    /// take one. Gives how many there were. Of two accounts whose usernames are one by now, the first to come gets what they
    /// share; both are found by their own spelling as before.
    ///
    /// For operators alone: it goes through the whole table. It may run while accounts change.
    pub async fn take_spellings(&self) -> Result<usize, StoreError> {
        let (mut taken, mut start) = (0, None);
        loop {
            let scan = self.0.client().scan().table_name(self.0.table(IDENTITY));
            let page = scan
                .consistent_read(true)
                .filter_expression("#sk = :account AND attribute_exists(#username)")
                .expression_attribute_names("#sk", "sk")
                .expression_attribute_names("#username", "username")
                .expression_attribute_values(":account", string(keys::ACCOUNT))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(ATTEMPT, error))?;
            for item in page.items.unwrap_or_default() {
                taken += self.take_spellings_of(&from_item(item, ATTEMPT)?).await?;
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(taken);
            }
        }
    }

    async fn take_spellings_of(&self, named: &Named) -> Result<usize, StoreError> {
        if keys::username_owners(&named.username).len() == 1 {
            return Ok(0);
        }
        let mut taken = 0;
        for (key, owner) in self.username_owners(&named.username).await? {
            if owner.is_none() && self.take_spelling(named, key).await? {
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// False if somebody has it by now, or the account has another username.
    async fn take_spelling(&self, named: &Named, key: Key) -> Result<bool, StoreError> {
        let table = self.0.table(IDENTITY);
        let is_named_so = equals("username", named.username.as_str());
        let committed = Transaction::new(ATTEMPT)
            .with("owner", add(table, key, &Owner::of(named.id)))
            .with("user", check(table, keys::user(named.id), is_named_so))
            .commit(self.0)
            .await?;
        Ok(matches!(committed, Committed::Yes))
    }
}
