//! How often something may be asked for, and who is asking.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::SignedDuration;

/// So many calls in a window. Windows follow each other from the beginning of the Unix epoch on: one of an hour begins with the
/// hour.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its name in the `RateLimit-Policy` header and in the counter's key.
    pub name: &'static str,
    /// Calls that pass in one window.
    pub quota: u32,
    /// The length of the window.
    pub window: SignedDuration,
    /// The caller or thing whose calls are counted together.
    pub per: Per,
}

/// A call that is to be counted: by which limit, and together with whose.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The limit that counts it.
    pub limit: Limit,
    /// Whose calls are counted together; hashed before it is stored, since it may be an address.
    pub subject: String,
}

/// The calls that a limit counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// All calls of one client, whatever account or address they are about.
    Client,
    /// All calls about one e-mail address, whoever calls.
    Address,
    /// All calls about one account, whoever calls.
    Account,
    /// All calls that there are.
    Everybody,
}

impl Per {
    /// The name in the documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Address => "address",
            Self::Account => "account",
            Self::Everybody => "everybody",
        }
    }
}

/// Wrong proofs in a row that cost nothing: everybody mistypes.
pub const FREE_TRIES: u32 = 5;

/// The pause after the last free try. Each further wrong try doubles it.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// The longest pause after wrong tries. An end to it, so that nobody can lock a victim out for good by guessing in their
/// name; long enough that a guesser has some hundred tries a day.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Wrong proofs in a row, after which none is looked at until they are forgotten (NIST SP 800-63B-4, 3.2.2: no more than 100).
pub const MOST_TRIES: u32 = 100;

/// Wrong proofs are forgotten so long after the newest of them.
pub const TRIES_REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// The time in which nobody may try again after so many tries in a row, none of them right.
pub fn pause_after(tries: u32) -> SignedDuration {
    if tries >= MOST_TRIES {
        return TRIES_REMEMBERED;
    }
    let Some(doublings) = tries.checked_sub(FREE_TRIES) else {
        return SignedDuration::ZERO;
    };
    let factor = 1_i32.checked_shl(doublings).filter(|factor| *factor > 0);
    factor
        .and_then(|factor| FIRST_PAUSE.checked_mul(factor))
        .map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE))
}

/// The client that calls: an IPv4 address, or the /64 of an IPv6 one, since a household or an attacker has all of that.
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

    /// The name of the client's bucket.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the bucket of its network: the /24 of an IPv4 address, the /48 of an IPv6 one, which is the most that one
    /// customer gets (RFC 6177).
    pub fn network(&self) -> String {
        let address = self.0.split('/').next().and_then(|text| text.parse().ok());
        match address {
            Some(IpAddr::V4(address)) => {
                let prefix = Ipv4Addr::from_bits(address.to_bits() & !0xff);
                format!("{prefix}/24")
            }
            Some(IpAddr::V6(address)) => {
                let prefix = Ipv6Addr::from_bits(address.to_bits() >> 80 << 80);
                format!("{prefix}/48")
            }
            None => self.0.clone(),
        }
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
    fn five_tries_are_free_then_pauses_double_and_a_hundred_end_it() {
        let pauses = |tries: std::ops::RangeInclusive<u32>| -> Vec<i64> {
            tries.map(|tries| pause_after(tries).as_secs()).collect()
        };

        assert_eq!(pauses(0..=4), [0; 5]);
        assert_eq!(pauses(5..=15), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);
        for tries in [16, 35, 36, 37, 68, 99] {
            assert_eq!(pause_after(tries), LONGEST_PAUSE, "{tries}");
        }
        for tries in [100, 1_000, u32::MAX] {
            assert_eq!(pause_after(tries), TRIES_REMEMBERED, "{tries}");
        }
    }

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

    #[test]
    fn clients_of_one_customer_share_the_bucket_of_their_network() {
        for (address, network) in [
            ("192.0.2.1", "192.0.2.0/24"),
            ("192.0.2.255", "192.0.2.0/24"),
            ("2001:db8:1:2::1", "2001:db8:1::/48"),
            ("2001:db8:1:ffff::1", "2001:db8:1::/48"),
            ("2001:db8:2::1", "2001:db8:2::/48"),
            ("not an address", "unknown"),
        ] {
            assert_eq!(Client::from_source_ip(Some(address)).network(), network);
        }
    }
}
