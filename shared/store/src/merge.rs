//! One list out of several sorted ones, no more of each read than is needed. The greatest key comes first.

use std::collections::VecDeque;

use futures_util::future::try_join_all;

use crate::error::StoreError;
use crate::page::{Page, PageRequest, Position, Way};

/// The number of entries that are looked at for each one asked for, where not all are wanted. Together with [`MOST_SPARE`]
/// it bounds what a call costs, however few are wanted.
const MOST_PER_ENTRY: usize = 5;

/// The number of entries that are looked at besides those.
const MOST_SPARE: usize = 20;

/// The number of entries of a part that are read at once, at least. Parts are filled by chance: some have more of the
/// newest than others.
const LEAST_CHUNK: usize = 4;

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

/// A part of the list, of those entries that are wanted.
pub(crate) async fn merge<S: Source>(
    source: &S,
    request: &PageRequest,
    wanted: impl Fn(&S::Entry) -> bool + Send + Sync,
) -> Result<Page<S::Entry>, StoreError> {
    let start = request.position.as_ref();
    let way = start.map_or(Way::On, |position| position.way);
    let descending = way == Way::On;
    let chunk = match source.parts() {
        // One more than asked for says whether there is more.
        0 | 1 => request.size + 1,
        parts => (2 * (request.size + 1) / parts).max(LEAST_CHUNK),
    };

    let new_lane = || Lane {
        waiting: VecDeque::new(),
        reached: start.map(|position| position.key.clone()),
        is_over: false,
    };
    let fills = (0..source.parts()).map(|part| fill(source, part, descending, new_lane(), chunk));
    let mut lanes = try_join_all(fills).await?;

    let most = MOST_PER_ENTRY * request.size + MOST_SPARE;
    let (mut found, mut seen, mut first, mut last) = (Vec::new(), 0, None, None);
    let has_more = loop {
        let Some(part) = foremost(source, &lanes, descending) else {
            break false;
        };
        let Some(entry) = lanes[part].waiting.pop_front() else {
            break false;
        };
        let is_wanted = wanted(&entry);
        if (is_wanted && found.len() == request.size) || seen == most {
            break true;
        }
        let key = source.key(&entry).to_owned();
        first.get_or_insert_with(|| key.clone());
        last = Some(key);
        seen += 1;
        if is_wanted {
            found.push(entry);
        }
        if lanes[part].waiting.is_empty() && !lanes[part].is_over {
            let lane = std::mem::replace(&mut lanes[part], new_lane());
            lanes[part] = fill(source, part, descending, lane, chunk).await?;
        }
    };

    let at = |way, key: Option<String>| key.map(|key| Position { way, key });
    let ahead = last.filter(|_| has_more);
    Ok(match way {
        Way::On => Page {
            items: found,
            next: at(Way::On, ahead),
            previous: at(Way::Back, first.filter(|_| start.is_some())),
        },
        Way::Back => {
            found.reverse();
            Page {
                items: found,
                next: at(Way::On, first),
                previous: at(Way::Back, ahead),
            }
        }
    })
}

/// Reads on in a part until something waits there or it is over.
async fn fill<S: Source>(
    source: &S,
    part: usize,
    descending: bool,
    mut lane: Lane<S::Entry>,
    count: usize,
) -> Result<Lane<S::Entry>, StoreError> {
    while lane.waiting.is_empty() && !lane.is_over {
        let chunk = source
            .read(part, descending, lane.reached.as_deref(), count)
            .await?;
        lane.is_over = chunk.is_last;
        if let Some(newest) = chunk.entries.last() {
            lane.reached = Some(source.key(newest).to_owned());
        }
        lane.waiting.extend(chunk.entries);
    }
    Ok(lane)
}

/// The part whose next entry comes first.
fn foremost<S: Source>(source: &S, lanes: &[Lane<S::Entry>], descending: bool) -> Option<usize> {
    let heads = lanes.iter().enumerate().filter_map(|(part, lane)| {
        let head = lane.waiting.front()?;
        Some((source.key(head), part))
    });
    let head = if descending { heads.max() } else { heads.min() };
    head.map(|(_, part)| part)
}

#[cfg(test)]
mod tests;
