//! The `From` header: a name and an address, as RFC 5322 and RFC 2047 want them.

use kernel::email::EmailAddress;
use mail_builder::headers::Header as _;
use mail_builder::headers::address::Address;

use crate::text::one_line;

/// Joins a display name and an address.
pub(crate) fn from_header(display_name: &str, address: &EmailAddress) -> String {
    let name = one_line(display_name, 100);
    if name.is_empty() {
        return address.as_str().to_owned();
    }
    let mut folded = Vec::new();
    Address::from((name.as_str(), address.as_str())).write_header(&mut folded, "From: ".len());
    // SES takes the value in one line, and unfolding is to leave the line breaks out (RFC 5322, section 2.2.3).
    String::from_utf8_lossy(&folded).replace("\r\n", "")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_name_is_quoted_or_encoded_where_it_must_be() {
        let address = EmailAddress::parse("no-reply@kinwise.example").unwrap();
        for (name, header) in [
            ("", "no-reply@kinwise.example"),
            ("KinWise", "\"KinWise\" <no-reply@kinwise.example>"),
            ("Kin Wise", "\"Kin Wise\" <no-reply@kinwise.example>"),
            (
                "Kin, Wise & Co.",
                "\"Kin, Wise & Co.\" <no-reply@kinwise.example>",
            ),
            ("K\"in\\", "\"K\\\"in\\\\\" <no-reply@kinwise.example>"),
            (
                "=?UTF-8?Q?x?=",
                "\"=?UTF-8?Q?x?=\" <no-reply@kinwise.example>",
            ),
            (
                "Kin\r\nBcc: eve@evil.example",
                "\"Kin Bcc: eve@evil.example\" <no-reply@kinwise.example>",
            ),
            (
                "Famílie",
                "=?utf-8?B?RmFtw61saWU=?= <no-reply@kinwise.example>",
            ),
        ] {
            assert_eq!(from_header(name, &address), header);
        }
    }

    #[test]
    fn long_names_are_encoded_in_words_of_at_most_75_characters() {
        let address = EmailAddress::parse("no-reply@kinwise.example").unwrap();
        let name = "家計簿".repeat(20);
        let header = from_header(&name, &address);

        assert!(header.split(' ').all(|word| word.len() <= 75), "{header}");
        let (words, _) = header.split_once(" <").unwrap();
        let decoded = words.split(' ').map(|word| {
            let text = word.strip_prefix("=?utf-8?B?").unwrap();
            let bytes = STANDARD.decode(text.strip_suffix("?=").unwrap()).unwrap();
            // No character is split over two words.
            String::from_utf8(bytes).unwrap()
        });
        assert_eq!(decoded.collect::<String>(), name);
    }

    #[test]
    fn a_long_name_comes_in_one_line() {
        let address = EmailAddress::parse("no-reply@kinwise.example").unwrap();
        let header = from_header(&"Kin Wise and Company ".repeat(8), &address);

        assert!(!header.contains(['\r', '\n']), "{header}");
        assert!(header.ends_with(" <no-reply@kinwise.example>"), "{header}");
    }
}
