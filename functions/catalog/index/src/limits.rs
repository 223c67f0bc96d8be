//! Bounds of an index.

/// Bounds of an index. The defaults are those of production; tests take smaller ones.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Over so many products the rows are kept outside: with them the index would outgrow the memory of a small function.
    pub rows_out: u64,
    /// Below so many a rebuild takes them inside again: fewer, so that a catalogue at the bound does not change to and fro.
    pub rows_back: u64,
    /// The most entries that are written as one segment, which takes their memory.
    pub segment: u32,
    /// Segments of up to so many entries are always merged with the new one: it takes some milliseconds.
    pub small: u32,
    /// A segment with more entries than this is never merged by [`crate::Index::apply`], so that no change pays for half the catalogue.
    pub settled: u32,
    /// How many removals are remembered. A stream brings the records of one product in order; out of order are those that a
    /// failed batch of some hundreds, or a rebuild, brings again.
    pub removed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows_out: 50_000,
            rows_back: 40_000,
            segment: 25_000,
            small: 500,
            settled: 10_000,
            removed: 2_000,
        }
    }
}
