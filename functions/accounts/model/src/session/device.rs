//! What a log-in came from, as far as its `User-Agent` and address tell.
//!
//! A device is a kind of client (browser, system and form, without their versions, which change by themselves) in a
//! network. It is a hint and no proof: a `User-Agent` can be copied. So it decides whether a notice is sent and whose
//! wrong passwords slow whom down, and never whether a proof is right.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::SignedDuration;
use kernel::audit::Origin;
use kernel::digest::sha256_hex;

use crate::session::user_agent::UserAgent;

/// The time for which a device is remembered after its last log-in.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(180 * 24);

/// The form of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DeviceKind {
    /// The device is a computer.
    Desktop,
    /// The device is a telephone.
    Mobile,
    /// The device is a tablet.
    Tablet,
    /// A program, a console, or nothing that says what it is.
    Other,
}

/// A device that accounts log in from: a kind of client in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    agent: UserAgent,
    digest: String,
}

impl DeviceKind {
    /// The name in answers.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl Device {
    /// The device a request comes from.
    pub fn of(origin: &Origin) -> Self {
        Self::seen(&origin.agent, &origin.client)
    }

    /// The device with this `User-Agent` and address of the client, as a session keeps them.
    pub fn seen(agent: &str, client: &str) -> Self {
        let agent = UserAgent::parse(agent);
        let (name, kind) = (agent.name(), agent.kind.as_str());
        let identity = format!("{name}\0{kind}\0{}", network(client));
        Self {
            digest: sha256_hex(identity.as_bytes()),
            agent,
        }
    }

    /// The form of the device.
    pub fn kind(&self) -> DeviceKind {
        self.agent.kind
    }

    /// What a person would call it in English: `Firefox on Linux`.
    pub fn name(&self) -> String {
        self.agent.name()
    }

    /// The browser or program; empty where it does not say.
    pub fn program(&self) -> &str {
        &self.agent.program
    }

    /// The system that it runs on; empty where it does not say.
    pub fn system(&self) -> &'static str {
        self.agent.system
    }

    /// What it is known by.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// The network of a client: providers hand out another address of the same one from day to day. A /24 of IPv4; a /48 of
/// IPv6, the most that one customer gets (RFC 6177).
fn network(client: &str) -> String {
    let address = client.split('/').next().unwrap_or_default();
    match address.parse() {
        Ok(IpAddr::V4(address)) => Ipv4Addr::from_bits(address.to_bits() & !0xff).to_string(),
        Ok(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).to_string(),
        Err(_) => client.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    #[test]
    fn an_update_and_another_address_of_the_same_network_make_no_other_device() {
        let home = Device::seen(FIREFOX, "192.0.2.1");

        assert_eq!(
            Device::seen(&FIREFOX.replace("140", "141"), "192.0.2.99"),
            home
        );
        for (agent, client) in [
            (FIREFOX, "192.0.3.1"),
            (FIREFOX, "unknown"),
            (FIREFOX, "2001:db8:1:2::/64"),
            ("curl/8.5.0", "192.0.2.1"),
            ("", "192.0.2.1"),
        ] {
            let other = Device::seen(agent, client);

            assert_ne!(other.digest(), home.digest(), "{agent} {client}");
        }
        assert_eq!(
            Device::seen(FIREFOX, "2001:db8:1:2::/64"),
            Device::seen(FIREFOX, "2001:db8:1:ff::/64")
        );
        assert_ne!(
            Device::seen(FIREFOX, "2001:db8:1:2::/64"),
            Device::seen(FIREFOX, "2001:db8:2:2::/64")
        );
    }
}
