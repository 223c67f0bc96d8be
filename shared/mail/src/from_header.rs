//! The `From` header: a name and an address, as RFC 5322 and RFC 2047 want them.

use std::fmt::Write as _;

use domain::email::EmailAddress;

use crate::text::one_line;

/// Longest encoded word (RFC 2047, section 2) less its frame, `=?UTF-8?Q?` and `?=`.
const ENCODED_WORD: usize = 75 - 12;

/// Joins a display name and an address.
pub(crate) fn from_header(display_name: &str, address: &EmailAddress) -> String {
    let name = one_line(display_name, 100);
    let address = address.as_str();
    if name.is_empty() {
        address.to_owned()
    } else if !name.is_ascii() {
        format!("{} <{address}>", encoded_words(&name))
    } else if name.chars().all(is_phrase) && !name.contains("=?") {
        format!("{name} <{address}>")
    } else {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\" <{address}>")
    }
}

/// `atext` of RFC 5322, section 3.2.3, and the blanks between atoms.
fn is_phrase(character: char) -> bool {
    character == ' '
        || character.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
}

/// The "Q" encoding for a phrase. A character is never split over two words, and a blank belongs to the word before.
fn encoded_words(text: &str) -> String {
    let mut words = vec![String::new()];
    for character in text.chars() {
        let mut encoded = String::new();
        match character {
            ' ' => encoded.push('_'),
            plain if plain.is_ascii_alphanumeric() => encoded.push(plain),
            other => {
                for byte in other.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(encoded, "={byte:02X}");
                }
            }
        }
        match words.last_mut() {
            Some(word) if word.len() + encoded.len() <= ENCODED_WORD => word.push_str(&encoded),
            _ => words.push(encoded),
        }
    }
    let framed: Vec<String> = words
        .iter()
        .map(|word| format!("=?UTF-8?Q?{word}?="))
        .collect();
    framed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_quoted_or_encoded_where_it_must_be() {
        let address = EmailAddress::parse("no-reply@kinwise.example").unwrap();
        for (name, header) in [
            ("", "no-reply@kinwise.example"),
            ("KinWise", "KinWise <no-reply@kinwise.example>"),
            ("Kin Wise", "Kin Wise <no-reply@kinwise.example>"),
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
                "=?UTF-8?Q?Fam=C3=ADlie?= <no-reply@kinwise.example>",
            ),
        ] {
            assert_eq!(from_header(name, &address), header);
        }
    }

    #[test]
    fn long_names_are_encoded_in_words_of_at_most_75_characters() {
        let address = EmailAddress::parse("no-reply@kinwise.example").unwrap();
        let header = from_header(&"家計簿".repeat(20), &address);

        assert!(header.split(' ').all(|word| word.len() <= 75), "{header}");
        assert_eq!(header.matches("=E5=AE=B6").count(), 20);
    }
}
