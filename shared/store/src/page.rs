//! Parts of lists. A list is read on from a place in it: however far in, a part costs the same. A part that is asked for by
//! its number costs what is before it as well, so numbers go only so far.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::count::Count;
use crate::error::StoreError;

/// The longest place that is read: DynamoDB's longest sort key, in octets, and which of several partitions it is in.
const MAX_KEY: usize = 1024 + 8;

/// The octets of a position's text that say which list it is of.
const TAG: usize = 6;

/// What part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// The number of entries wanted at most; at least one.
    pub size: usize,
    /// The place at which the part begins.
    pub start: Start,
    /// The number up to which the entries of the whole list are counted; 0 where nobody asks how many there are. Where the
    /// list is counted, so many entries are looked at for the part, too: it is shorter than asked for only where the list ends
    /// or is longer than that.
    pub count_to: usize,
}

/// The place in a list at which a part begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The part begins after so many entries of the list; 0 is its beginning.
    After(usize),
    /// The part begins at a position: a [`Page`]'s `next` or `previous`.
    At(Position),
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
    /// The number of entries of the whole list, where the request asks for it.
    pub count: Option<Count>,
}

/// A place in a list, and which way to read from there.
///
/// Its text is opaque to callers, not secret. It says where, and of which list, and is refused by every other.
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

/// A text that no page of the list gave as its `next` or `previous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is no page of the list: take `next` or `previous` of an answer, or a number.")]
pub struct InvalidPosition;

/// The reason why a list has no such part to show.
#[derive(Debug, Error)]
pub enum PageError {
    /// The position is in no list, or in another one.
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    /// More entries are before the part than are looked at.
    #[error("This page is too deep in the list to have a number: follow `next`.")]
    TooDeep,
    /// The list ends before the part.
    #[error("the list ends before the page")]
    PastEnd,
    /// The list could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PageRequest {
    /// So many entries from a position on, or from the beginning. Nothing is counted.
    pub fn new(size: usize, position: Option<Position>) -> Self {
        Self {
            size,
            start: position.map_or(Start::After(0), Start::At),
            count_to: 0,
        }
    }
}

/// A list without entries.
impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
            previous: None,
            count: None,
        }
    }
}

impl<T> Page<T> {
    /// The part that is wanted of a list of one entry or none.
    pub fn of_one(entry: Option<T>, request: &PageRequest) -> Result<Self, PageError> {
        match request.start {
            Start::After(0) => Ok(Self {
                items: entry.into_iter().collect(),
                next: None,
                previous: None,
                count: None,
            }),
            Start::After(_) => Err(PageError::PastEnd),
            // It has no other part, so nobody was given a position.
            Start::At(_) => Err(PageError::Position(InvalidPosition)),
        }
    }

    /// The part that is wanted of a list that is at hand, whole. `place` gives what an entry is sorted by: the list goes by it,
    /// and no two entries have the same.
    pub fn of_whole(
        entries: Vec<T>,
        place: impl Fn(&T) -> String,
        request: &PageRequest,
    ) -> Result<Self, PageError> {
        let count = entries.len();
        let places: Vec<String> = entries.iter().map(place).collect();
        let (begin, end) = match &request.start {
            Start::After(0) => (0, request.size),
            Start::After(before) if *before >= count => return Err(PageError::PastEnd),
            Start::After(before) => (*before, before + request.size),
            Start::At(Position { way: Way::On, key }) => {
                let begin = places.partition_point(|place| place <= key);
                (begin, begin + request.size)
            }
            Start::At(Position {
                way: Way::Back,
                key,
            }) => {
                let end = places.partition_point(|place| place < key);
                (end.saturating_sub(request.size), end)
            }
        };
        let end = end.min(count);
        let at = |place: usize, way| {
            let key = places.get(place).cloned();
            key.map(|key| Position { way, key })
        };
        let next = if end < count && end > 0 {
            at(end - 1, Way::On)
        } else {
            None
        };
        let previous = if begin > 0 {
            at(begin, Way::Back)
        } else {
            None
        };
        Ok(Self {
            items: entries.into_iter().skip(begin).take(end - begin).collect(),
            next,
            previous,
            count: Some(Count::Exactly(count)),
        })
    }

    /// The same part of the list, with something else for every entry.
    pub fn map<U>(self, entry: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(entry).collect(),
            next: self.next,
            previous: self.previous,
            count: self.count,
        }
    }

    /// The number of entries of the whole list, if it is known.
    pub fn total(&self) -> Option<Count> {
        let is_all = self.next.is_none() && self.previous.is_none();
        if is_all {
            Some(Count::Exactly(self.items.len()))
        } else {
            self.count
        }
    }
}

impl Position {
    /// The text by which a caller comes back to it. `list` names the list, with all that it is narrowed to and its order.
    pub fn to_text(&self, list: &str) -> String {
        let way = match self.way {
            Way::On => b'>',
            Way::Back => b'<',
        };
        let mut bytes = tag(list).to_vec();
        bytes.push(way);
        bytes.extend_from_slice(self.key.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the text of a position of this list.
    pub fn parse(text: &str, list: &str) -> Result<Self, InvalidPosition> {
        // Four characters for three octets: what is longer is not decoded at all.
        if text.len() > (TAG + MAX_KEY) * 4 / 3 + 4 {
            return Err(InvalidPosition);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidPosition)?;
        let bytes = bytes.strip_prefix(&tag(list)).ok_or(InvalidPosition)?;
        let (way, key) = match bytes.split_first() {
            Some((b'>', key)) => (Way::On, key),
            Some((b'<', key)) => (Way::Back, key),
            _ => return Err(InvalidPosition),
        };
        let key = str::from_utf8(key).map_err(|_| InvalidPosition)?;
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(InvalidPosition);
        }
        Ok(Self {
            way,
            key: key.to_owned(),
        })
    }
}

/// What tells a list from others. It keeps mistakes out, not attackers: what a position can show, its list shows anyway.
fn tag(list: &str) -> [u8; TAG] {
    let digest = Sha256::digest(list.as_bytes());
    std::array::from_fn(|place| digest[place])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn other_texts_are_no_positions() {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let tagged = |bytes: &[u8]| encode(&[&tag("/x"), bytes].concat());
        for text in [
            "",
            "1",
            "2",
            "-1",
            "%00",
            "null",
            &encode(b">abc"),
            &tagged(b""),
            &tagged(b">"),
            &tagged(b"<"),
            &tagged(b"=abc"),
            &tagged(b">\xff\xfe"),
            &tagged("äbc".as_bytes()),
            &tagged(&[b'>'; MAX_KEY + 2]),
            &"A".repeat(1_000_000),
        ] {
            assert_eq!(
                Position::parse(text, "/x"),
                Err(InvalidPosition),
                "{:?}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn a_list_at_hand_is_read_to_its_end_and_back() {
        let entries: Vec<u32> = (10..30).collect();
        let page = |start, size| {
            let request = PageRequest {
                size,
                start,
                count_to: 10,
            };
            Page::of_whole(entries.clone(), u32::to_string, &request)
        };
        let (mut start, mut seen, mut back) = (Start::After(0), Vec::new(), None);
        loop {
            let page = page(start, 7).unwrap();
            assert_eq!(page.total(), Some(Count::Exactly(20)));
            seen.extend(page.items);
            back = page.previous.or(back);
            match page.next {
                Some(next) => start = Start::At(next),
                None => break,
            }
        }
        assert_eq!(seen, entries);
        let page_before = page(Start::At(back.unwrap()), 7).unwrap();
        assert_eq!(page_before.items, (17..24).collect::<Vec<_>>());

        assert_eq!(page(Start::After(14), 7).unwrap().items.len(), 6);
        assert!(matches!(page(Start::After(20), 7), Err(PageError::PastEnd)));
        let empty = Page::of_whole(
            Vec::<u32>::new(),
            u32::to_string,
            &PageRequest::new(5, None),
        );
        assert_eq!(empty.unwrap().items, [0_u32; 0]);
    }

    proptest! {
        #[test]
        fn a_position_comes_back_from_its_text_in_its_own_list_alone(
            key in "\\PC{1,60}",
            is_on in any::<bool>(),
            list in "[a-z/?=&]{0,20}",
            other in "[a-z/?=&]{0,20}",
        ) {
            let way = if is_on { Way::On } else { Way::Back };
            let position = Position { way, key };

            let text = position.to_text(&list);

            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            prop_assert!(text.bytes().all(is_plain), "{} can stand in an address as it is", text);
            prop_assert!(!text.bytes().all(|byte| byte.is_ascii_digit()), "{} is no number", text);
            prop_assert_eq!(Position::parse(&text, &list), Ok(position));
            if other != list {
                prop_assert_eq!(Position::parse(&text, &other), Err(InvalidPosition));
            }
        }

        #[test]
        fn what_is_made_up_is_refused(text in "\\PC{0,80}") {
            prop_assert_eq!(Position::parse(&text, "/x"), Err(InvalidPosition));
        }
    }
}
