//! Who comes to a door: what is read of the account that they want into, and of the device that they come from.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::id::UserId;
use store::{StoreError, from_item, get_some};

use crate::account;
use crate::account::User;
use crate::account::record::Record;
use crate::factor::{FactorKind, StoredFactor};
use crate::login::{DeviceClaim, Logins, SeenDevice};
use crate::password::PasswordHash;

const ATTEMPT: &str = "look up who comes to a door";

/// An account as it is when somebody comes to one of its doors.
#[derive(Debug)]
pub struct Arrival {
    /// The account with the hash of its password, if there is one.
    pub account: Option<(User, PasswordHash)>,
    /// The device that they come from.
    pub device: SeenDevice,
}

impl Logins<'_> {
    /// Reads what a door asks of an account, and whether that knows the device, in one round trip. It is the same for an id
    /// that nobody has.
    pub async fn arrive(
        &self,
        user_id: UserId,
        device: DeviceClaim,
        now: Timestamp,
    ) -> Result<Arrival, StoreError> {
        let (arrival, _) = self.read(user_id, device, None, now).await?;
        Ok(arrival)
    }

    /// The same, and a second factor of the account in the same round trip.
    pub async fn arrive_with_factor(
        &self,
        user_id: UserId,
        device: DeviceClaim,
        factor: FactorKind,
        now: Timestamp,
    ) -> Result<(Arrival, StoredFactor), StoreError> {
        let (arrival, stored) = self.read(user_id, device, Some(factor), now).await?;
        let nothing = || factor.of_item(None, ATTEMPT);
        Ok((arrival, stored.map_or_else(nothing, Ok)?))
    }

    async fn read(
        &self,
        user_id: UserId,
        device: DeviceClaim,
        factor: Option<FactorKind>,
        now: Timestamp,
    ) -> Result<(Arrival, Option<StoredFactor>), StoreError> {
        let token = device.token_key(user_id);
        let shows_token = token.is_some();
        let mut keys = vec![account::keys::user(user_id), device.place_key(user_id)];
        keys.extend(token);
        keys.extend(factor.map(|factor| factor.key(user_id)));

        let found = get_some(self.0, IDENTITY, keys, ATTEMPT).await?;
        let mut found = found.into_iter();
        let mut next = || found.next().flatten();
        let account = next().map(|item| from_item::<Record>(item, ATTEMPT));
        let place = next().map(|item| from_item(item, ATTEMPT)).transpose()?;
        let token = if shows_token { next() } else { None };
        let token = token.map(|item| from_item(item, ATTEMPT)).transpose()?;
        let factor = factor.map(|factor| factor.of_item(next(), ATTEMPT));

        let account = account.transpose()?;
        let tokens_from = account.as_ref().and_then(Record::device_tokens_from);
        let arrival = Arrival {
            device: device.seen(place.as_ref(), token, tokens_from, now),
            account: account.map(Record::with_password),
        };
        Ok((arrival, factor.transpose()?))
    }
}
