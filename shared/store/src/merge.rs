//! One list out of several sorted ones, no more of each read than is needed. The greatest key comes first.

use std::collections::VecDeque;

use futures_util::future::try_join_all;

use crate::error::StoreError;
use crate::page::{Page, PageError, Position, Way};

/// The number of entries that are looked at for each one asked for, where not all are wanted. Together with [`MOST_SPARE`]
/// it bounds what a call costs that counts nothing, however few are wanted.
const MOST_PER_ENTRY: usize = 5;

/// The number of entries that are looked at besides those.
const MOST_SPARE: usize = 20;

/// The number of entries of a part that are read at once, at least. Parts are filled by chance: some have more of the
/// newest than others.
const LEAST_CHUNK: usize = 4;

/// The number of entries of a part that are read at once where few turn out to be wanted.
pub const LARGE_CHUNK: usize = 500;

/// Something sorted that is in several parts.
pub(crate) trait Source: Sync {
    type Entry: Send;

    /// The number of parts that there are.
    fn parts(&self) -> usize;

    /// What entries are sorted by, the greatest first; no two have the same.
    fn key<'e>(&self, entry: &'e Self::Entry) -> &'e str;

    /// Reads some entries of a part, from the one beyond this key.
    fn read(
        &self,
        part: usize,
        descending: bool,
        beyond: Option<&str>,
        count: usize,
    ) -> impl Future<Output = Result<Chunk<Self::Entry>, StoreError>> + Send;
}

/// Some entries of a part.
pub(crate) struct Chunk<T> {
    pub(crate) entries: Vec<T>,
    /// There are no more behind them.
    pub(crate) is_last: bool,
}

impl<T> Default for Chunk<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            is_last: true,
        }
    }
}

/// What was read of a part and not yet taken.
struct Lane<T> {
    waiting: VecDeque<T>,
    /// The key of the newest entry that was read.
    reached: Option<String>,
    is_over: bool,
}

/// All parts, read as one.
struct Merged<'s, S: Source> {
    source: &'s S,
    lanes: Vec<Lane<S::Entry>>,
    descending: bool,
    /// The number of entries of a part that are read at once.
    chunk: usize,
    /// The number of entries that it is worth to read in small chunks.
    few: usize,
    taken: usize,
}

/// What part of the merged list is wanted.
pub(crate) struct Extract {
    pub(crate) size: usize,
    /// The beginning, if there is none.
    pub(crate) position: Option<Position>,
    /// The number of entries that are looked at, if that is more than a page is worth.
    pub(crate) most: usize,
}

/// The number of entries that it is worth to look at for so many of those that are wanted.
pub fn worth(count: usize) -> usize {
    MOST_PER_ENTRY * count + MOST_SPARE
}

/// A part of the list, of those entries that are wanted.
pub(crate) async fn merge<S: Source>(
    source: &S,
    extract: &Extract,
    wanted: impl Fn(&S::Entry) -> bool + Send + Sync,
) -> Result<Page<S::Entry>, StoreError> {
    let (size, start) = (extract.size, extract.position.as_ref());
    let way = start.map_or(Way::On, |position| position.way);
    let key = start.map(|position| position.key.as_str());
    let chunk = match source.parts() {
        // One more than asked for says whether there is more.
        0 | 1 => size + 1,
        parts => (2 * (size + 1) / parts).max(LEAST_CHUNK),
    };
    let mut merged = Merged::open(source, way == Way::On, key, chunk, worth(size)).await?;

    let most = worth(size).max(extract.most);
    let (mut found, mut first, mut last) = (Vec::new(), None, None);
    let has_more = loop {
        let is_enough = merged.taken >= most;
        let Some(entry) = merged.next().await? else {
            break false;
        };
        let is_wanted = wanted(&entry);
        if (is_wanted && found.len() == size) || is_enough {
            break true;
        }
        let key = source.key(&entry).to_owned();
        first.get_or_insert_with(|| key.clone());
        last = Some(key);
        if is_wanted {
            found.push(entry);
        }
    };

    // What is shown, where something is, so that a page has the same addresses whichever way leads to it.
    let shown = found.first().map(|entry| source.key(entry).to_owned());
    let first = shown.or(first);
    let at = |way, key: Option<String>| key.map(|key| Position { way, key });
    let ahead = last.filter(|_| has_more);
    let (next, previous) = match way {
        Way::On => (
            at(Way::On, ahead),
            at(Way::Back, first.filter(|_| start.is_some())),
        ),
        Way::Back => {
            found.reverse();
            (at(Way::On, first), at(Way::Back, ahead))
        }
    };
    Ok(Page {
        items: found,
        next,
        previous,
        count: None,
    })
}

/// The position after so many of the wanted entries, from the beginning of the list; `most` entries are looked at.
pub(crate) async fn skip<S: Source>(
    source: &S,
    count: usize,
    most: usize,
    wanted: impl Fn(&S::Entry) -> bool + Send + Sync,
) -> Result<Position, PageError> {
    let chunk = count / source.parts().max(1) + LEAST_CHUNK;
    let mut merged = Merged::open(source, true, None, chunk, worth(count)).await?;
    let mut left = count;
    while let Some(entry) = merged.next().await? {
        left -= usize::from(wanted(&entry));
        if left == 0 {
            let key = source.key(&entry).to_owned();
            return Ok(Position { way: Way::On, key });
        }
        if merged.taken >= most {
            return Err(PageError::TooDeep);
        }
    }
    Err(PageError::PastEnd)
}

impl<'s, S: Source> Merged<'s, S> {
    /// Begins to read all parts, beyond a key if there is one.
    async fn open(
        source: &'s S,
        descending: bool,
        beyond: Option<&str>,
        chunk: usize,
        few: usize,
    ) -> Result<Self, StoreError> {
        let new_lane = |_| Lane {
            waiting: VecDeque::new(),
            reached: beyond.map(str::to_owned),
            is_over: false,
        };
        let mut merged = Self {
            source,
            lanes: (0..source.parts()).map(new_lane).collect(),
            descending,
            chunk,
            few,
            taken: 0,
        };
        merged.fill().await?;
        Ok(merged)
    }

    /// Takes the entry that comes next of all parts.
    async fn next(&mut self) -> Result<Option<S::Entry>, StoreError> {
        if self.taken == self.few {
            self.chunk = self.chunk.max(LARGE_CHUNK);
        }
        self.fill().await?;
        let heads = self.lanes.iter().enumerate().filter_map(|(part, lane)| {
            let head = lane.waiting.front()?;
            Some((self.source.key(head), part))
        });
        let head = if self.descending {
            heads.max()
        } else {
            heads.min()
        };
        let Some((_, part)) = head else {
            return Ok(None);
        };
        self.taken += 1;
        Ok(self.lanes[part].waiting.pop_front())
    }

    /// Reads on in the parts of which nothing waits, until something does or they are over.
    async fn fill(&mut self) -> Result<(), StoreError> {
        let (source, descending, chunk) = (self.source, self.descending, self.chunk);
        let fills = self
            .lanes
            .iter_mut()
            .enumerate()
            .map(|(part, lane)| lane.fill(source, part, descending, chunk));
        try_join_all(fills).await.map(drop)
    }
}

impl<T: Send> Lane<T> {
    async fn fill<S: Source<Entry = T>>(
        &mut self,
        source: &S,
        part: usize,
        descending: bool,
        count: usize,
    ) -> Result<(), StoreError> {
        while self.waiting.is_empty() && !self.is_over {
            let chunk = source
                .read(part, descending, self.reached.as_deref(), count)
                .await?;
            self.is_over = chunk.is_last;
            if let Some(newest) = chunk.entries.last() {
                self.reached = Some(source.key(newest).to_owned());
            }
            self.waiting.extend(chunk.entries);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
