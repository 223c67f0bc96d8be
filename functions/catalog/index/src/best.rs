//! The first so many of what is found, without sorting the rest.

use std::cmp::Ordering;

use crate::bits::Bits;

/// What is held beyond what is wanted, at least: the more, the more rarely it is thrown away.
const SPARE: usize = 64;

/// An entry that is found, and what it is ordered by first.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    pub(crate) key: u64,
    /// The part, or one more than there are for an entry of the overlay.
    pub(crate) part: u32,
    pub(crate) entry: u32,
}

/// The first so many of the entries that are offered.
///
/// It holds up to twice as many. Once it is full, it throws away the second half, and knows from then on the last of those that
/// can be among the first: what comes behind that is not even held, which is most of it.
pub(crate) struct Best<F> {
    wanted: usize,
    compare: F,
    held: Vec<Found>,
    last: Option<Found>,
}

impl<F: Fn(&Found, &Found) -> Ordering> Best<F> {
    /// The first so many, in an order that never takes two entries for equal.
    pub(crate) fn new(wanted: usize, compare: F) -> Self {
        Self {
            wanted,
            compare,
            held: Vec::new(),
            last: None,
        }
    }

    /// Offers entries of a part, with the key of each.
    pub(crate) fn offer(&mut self, part: u32, entries: &Bits, key: impl Fn(usize) -> u64) {
        let ends = (entries.iter().next(), entries.descending().next());
        let (Some(first), Some(last)) = ends else {
            return;
        };
        // Entries are often in an order, as time goes by. From its better end, few have to be held before the others are behind.
        if key(first as usize) <= key(last as usize) {
            self.offer_all(part, entries.iter(), key);
        } else {
            self.offer_all(part, entries.descending(), key);
        }
    }

    fn offer_all(
        &mut self,
        part: u32,
        entries: impl Iterator<Item = u32>,
        key: impl Fn(usize) -> u64,
    ) {
        for entry in entries {
            let key = key(entry as usize);
            if self.last.is_none_or(|last| key <= last.key) {
                self.hold(Found { key, part, entry });
            }
        }
    }

    /// Offers one entry.
    pub(crate) fn hold(&mut self, found: Found) {
        let is_behind = |last: Found| (self.compare)(&found, &last) == Ordering::Greater;
        if self.last.is_some_and(is_behind) {
            return;
        }
        self.held.push(found);
        if self.held.len() >= self.wanted.saturating_mul(2).saturating_add(SPARE) {
            self.shrink();
        }
    }

    /// Throws away all but the first so many, in no order.
    fn shrink(&mut self) {
        let Some(place) = self.wanted.checked_sub(1) else {
            self.held.clear();
            return;
        };
        if place < self.held.len() {
            let (_, last, _) = self.held.select_nth_unstable_by(place, &self.compare);
            self.last = Some(*last);
            self.held.truncate(self.wanted);
        }
    }

    /// The first so many from a place on, in order.
    pub(crate) fn from(mut self, first: usize) -> Vec<Found> {
        self.shrink();
        if first >= self.held.len() {
            return Vec::new();
        }
        if first > 0 {
            self.held.select_nth_unstable_by(first, &self.compare);
        }
        let mut page = self.held.split_off(first);
        page.sort_unstable_by(&self.compare);
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of these keys from a place on, as many as are wanted of them all.
    fn best(keys: &[u64], wanted: usize, first: usize) -> Vec<(u64, u32)> {
        let order =
            |one: &Found, other: &Found| (one.key, one.entry).cmp(&(other.key, other.entry));
        let mut best = Best::new(wanted, order);
        let entries = Bits::all(u32::try_from(keys.len()).unwrap());
        best.offer(0, &entries, |entry| keys[entry]);
        let found = best.from(first).into_iter();
        found.map(|found| (found.key, found.entry)).collect()
    }

    #[test]
    fn the_first_are_those_of_all_of_them_sorted() {
        for modulus in [1, 2, 7, 1_000, 100_003] {
            let keys: Vec<u64> = (0..2_000).map(|number| number * 7_919 % modulus).collect();
            let mut sorted: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
            sorted.sort_unstable();
            for (wanted, first) in [
                (0, 0),
                (1, 0),
                (20, 0),
                (40, 20),
                (2_000, 1_990),
                (3_000, 0),
                (5, 7),
            ] {
                let expected: Vec<_> = sorted.iter().copied().take(wanted).skip(first).collect();
                assert_eq!(
                    best(&keys, wanted, first),
                    expected,
                    "{modulus} {wanted} {first}"
                );
            }
        }
        assert_eq!(best(&[], 20, 0), []);
    }
}
