//! A set of numbers below a bound: which entries of a segment are deleted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Numbers below a bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    bound: u32,
    count: u32,
}

impl Bits {
    /// None of the numbers below a bound.
    pub(crate) fn none(bound: u32) -> Self {
        Self {
            words: vec![0; bound.div_ceil(u64::BITS) as usize],
            bound,
            count: 0,
        }
    }

    /// Adds a number.
    pub(crate) fn insert(&mut self, number: u32) {
        if !self.contains(number) {
            self.words[(number / u64::BITS) as usize] |= 1 << (number % u64::BITS);
            self.count += 1;
        }
    }

    /// Whether a number is among them.
    pub(crate) fn contains(&self, number: u32) -> bool {
        self.words[(number / u64::BITS) as usize] >> (number % u64::BITS) & 1 == 1
    }

    /// The bound that they are below.
    pub(crate) fn bound(&self) -> u32 {
        self.bound
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// All of them as text, in a manifest; empty if there are none.
    pub(crate) fn text(&self) -> String {
        if self.count == 0 {
            return String::new();
        }
        let bytes: Vec<u8> = self
            .words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        STANDARD_NO_PAD.encode(bytes)
    }

    /// Reads what [`Self::text`] gave; `None` if it has another bound.
    pub(crate) fn parse(text: &str, bound: u32) -> Option<Self> {
        let mut bits = Self::none(bound);
        if !text.is_empty() {
            let bytes = STANDARD_NO_PAD.decode(text).ok()?;
            let (words, []) = bytes.as_chunks::<8>() else {
                return None;
            };
            if words.len() != bits.words.len() {
                return None;
            }
            bits.words = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
            bits.count = bits.words.iter().map(|word| word.count_ones()).sum();
        }
        Some(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_as_text() {
        let mut bits = Bits::none(130);
        assert_eq!(bits.text(), "");
        for number in [0, 63, 64, 129, 64] {
            bits.insert(number);
        }

        let read = Bits::parse(&bits.text(), 130).unwrap();
        assert_eq!(read, bits);
        assert_eq!(read.count(), 4);
        assert!(read.contains(129) && !read.contains(128));
        assert_eq!(Bits::parse(&bits.text(), 1), None);
    }
}
