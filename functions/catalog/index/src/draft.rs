//! How an index is changed: a draft of the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use crate::bits::Bits;
use crate::entry::{Change, Entry};
use crate::error::IndexError;
use crate::index::{Index, News, Part};
use crate::limits::Limits;
use crate::manifest::{Listed, Manifest, Rows};
use crate::segment::{File, Segment};
use crate::tree::Tree;

/// How many times larger a segment may be than all smaller ones together and be merged with them. What stays is at least so
/// much larger from one to the next: by the default limits that is four segments up to [`Limits::settled`]. A merge makes the
/// largest of them a third larger at least, so from [`Limits::small`] on an entry is written again some ten times at most.
const RATIO: u64 = 3;

/// What a change of an index leaves to be written: first the new files, then the manifest in place of the one that was read
/// (`If-Match`), then nothing of the dropped files is needed.
#[derive(Debug)]
pub struct Written {
    /// The index after the change; its [`Index::manifest`] is to be written as [`crate::CURRENT`].
    pub index: Index,
    /// The files that it has and the one before had not.
    pub new_files: Vec<File>,
    /// The names of the files that the one before had. Who reads the manifest before still needs them for a while.
    pub dropped: Vec<String>,
}

impl Index {
    /// Makes changes, in their order, and takes another tree if one is given. `None` if there is nothing to write: all of it
    /// was known.
    ///
    /// The names of new files begin with `token`, which must be another for each attempt: two that write at a time, or one that
    /// tries again, must not give one name to different bytes.
    ///
    /// # Errors
    /// [`IndexError::Engine`], a fault of this crate.
    pub fn apply(
        &self,
        changes: &[Change],
        tree: Option<Tree>,
        token: Uuid,
        limits: &Limits,
    ) -> Result<Option<Written>, IndexError> {
        let tree = tree.filter(|tree| *tree != self.manifest.tree);
        let news = self.news(changes);
        if news.is_empty() && tree.is_none() {
            return Ok(None);
        }
        let mut draft = Draft::new(self, token, limits);
        draft.manifest.tree = tree.unwrap_or(draft.manifest.tree);
        draft.change(news)?;
        Ok(Some(draft.finish(self)))
    }
}

impl Written {
    /// Makes more changes before anything of it is written, as [`Index::apply`] does. `token` must be another one.
    ///
    /// # Errors
    /// As [`Index::apply`].
    pub fn and(
        self,
        changes: &[Change],
        tree: Option<Tree>,
        token: Uuid,
        limits: &Limits,
    ) -> Result<Self, IndexError> {
        let Some(mut next) = self.index.apply(changes, tree, token, limits)? else {
            return Ok(self);
        };
        // One write, so one version.
        next.index.manifest.version = self.index.manifest.version;
        // What was new and is dropped again was never written.
        let is_new = |name: &String| self.new_files.iter().any(|file| file.name() == name);
        let (unwritten, mut dropped): (Vec<_>, Vec<_>) = next.dropped.into_iter().partition(is_new);
        dropped.extend(self.dropped);
        next.dropped = dropped;
        let kept = self.new_files.into_iter();
        let kept = kept.filter(|file| unwritten.iter().all(|name| file.name() != name));
        next.new_files.extend(kept);
        Ok(next)
    }
}

/// The next index.
pub(crate) struct Draft<'a> {
    /// What its manifest will be, without segments.
    pub(crate) manifest: Manifest,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
    token: Uuid,
    files: u32,
    limits: &'a Limits,
}

impl<'a> Draft<'a> {
    /// A draft that is as an index is.
    pub(crate) fn new(index: &Index, token: Uuid, limits: &'a Limits) -> Self {
        Self {
            manifest: index.manifest.clone(),
            parts: index.parts.clone(),
            token,
            files: 0,
            limits,
        }
    }

    /// The index that it is now.
    pub(crate) fn so_far(&self) -> Index {
        Index::of(self.manifest.clone(), self.parts.clone())
    }

    /// Makes changes.
    pub(crate) fn change(&mut self, news: BTreeMap<Uuid, News<'_>>) -> Result<(), IndexError> {
        let mut entries = Vec::new();
        let removed = &mut self.manifest.removed.0;
        removed.retain(|(id, _)| !news.contains_key(id));
        for (id, news) in news {
            if let Some((part, entry)) = news.replaced {
                self.parts[part].deleted.insert(entry);
            }
            match news.change {
                Change::Put(entry) => entries.push(&**entry),
                Change::Remove { version, .. } => removed.push((id, *version)),
            }
        }
        self.trim();
        self.count(entries.len() as u64);
        for entries in entries.chunks(self.limits.segment.max(1) as usize) {
            self.write(entries)?;
        }
        self.merge()
    }

    /// Forgets the oldest removals.
    fn trim(&mut self) {
        let removed = &mut self.manifest.removed.0;
        let over = removed.len().saturating_sub(self.limits.removed);
        removed.drain(..over);
    }

    /// Counts what there is, with so much that will be written. Over the bound no more rows are written; those that are in
    /// segments already go with the next rebuild.
    pub(crate) fn count(&mut self, more: u64) {
        let alive: u64 = self.parts.iter().map(|part| u64::from(part.alive())).sum();
        self.manifest.count = alive + more;
        if self.manifest.count > self.limits.rows_out {
            self.manifest.rows = Rows::Outside;
        }
    }

    /// Writes entries as a segment.
    pub(crate) fn write(&mut self, entries: &[&Entry]) -> Result<(), IndexError> {
        let with_rows = self.manifest.rows == Rows::Inside;
        let segment = Segment::write(self.name(), entries, with_rows)?;
        self.push(segment);
        Ok(())
    }

    fn name(&mut self) -> String {
        self.files += 1;
        format!("{}-{}", self.token, self.files)
    }

    fn push(&mut self, segment: Segment) {
        self.parts.push(Part {
            deleted: Bits::none(segment.entries()),
            segment: Arc::new(segment),
        });
    }

    /// Keeps the segments few: a small one is merged with the new one, and a larger one when all that are smaller come to a
    /// third of it.
    fn merge(&mut self) -> Result<(), IndexError> {
        self.parts.retain(|part| part.alive() > 0);
        // The largest first, as they are kept; of equal ones the older.
        self.parts
            .sort_by_key(|part| std::cmp::Reverse(part.alive()));
        let mut first = None;
        let mut smaller = 0;
        for (place, part) in self.parts.iter().enumerate().rev() {
            let alive = u64::from(part.alive());
            if alive > u64::from(self.limits.settled) {
                break;
            }
            if smaller > 0 && alive <= (RATIO * smaller).max(self.limits.small.into()) {
                first = Some(place);
            }
            smaller += alive;
        }
        if let Some(first) = first {
            let merged = self.parts.split_off(first);
            let segment = Segment::merge(self.name(), &merged)?;
            self.push(segment);
        }
        Ok(())
    }

    /// The index, and what is to be written of it, after the one that is current.
    pub(crate) fn finish(mut self, current: &Index) -> Written {
        self.manifest.version = current.manifest.version + 1;
        self.manifest.segments = self.parts.iter().map(listed).collect();
        let names = |parts: &[Part]| -> BTreeSet<String> {
            let names = parts.iter().map(|part| part.segment.file.name().to_owned());
            names.collect()
        };
        let (before, after) = (names(&current.parts), names(&self.parts));
        let files = self.parts.iter().map(|part| &part.segment.file);
        Written {
            new_files: files
                .filter(|file| !before.contains(file.name()))
                .cloned()
                .collect(),
            dropped: before.difference(&after).cloned().collect(),
            index: Index::of(self.manifest, self.parts),
        }
    }
}

fn listed(part: &Part) -> Listed {
    let file = &part.segment.file;
    Listed {
        name: file.name().to_owned(),
        size: file.bytes().len() as u64,
        crc: file.crc(),
        entries: part.segment.entries(),
        deleted: part.deleted.text(),
    }
}
