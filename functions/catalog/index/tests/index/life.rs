//! The life of an index by chance, compared with the model at each step.

use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{Change, Entry, Index, Limits, Manifest, Rows, Tree, Written};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::catalogue::{entry, tree};
use crate::model::Model;
use crate::queries::{change, query};

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
            model: Model {
                has_rows: true,
                ..Model::default()
            },
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
                let mut changes: Vec<Change> = (0..most)
                    .map(|_| change(&mut self.rng, self.products))
                    .collect();
                if self.rng.random_bool(0.3) {
                    // Records come twice, and in another order.
                    changes.extend_from_within(..changes.len() / 2);
                    changes.dedup();
                }
                self.apply(&changes, None);
            }
        }
        assert_eq!(
            self.index.manifest().count(),
            self.model.entries.len() as u64
        );
        assert_eq!(
            self.model.has_rows,
            self.index.manifest().rows() == Rows::Inside
        );
    }

    fn apply(&mut self, changes: &[Change], tree: Option<Tree>) {
        self.model.apply_all(changes);
        self.model.tree = tree.clone().unwrap_or(std::mem::take(&mut self.model.tree));
        let token = self.token();
        if let Some(written) = self
            .index
            .apply(changes, tree, token, &self.limits)
            .unwrap()
        {
            self.model.has_rows &= self.model.entries.len() as u64 <= self.limits.rows_out;
            self.take(&written);
        }
        let token = self.token();
        let again = self.index.apply(&[], None, token, &self.limits).unwrap();
        assert!(again.is_none());
    }

    fn rebuild(&mut self) {
        let count = self.model.entries.len() as u64;
        self.model.has_rows |= count < self.limits.rows_back;
        let mut entries: Vec<Entry> = self.model.entries.values().cloned().collect();
        entries.shuffle(&mut self.rng);
        if let Some(first) = entries.first().cloned() {
            // A table that is read while it changes may give one twice, and one that is removed meanwhile.
            entries.push(Entry {
                version: 0,
                name: "older".to_owned(),
                ..first
            });
            if let Some((id, version)) = self.model.removed.iter().next() {
                entries.push(entry(&mut self.rng, *id, *version));
            }
        }
        // What is read counts, even if it turns out to be removed.
        let read: BTreeSet<Uuid> = entries.iter().map(|entry| entry.id).collect();
        self.model.has_rows &= read.len() as u64 <= self.limits.rows_out;
        let token = self.token();
        let tree = self.model.tree.clone();
        let written = self
            .index
            .rebuild(entries, tree, token, &self.limits)
            .unwrap();
        assert!(written.index.differences(&self.index).is_empty());
        self.take(&written);
    }

    /// Loads what was written from its bytes, and compares the lists of files.
    fn take(&mut self, written: &Written) {
        let manifest = Manifest::parse(&written.index.manifest().to_bytes()).unwrap();
        assert_eq!(manifest.version(), self.index.manifest().version() + 1);
        let files: BTreeMap<String, Vec<u8>> = written
            .new_files
            .iter()
            .map(|file| (file.name().to_owned(), file.bytes().to_vec()))
            .collect();
        let lacking: BTreeSet<&str> = self.index.lacking(&manifest).into_iter().collect();
        assert!(lacking.into_iter().eq(files.keys()));
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
pub(crate) const TIGHT: Limits = Limits {
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
        let mut pair = Pair::new(
            seed,
            [4, 30, 60, 120][usize::try_from(seed).unwrap() % 4],
            TIGHT,
        );
        let tree = tree(&mut pair.rng);
        pair.apply(&[], Some(tree));
        for _ in 0..12 {
            pair.step();
            pair.ask(25);
        }
    }
}
