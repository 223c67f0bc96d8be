//! The plain model: a map of entries that is filtered, sorted and counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{
    Answer, Attribute, Change, Entry, Facets, Hit, MOST_COUNTED, PriceBand, Query, Tree, plain,
};
use uuid::Uuid;

/// What the index is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) entries: BTreeMap<Uuid, Entry>,
    pub(crate) removed: BTreeMap<Uuid, u64>,
    pub(crate) tree: Tree,
    pub(crate) has_rows: bool,
}

impl Model {
    /// Makes changes, one after another.
    pub(crate) fn apply_all<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) {
        for change in changes {
            self.apply(change);
        }
    }

    /// Makes a change, unless it comes too late.
    fn apply(&mut self, change: &Change) {
        let (id, version) = (change.id(), change.version());
        let known = self.entries.get(&id).map(|entry| entry.version);
        match change {
            Change::Put(entry) => {
                let is_removed = self
                    .removed
                    .get(&id)
                    .is_some_and(|removed| *removed >= version);
                if !is_removed && known.is_none_or(|known| version >= known) {
                    self.removed.remove(&id);
                    self.entries.insert(id, (**entry).clone());
                }
            }
            Change::Remove { .. } => {
                if known.is_none_or(|known| version >= known) {
                    self.entries.remove(&id);
                    let removed = self.removed.entry(id).or_default();
                    *removed = version.max(*removed);
                }
            }
        }
    }

    /// The answer to a query.
    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        let mut model = self.clone();
        model.apply_all(&query.overlay);
        if let Some(slug) = &query.category {
            let mut categories = model.tree.categories().iter();
            let category = categories.find(|category| category.slug == *slug)?;
            model.path(category.id)?;
        }
        let matches = |entry| Some((entry, plain::matches(entry, query, &model.tree)?));
        let mut found: Vec<(&Entry, u32)> = model.entries.values().filter_map(matches).collect();
        found.sort_by(|one, other| plain::compare(query, *one, *other));
        let size = query.page_size as usize;
        let page = found
            .iter()
            .skip((query.page.max(1) as usize - 1) * size)
            .take(size);
        let is_new = |entry: &Entry| self.entries.get(&entry.id) != Some(entry);
        let rows = page.map(|(entry, _)| Hit {
            id: entry.id,
            version: entry.version,
            in_stock: entry.in_stock,
            row: (self.has_rows || is_new(entry)).then(|| entry.row.clone()),
        });
        Some(Answer {
            count: found.len() as u64,
            rows: rows.collect(),
            facets: query
                .facets
                .then(|| model.facets(found.iter().map(|(entry, _)| *entry))),
        })
    }

    /// The way up from a category; `None` if it or one on it is not shown.
    fn path(&self, id: Uuid) -> Option<BTreeSet<Uuid>> {
        let mut path = BTreeSet::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(category) = self
                .tree
                .categories()
                .iter()
                .find(|category| category.id == id)
            else {
                break;
            };
            if !category.is_active {
                return None;
            }
            path.insert(id);
            next = category.parent;
        }
        Some(path)
    }

    fn facets<'a>(&self, found: impl Iterator<Item = &'a Entry>) -> Facets {
        let mut categories: BTreeMap<Uuid, u64> = BTreeMap::new();
        let mut paths: BTreeMap<&str, u64> = BTreeMap::new();
        let mut values: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        let mut prices: BTreeMap<(i64, Option<i64>), u64> = BTreeMap::new();
        for entry in found {
            let all: BTreeSet<Uuid> = entry
                .categories
                .iter()
                .filter_map(|id| self.path(*id))
                .flatten()
                .collect();
            for id in all {
                *categories.entry(id).or_default() += 1;
            }
            for (path, value) in &entry.facts {
                *values.entry((path, value)).or_default() += 1;
            }
            let named: BTreeSet<&str> = entry.facts.iter().map(|(path, _)| &**path).collect();
            for path in named {
                *paths.entry(path).or_default() += 1;
            }
            *prices.entry(band(entry.price)).or_default() += 1;
        }
        let attributes = sorted(paths.into_iter())
            .into_iter()
            .map(|(path, count)| Attribute {
                path: path.to_owned(),
                count,
                values: sorted(
                    values
                        .iter()
                        .filter(|((name, _), _)| *name == path)
                        .map(|((_, value), count)| (*value, *count)),
                )
                .into_iter()
                .map(|(value, count)| (value.to_owned(), count))
                .take(MOST_COUNTED)
                .collect(),
            });
        Facets {
            categories: sorted(categories.into_iter()),
            attributes: attributes.take(MOST_COUNTED).collect(),
            prices: prices
                .into_iter()
                .map(|((from, to), count)| PriceBand { from, to, count })
                .collect(),
        }
    }
}

fn sorted<T: Ord + Copy>(counts: impl Iterator<Item = (T, u64)>) -> Vec<(T, u64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|(name, count)| (Reverse(*count), *name));
    counts
}

fn band(price: i64) -> (i64, Option<i64>) {
    let bounds = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500].map(|units| units * 10_000);
    let place = bounds
        .iter()
        .rposition(|bound| *bound <= price.max(0))
        .unwrap();
    (bounds[place], bounds.get(place + 1).copied())
}
