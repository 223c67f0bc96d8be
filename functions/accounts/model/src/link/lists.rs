//! Mailed links as administrators see them: that there are some, and never their tokens.

use std::collections::{BTreeSet, HashMap};

use identity::IDENTITY;
use jiff::Timestamp;
use jiff::civil::Date;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use serde::Deserialize;
use store::batch::get_all;
use store::by_day::{BY_DAY, BY_DAY_KEY};
use store::from_item;
use store::{Listing, Page, PageError, PageRequest, StoreError};

use crate::account;
use crate::account::User;
use crate::link::keys;
use crate::link::{LinkKind, Links};
use crate::mailed::sent_to;

/// A mailed link, as it is listed.
#[derive(Debug, Clone)]
pub struct ListedLink {
    /// The account that the link is for.
    pub user_id: UserId,
    /// The address it was sent to.
    pub email: EmailAddress,
    /// The state of the link.
    pub state: LinkState,
    /// The moment at which the link was made.
    pub created_at: Timestamp,
    /// The moment at which the link expires.
    pub expires_at: Timestamp,
}

/// The state of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// The link is valid.
    Valid,
    /// Somebody followed it, and it did its work.
    Used,
    /// A newer one took its place.
    Replaced,
    /// Nobody used it, and it was taken away: its work was done in another way, what an account's links are taken away for
    /// happened to the account, or the account has gone. One that was used this very moment may be called so, because the
    /// index hears of its use later than the account.
    Void,
    /// The link has expired.
    Expired,
}

#[derive(Deserialize)]
struct Record {
    pk: String,
    user_id: UserId,
    email: EmailAddress,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    expires_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    used_at: Option<Timestamp>,
}

impl Links<'_> {
    /// The links of a kind that were made on a day, the newest first. For kinds of which an account's newest alone is good.
    pub async fn list(
        &self,
        kind: LinkKind,
        day: Date,
        email: Option<&EmailAddress>,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<ListedLink>, PageError> {
        let listing = Listing {
            store: self.0,
            table: self.0.table(IDENTITY),
            index: Some(BY_DAY),
            attributes: BY_DAY_KEY,
            partitions: keys::partitions(kind, day),
            range: (None, None),
            attempt: "list links",
        };
        let found: Page<Record> = listing.page_of(page, &sent_to(email)).await?;

        let owners = found.items.iter().map(|record| record.user_id).collect();
        let owners = self.owners(kind, owners).await?;
        Ok(found.map(|record| ListedLink {
            state: state(&record, owners.get(&record.user_id), now),
            user_id: record.user_id,
            email: record.email,
            created_at: record.created_at,
            expires_at: record.expires_at,
        }))
    }

    async fn owners(
        &self,
        kind: LinkKind,
        ids: BTreeSet<UserId>,
    ) -> Result<HashMap<UserId, Owner>, StoreError> {
        let attempt = "look up the owners of links";
        let keys = ids.into_iter().map(account::keys::user).collect();
        let items = get_all(self.0, self.0.table(IDENTITY), keys, attempt).await?;
        let owners = items.into_iter().map(|item| {
            let record: crate::account::record::Record = from_item(item, attempt)?;
            let newest = record.newest_link(kind).map(str::to_owned);
            let user = User::from(record);
            // A verified address has its pointer still.
            let is_done = kind == LinkKind::Verification && user.email_verified;
            Ok((user.id, Owner { newest, is_done }))
        });
        owners.collect()
    }
}

/// What the account of a link says about it.
struct Owner {
    /// The digest of its newest link of the kind, unless that was taken away.
    newest: Option<String>,
    /// What the links are for has been done, by whichever way.
    is_done: bool,
}

fn state(link: &Record, owner: Option<&Owner>, now: Timestamp) -> LinkState {
    if link.used_at.is_some() {
        return LinkState::Used;
    }
    let newest = owner.and_then(|owner| owner.newest.as_deref());
    match newest {
        Some(newest) if !link.pk.ends_with(newest) => LinkState::Replaced,
        _ if owner.is_none_or(|owner| owner.is_done) => LinkState::Void,
        Some(_) if now < link.expires_at => LinkState::Valid,
        Some(_) => LinkState::Expired,
        None => LinkState::Void,
    }
}
