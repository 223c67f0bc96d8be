//! A bucket as S3 is one: objects by names, and one that is replaced on condition.

use std::collections::BTreeMap;

use catalog_index::{Index, Manifest, Written};

/// Objects, and the manifest with its `ETag`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bucket {
    files: BTreeMap<String, Vec<u8>>,
    current: Option<(u64, Vec<u8>)>,
}

/// One request to a bucket.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A file is put.
    Put(String, Vec<u8>),
    /// The manifest is replaced, if it is still that of this `ETag`.
    Replace(Option<u64>, Vec<u8>),
    /// A file that is no longer needed is deleted.
    Delete(String),
}

impl Bucket {
    /// The `ETag` of the manifest.
    pub(crate) fn etag(&self) -> Option<u64> {
        self.current.as_ref().map(|(etag, _)| *etag)
    }

    /// The manifest.
    pub(crate) fn manifest(&self) -> Manifest {
        let current = self
            .current
            .as_ref()
            .map(|(_, bytes)| Manifest::parse(bytes).unwrap());
        current.unwrap_or_default()
    }

    /// Loads what the manifest names.
    pub(crate) fn load(&self, held: &Index) -> Index {
        self.load_of(held, self.manifest())
    }

    /// Loads what a manifest names that was read before.
    pub(crate) fn load_of(&self, held: &Index, manifest: Manifest) -> Index {
        let lacking = held.lacking(&manifest).into_iter();
        let files = lacking
            .map(|name| (name.to_owned(), self.files[name].clone()))
            .collect();
        held.reload(manifest, files).unwrap()
    }

    /// The names of all files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Makes a request; false if its condition fails.
    pub(crate) fn make(&mut self, step: Step) -> bool {
        match step {
            Step::Put(name, bytes) => {
                let before = self.files.insert(name, bytes);
                assert_eq!(before, None, "no name is used twice");
            }
            Step::Replace(etag, _) if etag != self.etag() => return false,
            Step::Replace(etag, bytes) => {
                self.current = Some((etag.unwrap_or_default() + 1, bytes));
            }
            Step::Delete(name) => drop(self.files.remove(&name)),
        }
        true
    }
}

/// The requests that a write consists of, of one who has read the manifest of this `ETag`.
pub(crate) fn steps(written: &Written, etag: Option<u64>) -> Vec<Step> {
    let files = written.new_files.iter();
    let mut steps: Vec<Step> = files
        .map(|file| Step::Put(file.name().to_owned(), file.bytes().to_vec()))
        .collect();
    steps.push(Step::Replace(etag, written.index.manifest().to_bytes()));
    steps.extend(written.dropped.iter().cloned().map(Step::Delete));
    steps
}
