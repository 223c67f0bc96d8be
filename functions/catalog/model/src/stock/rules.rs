//! A stock, and what may become of it.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};

use crate::product::ProductId;
use crate::text::{InvalidText, line};
use crate::variant::VariantId;

/// The parts that a stock has at most: with so many, one variant takes a thousand orders a second.
pub const MOST_PARTS: u8 = 64;

/// The pieces that a part holds at most. What is added to it is refused beyond, so that no sum is too large for a number.
pub const MOST_PIECES: u64 = 1_000_000_000;

/// The longest reason, in characters.
const MOST_REASON: usize = 200;

/// A part of the stock of a variant: all of it, where there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The variant.
    pub variant_id: VariantId,
    /// The product that it is a variant of.
    pub product_id: ProductId,
    /// The number of the part, from 0.
    pub part: u8,
    /// The number of parts that there are. The first part says it for all.
    pub parts: u8,
    /// The pieces that can be ordered.
    pub available: u64,
    /// The pieces that are ordered and not sent yet.
    pub reserved: u64,
    /// The number of changes of this part.
    pub version: u64,
    /// The cause of the last of them.
    pub cause: Cause,
    /// When the variant was deleted: nothing is added to its stock any more.
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub ended_at: Option<Timestamp>,
}

/// The cause of a change of a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The reason, in the words of who changed it.
    pub reason: String,
    /// Who changed it; `None` for the system.
    pub by: Option<UserId>,
    /// When it was changed.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// A reason that somebody gives for a change of a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        line(text, MOST_REASON).map(Self)
    }
}

/// What there is of a variant in all parts together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Level {
    /// The pieces that can be ordered.
    pub available: u64,
    /// The pieces that are ordered and not sent yet.
    pub reserved: u64,
    /// The number of changes of all parts: of two levels of a variant, the later one has more.
    pub version: u64,
}

impl Level {
    /// The level of a stock.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a Part>) -> Self {
        parts.into_iter().fold(Self::default(), |level, part| Self {
            available: level.available + part.available,
            reserved: level.reserved + part.reserved,
            version: level.version + part.version,
        })
    }
}

/// The pieces to take of each part, by its number, so that they are as many as wanted: the fullest parts first, so that they are
/// few. `None` where there are not as many.
pub(super) fn taken(parts: &[Part], wanted: u64) -> Option<Vec<(u8, u64)>> {
    let mut fullest: Vec<_> = parts
        .iter()
        .map(|part| (part.part, part.available))
        .collect();
    fullest.sort_by_key(|(number, available)| (u64::MAX - available, *number));
    let (mut left, mut taken) = (wanted, Vec::new());
    for (number, available) in fullest {
        let pieces = available.min(left);
        if pieces > 0 {
            taken.push((number, pieces));
            left -= pieces;
        }
    }
    (left == 0).then_some(taken)
}

/// The part to add pieces to, the emptiest one. `None` where it has no room for them.
pub(super) fn given(parts: &[Part], pieces: u64) -> Option<Vec<(u8, u64)>> {
    let emptiest = parts.iter().min_by_key(|part| part.available);
    let emptiest = emptiest.filter(|part| part.available + pieces <= MOST_PIECES);
    emptiest.map(|part| vec![(part.part, pieces)])
}

/// So many pieces in so many parts, as evenly as can be. `among` is at least 1.
pub(super) fn shares(pieces: u64, among: u8) -> Vec<u64> {
    let among = u64::from(among);
    let share = |number: u64| pieces / among + u64::from(number < pieces % among);
    (0..among).map(share).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(available: &[u64]) -> Vec<Part> {
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let parts = available.iter().zip(0..);
        let parts = parts.map(|(&available, part)| Part {
            variant_id: id.parse().unwrap(),
            product_id: id.parse().unwrap(),
            part,
            parts: 1,
            available,
            reserved: 1,
            version: 2,
            cause: Cause {
                reason: "Delivery".to_owned(),
                by: None,
                at: Timestamp::UNIX_EPOCH,
            },
            ended_at: None,
        });
        parts.collect()
    }

    #[test]
    fn a_level_is_the_sum_of_all_parts() {
        let expected = Level {
            available: 7,
            reserved: 3,
            version: 6,
        };
        assert_eq!(Level::of(&parts(&[1, 2, 4])), expected);
        assert_eq!(Level::of(&[]), Level::default());
    }

    proptest! {
        #[test]
        fn as_many_are_taken_as_are_wanted_and_no_part_falls_below_zero(
            available in proptest::collection::vec(0_u64..20, 0..10), wanted in 0_u64..100,
        ) {
            let stock = parts(&available);
            match taken(&stock, wanted) {
                None => prop_assert!(wanted > available.iter().sum()),
                Some(taken) => {
                    prop_assert_eq!(taken.iter().map(|(_, pieces)| pieces).sum::<u64>(), wanted);
                    for (number, pieces) in taken {
                        prop_assert!(pieces > 0 && pieces <= available[usize::from(number)]);
                    }
                }
            }
        }

        #[test]
        fn shares_are_even_and_lose_nothing(pieces in 0_u64..1_000_000, among in 1_u8..=64) {
            let shares = shares(pieces, among);
            prop_assert_eq!(shares.len(), usize::from(among));
            prop_assert_eq!(shares.iter().sum::<u64>(), pieces);
            prop_assert!(shares[0] - shares[shares.len() - 1] <= 1);
        }
    }
}
