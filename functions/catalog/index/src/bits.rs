//! A set of numbers below a bound: which entries of a segment are deleted, or found.

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

    /// All of the numbers below a bound.
    pub(crate) fn all(bound: u32) -> Self {
        let mut all = Self::none(bound);
        all.words.fill(u64::MAX);
        if let (Some(last), more @ 1..) = (all.words.last_mut(), bound % u64::BITS) {
            *last = (1 << more) - 1;
        }
        all.count = bound;
        all
    }

    /// Adds a number.
    pub(crate) fn insert(&mut self, number: u32) {
        if !self.contains(number) {
            self.words[(number / u64::BITS) as usize] |= 1 << (number % u64::BITS);
            self.count += 1;
        }
    }

    /// Takes away a number.
    pub(crate) fn remove(&mut self, number: u32) {
        if self.contains(number) {
            self.words[(number / u64::BITS) as usize] &= !(1 << (number % u64::BITS));
            self.count -= 1;
        }
    }

    /// Takes away the numbers that others have.
    pub(crate) fn remove_all(&mut self, others: &Self) {
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word &= !other;
        }
        self.recount();
    }

    /// Keeps those that something is true of.
    pub(crate) fn retain(&mut self, mut is_kept: impl FnMut(u32) -> bool) {
        for (place, word) in (0..).zip(&mut self.words) {
            for number in numbers(place, *word) {
                if !is_kept(number) {
                    *word &= !(1 << (number % u64::BITS));
                }
            }
        }
        self.recount();
    }

    /// All of them, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let words = (0..).zip(&self.words);
        words.flat_map(|(place, word)| numbers(place, *word))
    }

    /// All of them, descending.
    pub(crate) fn descending(&self) -> impl Iterator<Item = u32> + '_ {
        let places = 0..self.bound.div_ceil(u64::BITS);
        let words = places.rev().zip(self.words.iter().rev());
        words.flat_map(|(place, word)| {
            // Turned round, the highest bit is the lowest.
            let turned = numbers(0, word.reverse_bits());
            turned.map(move |bit| place * u64::BITS + (u64::BITS - 1 - bit))
        })
    }

    fn recount(&mut self) {
        self.count = self.words.iter().map(|word| word.count_ones()).sum();
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
            bits.recount();
        }
        Some(bits)
    }
}

/// The numbers that the word at a place stands for, ascending.
fn numbers(place: u32, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        if bit == u64::BITS {
            return None;
        }
        word &= word - 1;
        Some(place * u64::BITS + bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_and_taken_away() {
        for bound in [0, 1, 63, 64, 65, 130] {
            let mut bits = Bits::all(bound);
            assert!(bits.iter().eq(0..bound), "{bound}");
            assert!(bits.descending().eq((0..bound).rev()), "{bound}");

            bits.retain(|number| number % 3 == 0);
            let mut threes: Vec<u32> = (0..bound).filter(|number| number % 3 == 0).collect();
            assert!(bits.iter().eq(threes.iter().copied()), "{bound}");
            assert_eq!(bits.count() as usize, threes.len());

            let descending = bits.descending();
            assert!(descending.eq(threes.iter().rev().copied()), "{bound}");

            let mut evens = Bits::none(bound);
            (0..bound)
                .step_by(2)
                .for_each(|number| evens.insert(number));
            bits.remove_all(&evens);
            if bound > 9 {
                bits.remove(9);
                bits.remove(9);
            }
            threes.retain(|number| number % 2 == 1 && *number != 9);
            assert!(bits.iter().eq(threes.iter().copied()), "{bound}");
            assert_eq!(bits.count() as usize, threes.len());
        }
    }

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
