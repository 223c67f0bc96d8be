//! What a log-in came from, as far as its `User-Agent` and address tell.

use jiff::SignedDuration;

use crate::audit::Origin;
use crate::digest::sha256_hex;

/// How long a device is remembered after its last log-in.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(180 * 24);

/// A device that accounts log in from: a kind of client in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    digest: String,
}

impl Device {
    /// The device a request comes from.
    pub fn of(origin: &Origin) -> Self {
        let text = format!("{}\0{}", origin.agent, origin.client);
        Self {
            digest: sha256_hex(text.as_bytes()),
        }
    }

    /// What it is known by.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
