//! An index that is loaded.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::bits::Bits;
use crate::entry::{Change, Known};
use crate::error::IndexError;
use crate::facets::Facets;
use crate::filter::listed;
use crate::manifest::{Manifest, Rows};
use crate::query::Activity;
use crate::segment::{File, Segment};
use crate::tally::FactTable;

/// An index that is loaded, and answers from memory. It never changes: [`Index::apply`] makes another, which shares with it
/// what is the same.
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) manifest: Manifest,
    pub(crate) parts: Vec<Part>,
    pub(crate) facts: OnceLock<FactTable>,
    /// What visitors see of each part: what is active, and in a category that they see.
    shown: OnceLock<Vec<Bits>>,
    /// What there is on all pages of the list that everybody sees first.
    pub(crate) unfiltered: OnceLock<Facets>,
}

/// A segment, and what of it is deleted.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The segment.
    pub(crate) segment: Arc<Segment>,
    /// The entries that are deleted.
    pub(crate) deleted: Bits,
}

impl Part {
    /// How many entries are not deleted.
    pub(crate) fn alive(&self) -> u32 {
        self.segment.entries() - self.deleted.count()
    }
}

/// A change that is to be made.
pub(crate) struct News<'a> {
    /// The part and the entry that it replaces.
    pub(crate) replaced: Option<(usize, u32)>,
    /// The last of the product's changes.
    pub(crate) change: &'a Change,
}

impl Index {
    /// The index of nothing: what a catalogue begins with.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Loads what a manifest names, from the contents of its files by their names.
    ///
    /// # Errors
    /// [`IndexError::Corrupt`] with the name of a file that is missing or not what was written.
    pub fn load(manifest: Manifest, files: BTreeMap<String, Vec<u8>>) -> Result<Self, IndexError> {
        Self::empty().reload(manifest, files)
    }

    /// Loads what a manifest names; what this index has of it is kept, and need not be among the files.
    ///
    /// # Errors
    /// As [`Index::load`].
    pub fn reload(
        &self,
        manifest: Manifest,
        mut files: BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, IndexError> {
        let mut parts = Vec::new();
        for listed in &manifest.segments {
            let corrupt = || IndexError::corrupt(&listed.name);
            let segment = if let Some(held) = self.segment(&listed.name) {
                held
            } else {
                let bytes = files.remove(&listed.name).ok_or_else(corrupt)?;
                let file = File::new(listed.name.clone(), bytes);
                if file.bytes().len() as u64 != listed.size || file.crc() != listed.crc {
                    return Err(corrupt());
                }
                Arc::new(Segment::open(file)?)
            };
            let deleted = Bits::parse(&listed.deleted, listed.entries).ok_or_else(corrupt)?;
            if segment.entries() != listed.entries {
                return Err(corrupt());
            }
            parts.push(Part { segment, deleted });
        }
        Ok(Self::of(manifest, parts))
    }

    /// The index of some parts, which the manifest lists.
    pub(crate) fn of(manifest: Manifest, parts: Vec<Part>) -> Self {
        Self {
            manifest,
            parts,
            ..Self::default()
        }
    }

    fn segment(&self, name: &str) -> Option<Arc<Segment>> {
        let mut segments = self.parts.iter().map(|part| &part.segment);
        segments
            .find(|segment| segment.file.name() == name)
            .cloned()
    }

    /// The files that a manifest names and this index has not: what is to be read before [`Index::reload`].
    pub fn lacking<'a>(&self, manifest: &'a Manifest) -> Vec<&'a str> {
        let names = manifest.files().map(|(name, _)| name);
        names.filter(|name| self.segment(name).is_none()).collect()
    }

    /// The manifest of this index.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether answers have rows.
    pub(crate) fn has_rows(&self) -> bool {
        self.manifest.rows == Rows::Inside
    }

    /// What visitors see of each part. Found out once, as most queries begin with it.
    pub(crate) fn shown(&self) -> &[Bits] {
        self.shown.get_or_init(|| {
            let parts = self.parts.iter();
            parts
                .map(|part| listed(self, part, Activity::Active))
                .collect()
        })
    }

    /// The products of which this index and another do not have the same, and the larger of the versions that they have.
    ///
    /// A rebuild reads the table for minutes while changes go on: what differs from the index of that moment is read again, and
    /// put by [`crate::Written::and`], or removed at this version if it is no longer in the table.
    pub fn differences(&self, other: &Self) -> BTreeMap<Uuid, u64> {
        let (ours, mut differences) = (self.contents(), BTreeMap::new());
        let mut theirs = other.contents();
        for (id, content) in ours {
            let their = theirs.remove(&id);
            if their != Some(content) {
                let version = their.map_or(content.0, |their| content.0.max(their.0));
                differences.insert(Uuid::from_u128(id), version);
            }
        }
        let others = theirs.into_iter();
        differences.extend(others.map(|(id, content)| (Uuid::from_u128(id), content.0)));
        differences
    }

    /// The versions of those of these products that are indexed.
    pub fn versions(&self, ids: impl Iterator<Item = Uuid>) -> BTreeMap<Uuid, u64> {
        let places = self.places(ids).into_iter();
        let version = |(id, (part, entry)): (u128, (usize, u32))| {
            let versions = &self.parts[part].segment.columns.versions;
            (Uuid::from_u128(id), versions[entry as usize])
        };
        places.map(version).collect()
    }

    /// The version and the number of the content of each product.
    fn contents(&self) -> HashMap<u128, (u64, u32)> {
        let parts = self.parts.iter().flat_map(|part| {
            let columns = &part.segment.columns;
            let alive = (0..part.segment.entries()).filter(|entry| !part.deleted.contains(*entry));
            alive.map(|entry| {
                let entry = entry as usize;
                let content = (columns.versions[entry], columns.digests[entry]);
                (columns.ids[entry], content)
            })
        });
        parts.collect()
    }

    /// Of changes in the order that they came in, the last of each product that says something new.
    pub(crate) fn news<'a>(&self, changes: &'a [Change]) -> BTreeMap<Uuid, News<'a>> {
        let mut news: BTreeMap<Uuid, News<'a>> = BTreeMap::new();
        if changes.is_empty() {
            return news;
        }
        let places = self.places(changes.iter().map(Change::id));
        let versions: HashMap<Uuid, u64> = self.manifest.removed.0.iter().copied().collect();
        for change in changes {
            let id = change.id();
            let replaced = places.get(&id.as_u128()).copied();
            let indexed = || replaced.map(|place| self.known(place));
            let removed = || versions.get(&id).copied().map(Known::Removed);
            let earlier = news.get(&id).map(|news| news.change.known());
            if change.is_news(earlier.or_else(indexed).or_else(removed)) {
                news.insert(id, News { replaced, change });
            }
        }
        news
    }

    fn known(&self, (part, entry): (usize, u32)) -> Known {
        let columns = &self.parts[part].segment.columns;
        Known::Indexed {
            version: columns.versions[entry as usize],
            digest: columns.digests[entry as usize],
        }
    }

    /// The parts and entries of those of the products that are indexed.
    ///
    /// All ids are gone through, and a table of the last bits, which are random in an id, passes few of them on: so a query with
    /// a hundred changes takes half a millisecond for a hundred thousand products, and no map of all ids is kept.
    fn places(&self, ids: impl Iterator<Item = Uuid>) -> HashMap<u128, (usize, u32)> {
        const MARKS: u128 = 4_096;
        let mut marked = [false; MARKS as usize];
        let mut asked = BTreeSet::new();
        for id in ids {
            marked[(id.as_u128() % MARKS) as usize] = true;
            asked.insert(id.as_u128());
        }
        let mut places = HashMap::new();
        for (number, part) in self.parts.iter().enumerate() {
            for (entry, id) in (0..).zip(&part.segment.columns.ids) {
                let is_asked = marked[(id % MARKS) as usize] && asked.contains(id);
                if is_asked && !part.deleted.contains(entry) {
                    places.insert(*id, (number, entry));
                }
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_shared_by_all_requests_of_a_process() {
        fn assert_shared<T: Send + Sync + 'static>(_: &T) {}
        assert_shared(&Index::empty());
    }
}
