//! How often something may be asked for, and who is asking.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use jiff::SignedDuration;

/// So many calls in a window that the first call opens.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its name in the `RateLimit-Policy` header and in the counter's key.
    pub name: &'static str,
    /// Calls that pass in one window.
    pub quota: u32,
    /// Length of the window.
    pub window: SignedDuration,
}

/// Who is calling: an IPv4 address, or the /64 of an IPv6 one, since a household or an attacker has all of that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client(String);

impl Client {
    /// Reads the caller's address as the gateway gives it. Callers without one share one bucket: the limit holds, it never opens.
    pub fn from_source_ip(text: Option<&str>) -> Self {
        let Some(address) = text.and_then(|text| text.parse::<IpAddr>().ok()) else {
            return Self("unknown".to_owned());
        };
        // `::ffff:192.0.2.1` is the IPv4 address it carries.
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_string()),
            IpAddr::V6(address) => {
                let prefix = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
                Self(format!("{prefix}/64"))
            }
        }
    }

    /// The bucket's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_client_share_a_bucket() {
        for (address, bucket) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("not an address", "unknown"),
        ] {
            assert_eq!(Client::from_source_ip(Some(address)).as_str(), bucket);
        }
        assert_eq!(Client::from_source_ip(None).as_str(), "unknown");
    }
}
