//! What other areas need of an account that is not calling: how to write to its owner, and what the owner may do.

use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use serde::Deserialize;
use store::query::partition;
use store::{Store, StoreError, Table, from_item, get_each, lookup};

use crate::items::{self, AccountItem, GrantItem, IDENTITY};
use crate::notifications::{Channel, NotificationSettings};

/// What is attempted, for errors.
const ATTEMPT: &str = "look an account up";

/// How to write to the owner of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "ContactItem")]
pub struct Contact {
    /// The address of the account.
    pub email: EmailAddress,
    /// The first name as the account says it; may be empty or hostile.
    pub first_name: String,
    /// What the account says of its language (BCP 47), if it says anything.
    pub locale: Option<String>,
    /// What the owner wants to hear of by mail.
    pub mails: Channel,
}

/// The attributes of an account's item that a mail needs.
#[derive(Deserialize)]
struct ContactItem {
    email: EmailAddress,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    profile: ProfileItem,
}

#[derive(Default, Deserialize)]
struct ProfileItem {
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    notifications: NotificationSettings,
}

impl From<ContactItem> for Contact {
    fn from(item: ContactItem) -> Self {
        Self {
            email: item.email,
            first_name: item.first_name,
            locale: item.profile.locale,
            mails: item.profile.notifications.email,
        }
    }
}

/// How to write to the owner of an account, if there is such an account.
pub async fn find_contact(store: &Store, user_id: UserId) -> Result<Option<Contact>, StoreError> {
    lookup(store, store.table(IDENTITY), items::user(user_id), ATTEMPT).await
}

/// The table of lists of accounts, which follow the accounts within seconds. The accounts area makes and writes it.
pub const PEOPLE: Table = Table::named("people");

/// The partition of the accounts that administer.
pub const ADMINISTRATORS: &str = "LIST#created_at#role=admin";

/// What of an entry of the list says whether a message to administrators goes to it.
#[derive(Deserialize)]
struct Reached {
    id: UserId,
    is_active: bool,
    email_verified: bool,
}

/// Everybody who administers and may log in. It follows the accounts within seconds.
pub async fn administrators(store: &Store) -> Result<Vec<UserId>, StoreError> {
    let attempt = "list the administrators";
    let listed = partition(store, store.table(PEOPLE), ADMINISTRATORS, attempt).await?;
    let mut administrators = Vec::new();
    for item in listed {
        let entry: Reached = from_item(item, attempt)?;
        if entry.is_active && entry.email_verified {
            administrators.push(entry.id);
        }
    }
    Ok(administrators)
}

/// What an account may do now. `None` where there is no such account, or none that may log in.
///
/// For work that was asked for some time ago: what was allowed then may not be any more.
pub async fn find_role(store: &Store, user_id: UserId) -> Result<Option<Role>, StoreError> {
    let keys = [items::user(user_id), items::grant(user_id)];
    let [account, grant] = get_each(store, IDENTITY, keys, ATTEMPT).await?;
    let Some(account) = account else {
        return Ok(None);
    };
    let account: AccountItem = from_item(account, ATTEMPT)?;
    let grant = grant.map(|grant| from_item::<GrantItem>(grant, ATTEMPT));
    let grant = grant.transpose()?;
    let is_active = account.standing().is_active();
    Ok(is_active.then(|| account.role(grant.as_ref())))
}
