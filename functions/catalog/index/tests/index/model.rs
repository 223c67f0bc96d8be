//! The plain model: a map of entries that is filtered, sorted and counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{
    Answer, Attribute, Change, Entry, Facets, Hit, Index, Limits, MOST_COUNTED, Manifest, PriceBand, Query, Rows, Tree,
    Written, plain,
};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::catalogue::{entry, id, tree};
use crate::queries::{change, query};

/// What the index is to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) entries: BTreeMap<Uuid, Entry>,
    pub(crate) removed: BTreeMap<Uuid, u64>,
    pub(crate) tree: Tree,
    pub(crate) has_rows: bool,
}

impl Model {
    /// Makes a change, unless it comes too late.
    pub(crate) fn apply(&mut self, change: &Change) {
        let (id, version) = (change.id(), change.version());
        let known = self.entries.get(&id).map(|entry| entry.version);
        match change {
            Change::Put(entry) => {
                let is_removed = self.removed.get(&id).is_some_and(|removed| *removed >= version);
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
        query.overlay.iter().for_each(|change| model.apply(change));
        if let Some(slug) = &query.category {
            let mut categories = model.tree.categories().iter();
            let category = categories.find(|category| category.slug == *slug)?;
            if !model.path(category.id).is_some_and(|path| !path.is_empty()) {
                return None;
            }
        }
        let matches = |entry| Some((entry, plain::matches(entry, query, &model.tree)?));
        let mut found: Vec<(&Entry, u32)> = model.entries.values().filter_map(matches).collect();
        found.sort_by(|one, other| plain::compare(query, *one, *other));
        let size = query.page_size as usize;
        let page = found.iter().skip((query.page.max(1) as usize - 1) * size).take(size);
        let rows = page.map(|(entry, _)| Hit {
            id: entry.id,
            version: entry.version,
            row: self.has_rows.then(|| entry.row.clone()),
        });
        Some(Answer {
            count: found.len() as u64,
            rows: rows.collect(),
            facets: query.facets.then(|| model.facets(found.iter().map(|(entry, _)| *entry))),
        })
    }

    /// The way up from a category; `None` if it or one on it is not shown.
    fn path(&self, id: Uuid) -> Option<BTreeSet<Uuid>> {
        let mut path = BTreeSet::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(category) = self.tree.categories().iter().find(|category| category.id == id) else {
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
            let all: BTreeSet<Uuid> = entry.categories.iter().filter_map(|id| self.path(*id)).flatten().collect();
            all.into_iter().for_each(|id| *categories.entry(id).or_default() += 1);
            for (path, value) in &entry.facts {
                *values.entry((path, value)).or_default() += 1;
            }
            let named: BTreeSet<&str> = entry.facts.iter().map(|(path, _)| &**path).collect();
            named.into_iter().for_each(|path| *paths.entry(path).or_default() += 1);
            *prices.entry(band(entry.price)).or_default() += 1;
        }
        let attributes = sorted(paths.into_iter()).into_iter().map(|(path, count)| Attribute {
            path: path.to_owned(),
            count,
            values: sorted(values.iter().filter(|((name, _), _)| *name == path).map(|((_, value), count)| (*value, *count)))
                .into_iter()
                .map(|(value, count)| (value.to_owned(), count))
                .take(MOST_COUNTED)
                .collect(),
        });
        Facets {
            categories: sorted(categories.into_iter()),
            attributes: attributes.take(MOST_COUNTED).collect(),
            prices: prices.into_iter().map(|((from, to), count)| PriceBand { from, to, count }).collect(),
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
    let place = bounds.iter().rposition(|bound| *bound <= price.max(0)).unwrap();
    (bounds[place], bounds.get(place + 1).copied())
}

/// An index and what it is to be.
struct Pair {
    index: Index,
    model: Model,
    rng: StdRng,
    products: u128,
    limits: Limits,
}

impl Pair {
    fn new(seed: u64, products: u128, limits: Limits) -> Self {
        Self {
            index: Index::empty(),
            model: Model { has_rows: true, ..Model::default() },
            rng: StdRng::seed_from_u64(seed),
            products,
            limits,
        }
    }

    fn token(&mut self) -> Uuid {
        Uuid::from_u128(self.rng.random())
    }

    /// One step in the life of an index.
    fn step(&mut self) {
        match self.rng.random_range(0..10) {
            0 => self.rebuild(),
            1 => {
                let tree = tree(&mut self.rng);
                self.apply(&[], Some(tree));
            }
            2 => {
                let bytes = self.index.manifest().to_bytes();
                let manifest = Manifest::parse(&bytes).unwrap();
                assert!(self.index.lacking(&manifest).is_empty());
                self.index = self.index.reload(manifest, BTreeMap::new()).unwrap();
            }
            _ => {
                let most = self.rng.random_range(1..40);
                let mut changes: Vec<Change> = (0..most).map(|_| change(&mut self.rng, self.products)).collect();
                if self.rng.random_bool(0.3) {
                    // Records come twice, and in another order.
                    changes.extend_from_within(..changes.len() / 2);
                    changes.dedup();
                }
                self.apply(&changes, None);
            }
        }
        assert_eq!(self.index.manifest().count(), self.model.entries.len() as u64);
        assert_eq!(self.model.has_rows, self.index.manifest().rows() == Rows::Inside);
    }

    fn apply(&mut self, changes: &[Change], tree: Option<Tree>) {
        changes.iter().for_each(|change| self.model.apply(change));
        self.model.tree = tree.clone().unwrap_or(std::mem::take(&mut self.model.tree));
        let token = self.token();
        if let Some(written) = self.index.apply(changes, tree, token, &self.limits).unwrap() {
            self.model.has_rows &= self.model.entries.len() as u64 <= self.limits.rows_out;
            self.take(written);
        }
        let token = self.token();
        let again = self.index.apply(&[], None, token, &self.limits).unwrap();
        assert!(again.is_none());
    }

    fn rebuild(&mut self) {
        let count = self.model.entries.len() as u64;
        self.model.has_rows |= count < self.limits.rows_back;
        self.model.has_rows &= count <= self.limits.rows_out;
        let mut entries: Vec<Entry> = self.model.entries.values().cloned().collect();
        entries.shuffle(&mut self.rng);
        if let Some(first) = entries.first().cloned() {
            // A table that is read while it changes may give one twice, and one that is removed meanwhile.
            entries.push(Entry { version: 0, name: "older".to_owned(), ..first });
            if let Some((id, version)) = self.model.removed.iter().next() {
                entries.push(entry(&mut self.rng, *id, *version));
            }
        }
        let token = self.token();
        let tree = self.model.tree.clone();
        let written = self.index.rebuild(entries, tree, token, &self.limits).unwrap();
        assert!(written.index.differences(&self.index).is_empty());
        self.take(written);
    }

    /// Loads what was written from its bytes, and compares the lists of files.
    fn take(&mut self, written: Written) {
        let manifest = Manifest::parse(&written.index.manifest().to_bytes()).unwrap();
        assert_eq!(manifest.version(), self.index.manifest().version() + 1);
        let files: BTreeMap<String, Vec<u8>> =
            written.new_files.iter().map(|file| (file.name().to_owned(), file.bytes().to_vec())).collect();
        assert!(self.index.lacking(&manifest).into_iter().eq(files.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter())
            || self.index.lacking(&manifest).len() == files.len());
        let names: BTreeSet<&str> = manifest.files().map(|(name, _)| name).collect();
        for (name, _) in self.index.manifest().files() {
            assert!(names.contains(name) != written.dropped.iter().any(|dropped| dropped == name));
        }
        self.index = self.index.reload(manifest, files).unwrap();
    }

    fn ask(&mut self, times: usize) {
        for _ in 0..times {
            let query = query(&mut self.rng, self.products);
            let answer = self.index.search(&query).unwrap();
            assert_eq!(answer, self.model.answer(&query), "{query:#?}");
        }
    }
}

/// Bounds that are reached in a test.
const TIGHT: Limits = Limits {
    rows_out: 70,
    rows_back: 50,
    segment: 25,
    small: 6,
    settled: 40,
    removed: 1_000,
};

#[test]
fn answers_are_those_of_a_plain_filter_and_sort() {
    for seed in 0..25 {
        // From catalogues of a few products to those that have their rows outside.
        let mut pair = Pair::new(seed, [4, 30, 60, 120][usize::try_from(seed).unwrap() % 4], TIGHT);
        let tree = tree(&mut pair.rng);
        pair.apply(&[], Some(tree));
        for _ in 0..12 {
            pair.step();
            pair.ask(25);
        }
    }
}
