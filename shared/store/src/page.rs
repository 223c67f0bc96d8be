//! Parts of lists. A list is read on from a place in it, not from a number: however far in, a part costs the same.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// The longest place that is read: DynamoDB's longest sort key, in octets.
const MAX_KEY: usize = 1024;

/// What part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The number of entries wanted at most; at least one.
    pub size: usize,
    /// The position at which the part begins: a [`Page`]'s `next` or `previous`. The beginning, if there is none.
    pub position: Option<Position>,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// The position at which the part after it begins, if there is one. It may turn out empty, where few entries are wanted
    /// of many.
    pub next: Option<Position>,
    /// The position at which the part before it ends, if there is one.
    pub previous: Option<Position>,
}

/// A place in a list, and which way to read from there.
///
/// Its text is opaque to callers, not secret: it says where, and the caller's own request says in which list. Who makes
/// one up sees another part of the same list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The direction in which the list is read from there.
    pub way: Way,
    /// The sort key of the entry it stands at, which is not read again.
    pub key: String,
}

/// The direction in which to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What comes after the entry.
    On,
    /// What comes before it.
    Back,
}

/// A text that no page gave as its `next` or `previous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is no page of the list: take `next` or `previous` of an answer.")]
pub struct InvalidPosition;

/// A list without entries.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
            previous: None,
        }
    }
}

impl<T> Page<T> {
    /// The same part of the list, with something else for every entry.
    pub fn map<U>(self, entry: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(entry).collect(),
            next: self.next,
            previous: self.previous,
        }
    }

    /// Whether the part is the whole list.
    pub fn is_all(&self) -> bool {
        self.next.is_none() && self.previous.is_none()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::On => '>',
            Way::Back => '<',
        };
        formatter.write_str(&URL_SAFE_NO_PAD.encode(format!("{way}{}", self.key)))
    }
}

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Four characters for three octets: what is longer is not decoded at all.
        if text.len() > MAX_KEY * 4 / 3 + 4 {
            return Err(InvalidPosition);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidPosition)?;
        let text = String::from_utf8(bytes).map_err(|_| InvalidPosition)?;
        let (way, key) = match text.split_at_checked(1) {
            Some((">", key)) => (Way::On, key),
            Some(("<", key)) => (Way::Back, key),
            _ => return Err(InvalidPosition),
        };
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(InvalidPosition);
        }
        Ok(Self {
            way,
            key: key.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_from_its_text() {
        for way in [Way::On, Way::Back] {
            let position = Position {
                way,
                key: "1763726400000#ann@bücher.example".to_owned(),
            };
            let text = position.to_string();

            assert_eq!(text.parse(), Ok(position));
            assert!(
                text.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
                "{text} can stand in an address as it is"
            );
        }
    }

    #[test]
    fn other_texts_are_no_positions() {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        for text in [
            "",
            "1",
            "2",
            "-1",
            "%00",
            "null",
            &encode(b""),
            &encode(b">"),
            &encode(b"<"),
            &encode(b"=abc"),
            &encode(b">\xff\xfe"),
            &encode("äbc".as_bytes()),
            &encode(&[b'>'; MAX_KEY + 2]),
            &"A".repeat(1_000_000),
        ] {
            let read: Result<Position, _> = text.parse();
            assert_eq!(
                read,
                Err(InvalidPosition),
                "{:?}",
                &text[..text.len().min(40)]
            );
        }
    }
}
