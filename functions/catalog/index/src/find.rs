//! How a query is answered.

use std::cmp::Ordering;

use uuid::Uuid;

use crate::best::{Best, Found};
use crate::bits::Bits;
use crate::columns::name_key;
use crate::entry::{Change, Entry};
use crate::error::IndexError;
use crate::facets::Facets;
use crate::filter::{Filter, category_places, listed};
use crate::index::Index;
use crate::plain;
use crate::postings::Finder;
use crate::query::{Activity, Answer, Hit, Order, Query};
use crate::schema::flag;
use crate::tally::Tally;
use crate::words;

/// What a query is answered from: the parts, without what the overlay replaces, and the overlay.
struct View<'a> {
    index: &'a Index,
    query: &'a Query,
    /// The entries of the overlay that are found, and their scores.
    overlay: Vec<(&'a Entry, u32)>,
    /// The parts and entries that the overlay replaces.
    replaced: Vec<(usize, u32)>,
}

/// What is found in a part.
struct PartFound {
    entries: Bits,
    /// What the words count for every entry, where words are searched for.
    scores: Option<Vec<u16>>,
    /// The places in the tree of the categories in the part's list; only where somebody asks for them.
    places: Vec<Option<u32>>,
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
        let finder = query.words().map(Finder::new);
        let numbers = 0..self.parts.len();
        let found = numbers.map(|number| view.find(number, category, finder.as_ref()));
        let found: Vec<PartFound> = found.collect::<Result<_, _>>()?;

        let indexed: u64 = found
            .iter()
            .map(|part| u64::from(part.entries.count()))
            .sum();
        let facets = query.facets.then(|| view.facets(&found));
        let rows = view.page(&found).into_iter().map(|found| view.hit(found));
        Ok(Some(Answer {
            count: indexed + view.overlay.len() as u64,
            rows: rows.collect::<Result<_, _>>()?,
            facets,
        }))
    }
}

/// A number that is ordered as another with a sign.
#[inline]
fn unsigned(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

impl<'a> View<'a> {
    fn new(index: &'a Index, query: &'a Query) -> Self {
        let (mut overlay, mut replaced) = (Vec::new(), Vec::new());
        for news in index.news(&query.overlay).into_values() {
            replaced.extend(news.replaced);
            if let Change::Put(entry) = news.change {
                let score = plain::matches(entry, query, &index.manifest.tree);
                overlay.extend(score.map(|score| (&**entry, score)));
            }
        }
        Self {
            index,
            query,
            overlay,
            replaced,
        }
    }

    /// Finds what a part has.
    fn find(
        &self,
        number: usize,
        category: Option<u32>,
        finder: Option<&Finder<'_>>,
    ) -> Result<PartFound, IndexError> {
        let part = &self.index.parts[number];
        let mut entries = match self.query.activity {
            Activity::Active => self.index.shown()[number].clone(),
            inactive @ Activity::Inactive { .. } => listed(self.index, part, inactive),
        };
        for (_, entry) in self.replaced.iter().filter(|(part, _)| *part == number) {
            entries.remove(*entry);
        }
        let scores = finder.map(|finder| finder.scores(&part.segment));
        let scores = scores.transpose()?;
        if let Some(scores) = &scores {
            entries.retain(|entry| scores[entry as usize] > 0);
        }
        let places = if category.is_some() || self.query.facets {
            category_places(self.index, part)
        } else {
            Vec::new()
        };
        let filter = Filter::new(self.index, part, &places, self.query, category);
        if !filter.is_any() {
            entries.retain(|entry| filter.passes(entry));
        }
        Ok(PartFound {
            entries,
            scores,
            places,
        })
    }

    /// The entries of the page, in order.
    fn page(&self, found: &[PartFound]) -> Vec<Found> {
        let places = self.query.places();
        let mut best = Best::new(places.end, |one, other| self.compare(one, other));
        for (number, part) in (0..).zip(found) {
            let columns = &self.index.parts[number as usize].segment.columns;
            let scores = part.scores.as_deref();
            let entries = &part.entries;
            // A loop of its own for each order: it goes through all that is found.
            match self.query.effective_order() {
                Order::PriceAscending => {
                    best.offer(number, entries, |entry| unsigned(columns.prices[entry]));
                }
                Order::PriceDescending => {
                    best.offer(number, entries, |entry| !unsigned(columns.prices[entry]));
                }
                Order::CreatedAscending => {
                    best.offer(number, entries, |entry| unsigned(columns.created[entry]));
                }
                Order::CreatedDescending => {
                    best.offer(number, entries, |entry| !unsigned(columns.created[entry]));
                }
                Order::NameAscending => {
                    best.offer(number, entries, |entry| columns.name_keys[entry]);
                }
                Order::NameDescending => {
                    best.offer(number, entries, |entry| !columns.name_keys[entry]);
                }
                Order::Relevance => {
                    let score = |entry| scores.map_or(0, |scores: &[u16]| scores[entry]);
                    best.offer(number, entries, |entry| !u64::from(score(entry)));
                }
            }
        }
        let part = narrow(self.index.parts.len());
        for (entry, (one, score)) in (0..).zip(&self.overlay) {
            let key = self.entry_key(one, *score);
            best.hold(Found { key, part, entry });
        }
        best.from(places.start)
    }

    /// What an entry of the overlay is ordered by first: the lowest comes first.
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
        match self.index.parts.get(found.part as usize) {
            Some(part) => part.segment.columns.ids[found.entry as usize],
            None => self.overlay[found.entry as usize].0.id.as_u128(),
        }
    }

    fn name(&self, found: Found) -> std::borrow::Cow<'_, str> {
        match self.index.parts.get(found.part as usize) {
            Some(part) => part.segment.columns.name(found.entry).into(),
            None => words::sort_key(&self.overlay[found.entry as usize].0.name).into(),
        }
    }

    fn hit(&self, found: Found) -> Result<Hit, IndexError> {
        let Some(part) = self.index.parts.get(found.part as usize) else {
            let (entry, _) = self.overlay[found.entry as usize];
            return Ok(Hit {
                id: entry.id,
                version: entry.version,
                in_stock: entry.in_stock,
                row: Some(entry.row.clone()),
            });
        };
        let (columns, place) = (&part.segment.columns, found.entry as usize);
        let has_rows = self.index.has_rows();
        let row = has_rows.then(|| part.segment.row(found.entry));
        Ok(Hit {
            id: Uuid::from_u128(self.id(found)),
            version: columns.versions[place],
            in_stock: columns.flags[place] & flag::STOCKED != 0,
            row: row.transpose()?,
        })
    }

    fn facets(&self, found: &[PartFound]) -> Facets {
        let count = || self.count(found);
        if self.query.is_unfiltered() {
            self.index.unfiltered.get_or_init(count).clone()
        } else {
            count()
        }
    }

    fn count(&self, found: &[PartFound]) -> Facets {
        let mut tally = Tally::new(self.index);
        for (number, part) in found.iter().enumerate() {
            tally.count(number, &part.places, part.entries.iter());
        }
        for (entry, _) in &self.overlay {
            tally.count_entry(entry);
        }
        tally.finish()
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
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
