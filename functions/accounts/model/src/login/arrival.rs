//! Who comes to a door: what is read of the account that they want into, and of the device that they come from.

use identity::IDENTITY;
use jiff::Timestamp;
use kernel::id::UserId;
use store::{Item, StoreError, from_item, get_each};

use crate::account;
use crate::account::User;
use crate::account::record::Record;
use crate::factor::{FactorKind, StoredFactor};
use crate::login::Logins;
use crate::login::keys;
use crate::login::store::DeviceRecord;
use crate::password::PasswordHash;
use crate::session::device::{self, Device};

const ATTEMPT: &str = "look up who comes to a door";

/// An account as it is when somebody comes to one of its doors.
#[derive(Debug)]
pub struct Arrival {
    /// The account with the hash of its password, if there is one.
    pub account: Option<(User, PasswordHash)>,
    /// The device that they come from.
    pub device: SeenDevice,
}

/// A device at the door of an account.
#[derive(Debug)]
pub struct SeenDevice {
    /// The device.
    pub device: Device,
    /// Whether the account has logged in from it, or its owner has reset the password there, not too long ago.
    pub is_known: bool,
}

impl SeenDevice {
    /// What a device is told apart by whose wrong proofs are counted on their own: one that the account knows.
    pub fn known(&self) -> Option<&str> {
        self.is_known.then(|| self.device.digest())
    }
}

impl Logins<'_> {
    /// Reads what a door asks of an account, and whether that knows the device, in one round trip. It is the same for an id
    /// that nobody has.
    pub async fn arrive(
        &self,
        user_id: UserId,
        device: Device,
        now: Timestamp,
    ) -> Result<Arrival, StoreError> {
        let keys = [
            account::keys::user(user_id),
            keys::device(user_id, device.digest()),
        ];
        let [account, known] = get_each(self.0, IDENTITY, keys, ATTEMPT).await?;
        arrival(account, device, known, now)
    }

    /// The same, and a second factor of the account in the same round trip.
    pub async fn arrive_with_factor(
        &self,
        user_id: UserId,
        device: Device,
        factor: FactorKind,
        now: Timestamp,
    ) -> Result<(Arrival, StoredFactor), StoreError> {
        let keys = [
            account::keys::user(user_id),
            keys::device(user_id, device.digest()),
            factor.key(user_id),
        ];
        let [account, known, stored] = get_each(self.0, IDENTITY, keys, ATTEMPT).await?;
        Ok((
            arrival(account, device, known, now)?,
            factor.of_item(stored, ATTEMPT)?,
        ))
    }
}

fn arrival(
    account: Option<Item>,
    device: Device,
    known: Option<Item>,
    now: Timestamp,
) -> Result<Arrival, StoreError> {
    let account = account.map(|item| from_item::<Record>(item, ATTEMPT));
    let known = known.map(|item| from_item::<DeviceRecord>(item, ATTEMPT));
    let is_known = known
        .transpose()?
        .is_some_and(|known| now < known.seen_at + device::MEMORY);
    Ok(Arrival {
        account: account.transpose()?.map(Record::with_password),
        device: SeenDevice { device, is_known },
    })
}
