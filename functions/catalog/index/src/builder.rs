//! How an index is built anew, from all entries.

use std::collections::HashSet;

use uuid::Uuid;

use crate::draft::{Draft, Written};
use crate::entry::{Change, Entry};
use crate::error::IndexError;
use crate::index::Index;
use crate::limits::Limits;
use crate::manifest::{Manifest, Rows};
use crate::tree::Tree;

/// Builds an index from all entries, one after another, in the memory of one segment and of what is written.
///
/// It needs some minutes for many products, in which changes go on. So at its end the index that is then current is given to
/// [`Builder::finish`], [`Index::differences`] says what is to be read again, and [`Written::and`] puts that right; all of it is
/// written at once.
pub struct Builder<'a> {
    draft: Draft<'a>,
    waiting: Vec<Entry>,
    seen: HashSet<Uuid>,
    /// What came a second time, as a table that is read while it changes may give it.
    again: Vec<Change>,
    limits: &'a Limits,
}

impl<'a> Builder<'a> {
    /// Begins. Whether rows are inside is decided by the count of the index that there is. The names of files begin with
    /// `token`, as with [`Index::apply`].
    pub fn new(before: &Index, tree: Tree, token: Uuid, limits: &'a Limits) -> Self {
        let has_few = before.manifest.count < limits.rows_back;
        let rows = if has_few {
            Rows::Inside
        } else {
            before.manifest.rows
        };
        let manifest = Manifest {
            rows,
            tree,
            ..Manifest::default()
        };
        Self {
            draft: Draft::new(&Index::of(manifest, Vec::new()), token, limits),
            waiting: Vec::new(),
            seen: HashSet::new(),
            again: Vec::new(),
            limits,
        }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// [`IndexError::Engine`], a fault of this crate.
    pub fn add(&mut self, entry: Entry) -> Result<(), IndexError> {
        if !self.seen.insert(entry.id) {
            self.again.push(Change::Put(Box::new(entry)));
            return Ok(());
        }
        self.waiting.push(entry);
        if self.waiting.len() >= self.limits.segment.max(1) as usize {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), IndexError> {
        let entries = std::mem::take(&mut self.waiting);
        self.draft.count(entries.len() as u64);
        let entries: Vec<&Entry> = entries.iter().collect();
        if entries.is_empty() {
            Ok(())
        } else {
            self.draft.write(&entries)
        }
    }

    /// Ends: what is to be written in place of the index that is current now. What that one knows to be removed is not in it,
    /// if it was read before the removal.
    ///
    /// # Errors
    /// [`IndexError::Engine`], a fault of this crate.
    pub fn finish(mut self, current: &Index) -> Result<Written, IndexError> {
        self.write()?;
        let removed = current.manifest.removed.0.iter();
        let removed = removed.map(|(id, version)| Change::Remove {
            id: *id,
            version: *version,
        });
        let changes: Vec<Change> = removed.chain(self.again).collect();
        let built = self.draft.so_far();
        self.draft.change(built.news(&changes))?;
        Ok(self.draft.finish(current))
    }
}

impl Index {
    /// Builds an index from all entries in place of this one, by a [`Builder`].
    ///
    /// # Errors
    /// [`IndexError::Engine`], a fault of this crate.
    pub fn rebuild(
        &self,
        entries: impl IntoIterator<Item = Entry>,
        tree: Tree,
        token: Uuid,
        limits: &Limits,
    ) -> Result<Written, IndexError> {
        let mut builder = Builder::new(self, tree, token, limits);
        for entry in entries {
            builder.add(entry)?;
        }
        builder.finish(self)
    }
}
