//! How a query is answered.

use std::cmp::Ordering;

use uuid::Uuid;

use crate::columns::name_key;
use crate::entry::{Change, Entry};
use crate::error::IndexError;
use crate::facets::Facets;
use crate::filter::{Filter, category_places};
use crate::index::{Index, Part};
use crate::plain;
use crate::postings::Finder;
use crate::query::{Answer, Hit, Order, Query};
use crate::tally::Tally;
use crate::words;

/// An entry that is found, and what it is ordered by first.
#[derive(Clone, Copy)]
struct Found {
    key: u64,
    /// The part, or one more than there are for an entry of the overlay.
    part: u32,
    entry: u32,
}

/// What a query is answered from: the parts, without what the overlay replaces, and the overlay.
struct View<'a> {
    index: &'a Index,
    query: &'a Query,
    parts: Vec<Part>,
    overlay: Vec<(&'a Entry, u32)>,
}

impl Index {
    /// Answers a query; `None` if there is no such category, or visitors do not see it.
    ///
    /// # Errors
    /// [`IndexError::Engine`], a fault of this crate: files are checked when they are loaded.
    pub fn search(&self, query: &Query) -> Result<Option<Answer>, IndexError> {
        let tree = &self.manifest.tree;
        let category = match &query.category {
            None => None,
            Some(slug) => match tree.find(slug) {
                None => return Ok(None),
                found => found,
            },
        };
        let view = View::new(self, query);
        let places: Vec<_> = view
            .parts
            .iter()
            .map(|part| category_places(self, part))
            .collect();
        let finder = query.words().map(Finder::new);
        let mut found = Vec::new();
        for (number, part) in view.parts.iter().enumerate() {
            let scores = finder.as_ref().map(|finder| finder.scores(&part.segment));
            let scores = scores.transpose()?;
            let filter = Filter::new(self, part, &places[number], query, category);
            let entries = (0..part.segment.entries()).filter(|entry| {
                let is_named = |scores: &Vec<u16>| scores[*entry as usize] > 0;
                scores.as_ref().is_none_or(is_named) && filter.passes(*entry)
            });
            let key = view.keys(part, scores.as_deref());
            found.extend(entries.map(|entry| Found {
                key: key(entry),
                part: narrow(number),
                entry,
            }));
        }
        found.extend((0..).zip(&view.overlay).map(|(entry, (one, score))| Found {
            key: view.entry_key(one, *score),
            part: narrow(view.parts.len()),
            entry,
        }));
        let facets = query.facets.then(|| view.facets(&found, &places));
        let count = found.len() as u64;
        let rows = view.page(&mut found).iter().map(|found| view.hit(*found));
        Ok(Some(Answer {
            count,
            rows: rows.collect::<Result<_, _>>()?,
            facets,
        }))
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A number that is ordered as another with a sign.
fn unsigned(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

impl<'a> View<'a> {
    fn new(index: &'a Index, query: &'a Query) -> Self {
        let mut parts = index.parts.clone();
        let mut overlay = Vec::new();
        for news in index.news(&query.overlay).into_values() {
            if let Some((part, entry)) = news.replaced {
                parts[part].deleted.insert(entry);
            }
            if let Change::Put(entry) = news.change {
                let score = plain::matches(entry, query, &index.manifest.tree);
                overlay.extend(score.map(|score| (&**entry, score)));
            }
        }
        Self {
            index,
            query,
            parts,
            overlay,
        }
    }

    /// What the entries of a part are ordered by first: the lowest comes first.
    fn keys<'b>(&self, part: &'b Part, scores: Option<&'b [u16]>) -> Box<dyn Fn(u32) -> u64 + 'b> {
        let columns = &part.segment.columns;
        match self.query.effective_order() {
            Order::PriceAscending => Box::new(|entry| unsigned(columns.prices[entry as usize])),
            Order::PriceDescending => Box::new(|entry| !unsigned(columns.prices[entry as usize])),
            Order::CreatedAscending => Box::new(|entry| unsigned(columns.created[entry as usize])),
            Order::CreatedDescending => {
                Box::new(|entry| !unsigned(columns.created[entry as usize]))
            }
            Order::NameAscending => Box::new(|entry| columns.name_keys[entry as usize]),
            Order::NameDescending => Box::new(|entry| !columns.name_keys[entry as usize]),
            Order::Relevance => {
                Box::new(move |entry| !u64::from(scores.map_or(0, |scores| scores[entry as usize])))
            }
        }
    }

    /// The same of an entry of the overlay.
    fn entry_key(&self, entry: &Entry, score: u32) -> u64 {
        match self.query.effective_order() {
            Order::PriceAscending => unsigned(entry.price),
            Order::PriceDescending => !unsigned(entry.price),
            Order::CreatedAscending => unsigned(entry.created_at),
            Order::CreatedDescending => !unsigned(entry.created_at),
            Order::NameAscending => name_key(&words::sort_key(&entry.name)),
            Order::NameDescending => !name_key(&words::sort_key(&entry.name)),
            Order::Relevance => !u64::from(score),
        }
    }

    fn compare(&self, one: &Found, other: &Found) -> Ordering {
        let by_name = || self.name(*one).cmp(&self.name(*other));
        let order = one
            .key
            .cmp(&other.key)
            .then_with(|| match self.query.effective_order() {
                Order::NameAscending => by_name(),
                Order::NameDescending => by_name().reverse(),
                _ => Ordering::Equal,
            });
        order.then_with(|| self.id(*one).cmp(&self.id(*other)))
    }

    fn id(&self, found: Found) -> u128 {
        match self.parts.get(found.part as usize) {
            Some(part) => part.segment.columns.ids[found.entry as usize],
            None => self.overlay[found.entry as usize].0.id.as_u128(),
        }
    }

    fn name(&self, found: Found) -> std::borrow::Cow<'_, str> {
        match self.parts.get(found.part as usize) {
            Some(part) => part.segment.columns.name(found.entry).into(),
            None => words::sort_key(&self.overlay[found.entry as usize].0.name).into(),
        }
    }

    /// The entries of the page, in order. Only they are sorted: all others are told to be before or behind them.
    fn page<'b>(&self, found: &'b mut [Found]) -> &'b [Found] {
        let places = self.query.places();
        let (first, end) = (places.start.min(found.len()), places.end.min(found.len()));
        if end < found.len() {
            found.select_nth_unstable_by(end, |one, other| self.compare(one, other));
        }
        let found = &mut found[..end];
        if first > 0 && first < end {
            found.select_nth_unstable_by(first, |one, other| self.compare(one, other));
        }
        let page = &mut found[first..];
        page.sort_unstable_by(|one, other| self.compare(one, other));
        page
    }

    fn hit(&self, found: Found) -> Result<Hit, IndexError> {
        let has_rows = self.index.has_rows();
        let Some(part) = self.parts.get(found.part as usize) else {
            let (entry, _) = self.overlay[found.entry as usize];
            return Ok(Hit {
                id: entry.id,
                version: entry.version,
                row: has_rows.then(|| entry.row.clone()),
            });
        };
        let row = has_rows.then(|| part.segment.row(found.entry));
        Ok(Hit {
            id: Uuid::from_u128(self.id(found)),
            version: part.segment.columns.versions[found.entry as usize],
            row: row.transpose()?,
        })
    }

    fn facets(&self, found: &[Found], places: &[Vec<Option<u32>>]) -> Facets {
        let count = || self.count(found, places);
        if self.query.is_unfiltered() {
            self.index.unfiltered.get_or_init(count).clone()
        } else {
            count()
        }
    }

    fn count(&self, found: &[Found], places: &[Vec<Option<u32>>]) -> Facets {
        let mut tally = Tally::new(self.index);
        for found in found.chunk_by(|one, other| one.part == other.part) {
            let part = found.first().map_or(0, |first| first.part as usize);
            let entries = found.iter().map(|found| found.entry);
            match places.get(part) {
                Some(places) => tally.count(part, places, entries),
                None => entries.for_each(|entry| {
                    tally.count_entry(self.overlay[entry as usize].0);
                }),
            }
        }
        tally.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_sign_are_ordered_without_it() {
        let numbers = [i64::MIN, -5, -1, 0, 1, i64::MAX];
        assert!(numbers.map(unsigned).is_sorted());
    }
}
