//! What a log-in came from, as far as its `User-Agent` and address tell.
//!
//! A device is a kind of client (browser, system and form, without their versions, which change by themselves) in a
//! network. It is a hint and no proof: a `User-Agent` can be copied. So it decides whether a notice is sent and whose
//! wrong passwords slow whom down, and never whether a proof is right.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::SignedDuration;
use woothee::parser::{Parser, WootheeResult};

use crate::audit::Origin;
use crate::digest::sha256_hex;

/// How long a device is remembered after its last log-in.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(180 * 24);

/// What the parser says where it does not know.
const UNKNOWN: &str = "UNKNOWN";

/// Longest name of a program that only its own `User-Agent` tells, in characters.
const MAX_PROGRAM: usize = 30;

/// The form of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DeviceKind {
    /// A computer.
    Desktop,
    /// A telephone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A program, a console, or nothing that says what it is.
    Other,
}

/// A device that accounts log in from: a kind of client in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    kind: DeviceKind,
    name: String,
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
        let parsed = Parser::new().parse(agent);
        let browser = parsed.as_ref().and_then(|parsed| known(parsed.name));
        let system = parsed.as_ref().and_then(|parsed| system(parsed));
        let kind = parsed
            .as_ref()
            .map_or(DeviceKind::Other, |parsed| kind(parsed, agent));

        let program = browser.map_or_else(|| program(agent), str::to_owned);
        let name = match (program.as_str(), system) {
            ("", None) => "Unknown device".to_owned(),
            ("", Some(system)) => system.to_owned(),
            (program, None) => program.to_owned(),
            (program, Some(system)) => format!("{program} on {system}"),
        };
        let identity = format!("{name}\0{}\0{}", kind.as_str(), network(client));
        Self {
            digest: sha256_hex(identity.as_bytes()),
            kind,
            name,
        }
    }

    /// Its form.
    pub fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// What a person would call it: `Firefox on Linux`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is known by.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty() && text != UNKNOWN).then_some(text)
}

/// The family of the operating system.
fn system<'a>(parsed: &WootheeResult<'a>) -> Option<&'a str> {
    let system = known(parsed.os)?;
    Some(match system {
        windows if windows.starts_with("Windows") => "Windows",
        "Mac OSX" => "macOS",
        "iPhone" | "iPad" | "iPod" => "iOS",
        other => other,
    })
}

fn kind(parsed: &WootheeResult<'_>, agent: &str) -> DeviceKind {
    match (parsed.category, parsed.os) {
        (_, "iPad") => DeviceKind::Tablet,
        // Android says `Mobile` on telephones, and on tablets nothing.
        ("smartphone", "Android") if !agent.contains("Mobile") => DeviceKind::Tablet,
        ("smartphone" | "mobilephone", _) => DeviceKind::Mobile,
        ("pc", _) => DeviceKind::Desktop,
        _ => DeviceKind::Other,
    }
}

/// The first product of a `User-Agent` that no browser sends: `KinWise/2.1 (…)` is `KinWise`.
fn program(agent: &str) -> String {
    let product = agent.split(['/', ' ', '(']).next().unwrap_or_default();
    // `Mozilla/5.0` is what nearly everything claims to be.
    if product == "Mozilla" {
        return String::new();
    }
    let is_plain =
        |character: &char| character.is_ascii_alphanumeric() || "._-".contains(*character);
    product.chars().filter(is_plain).take(MAX_PROGRAM).collect()
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
    fn a_device_is_named_as_a_person_would_name_it() {
        for (agent, name, kind) in [
            (FIREFOX, "Firefox on Linux", DeviceKind::Desktop),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on Windows",
                DeviceKind::Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
                DeviceKind::Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
                DeviceKind::Desktop,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
                DeviceKind::Mobile,
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
                DeviceKind::Tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                DeviceKind::Mobile,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on Android",
                DeviceKind::Tablet,
            ),
            ("KinWise/2.1 (build 7)", "KinWise", DeviceKind::Other),
            ("<b>x</b>/1", "bx", DeviceKind::Other),
            ("Mozilla/5.0", "Unknown device", DeviceKind::Other),
            ("", "Unknown device", DeviceKind::Other),
        ] {
            let device = Device::seen(agent, "192.0.2.1");

            assert_eq!((device.name(), device.kind()), (name, kind), "{agent}");
        }
    }

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
