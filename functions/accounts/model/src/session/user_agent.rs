//! What a `User-Agent` says of itself (RFC 9110, section 10.1.5): the browser's family, the system's, and the form.
//!
//! Only families: versions change by themselves, and all that depends on them is guesswork. A browser claims to be others
//! too, for old servers' sake, so the order of the lists decides: whoever adds a family puts it above those it claims.
//!
//! This is our own, although crates read a `User-Agent`: they bring hundreds of patterns, or a regular-expression engine, tell
//! versions apart, and change their names with every update. A device is known by its name here (see [`crate::session::device`]): a name
//! that an update changes would mail everybody a notice of a new device.

use crate::session::device::DeviceKind;

/// The longest name of a program that only its own `User-Agent` tells, in characters.
const MAX_PROGRAM: usize = 30;

/// The products that name a browser. All that are built on Chromium also say `Chrome` and `Safari`.
const BROWSERS: [(&str, &str); 15] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
];

/// The words that name a system. iOS also says `Mac OS X`, Android `Linux`, `ChromeOS` `X11`.
const SYSTEMS: [(&str, &str, DeviceKind); 8] = [
    ("Windows", "Windows", DeviceKind::Desktop),
    ("iPad", "iOS", DeviceKind::Tablet),
    ("iPhone", "iOS", DeviceKind::Mobile),
    ("iPod", "iOS", DeviceKind::Mobile),
    ("Android", "Android", DeviceKind::Mobile),
    ("CrOS", "ChromeOS", DeviceKind::Desktop),
    ("Mac OS X", "macOS", DeviceKind::Desktop),
    ("Linux", "Linux", DeviceKind::Desktop),
];

/// A client as its `User-Agent` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserAgent {
    /// The browser or program; empty where it does not say.
    pub(crate) program: String,
    /// The system that it runs on; empty where it does not say.
    pub(crate) system: &'static str,
    /// The form of the device.
    pub(crate) kind: DeviceKind,
}

impl UserAgent {
    /// Reads a `User-Agent` header. There is none that cannot be read.
    pub(crate) fn parse(header: &str) -> Self {
        let browser = BROWSERS.iter().find(|(token, _)| header.contains(token));
        let system = SYSTEMS.iter().find(|(token, ..)| header.contains(token));
        let program = match browser {
            // A program that shows pages inside itself names itself first, and then its browser's engine.
            Some((_, name)) if is_browser(header) => (*name).to_owned(),
            _ => program(header),
        };

        let kind = match system {
            // A browser on Android says `Mobile` on telephones, and on tablets nothing.
            Some((_, "Android", _)) if is_browser(header) && !header.contains("Mobile") => {
                DeviceKind::Tablet
            }
            Some((_, _, kind)) => *kind,
            None => DeviceKind::Other,
        };
        Self {
            program,
            system: system.map_or("", |(_, system, _)| system),
            kind,
        }
    }

    /// What a person would call it in English: `Firefox on Linux`.
    pub(crate) fn name(&self) -> String {
        match (self.program.as_str(), self.system) {
            ("", "") => "Unknown device".to_owned(),
            (device, "") | ("", device) => device.to_owned(),
            (program, system) => format!("{program} on {system}"),
        }
    }
}

/// Whether it begins as the `User-Agent` of every browser does, and of hardly a program.
fn is_browser(header: &str) -> bool {
    header.starts_with("Mozilla/")
}

/// The first product of a `User-Agent` that no browser sends: `KinWise/2.1 (…)` is `KinWise`.
fn program(header: &str) -> String {
    if is_browser(header) {
        return String::new();
    }
    let product = header.split(['/', ' ', '(']).next().unwrap_or_default();
    let is_plain =
        |character: &char| character.is_ascii_alphanumeric() || "._-".contains(*character);
    product.chars().filter(is_plain).take(MAX_PROGRAM).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_client_is_named_as_a_person_would_name_it() {
        use DeviceKind::{Desktop, Mobile, Other, Tablet};
        for (header, name, kind) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/124.0.0.0",
                "Opera on Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
                "Internet Explorer on Windows",
                Desktop,
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
                Desktop,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
                Desktop,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
                Mobile,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.26 Mobile/15E148 Safari/604.1",
                "Chrome on iOS",
                Mobile,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                "iOS",
                Mobile,
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
                Tablet,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
                Mobile,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36",
                "Samsung Internet on Android",
                Tablet,
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
                "Firefox on Android",
                Mobile,
            ),
            ("KinWise/2.1 (build 7)", "KinWise", Other),
            ("KinWise/2.1 (iPhone; iOS 18.5)", "KinWise on iOS", Mobile),
            ("KinWise/2.1 (Android 15)", "KinWise on Android", Mobile),
            ("KinWise/2.1 Chrome/141.0", "KinWise", Other),
            ("curl/8.5.0", "curl", Other),
            ("<b>x</b>/1", "bx", Other),
            ("Mozilla/5.0", "Unknown device", Other),
            ("", "Unknown device", Other),
        ] {
            let agent = UserAgent::parse(header);

            assert_eq!(
                (agent.name().as_str(), agent.kind),
                (name, kind),
                "{header}"
            );
        }
    }

    proptest! {
        /// Names stand in mails and lists: nothing a stranger wrote may reach them but a short plain word.
        #[test]
        fn whatever_is_claimed_the_name_is_short_and_plain(header in ".{0,300}") {
            let name = UserAgent::parse(&header).name();

            prop_assert!(!name.is_empty() && name.len() <= MAX_PROGRAM + " on ChromeOS".len());
            prop_assert!(name.chars().all(|character| character.is_ascii_alphanumeric() || "._- ".contains(character)));
        }
    }
}
