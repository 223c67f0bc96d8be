//! Files that are not what was written.

use std::collections::BTreeMap;

use catalog_index::{CURRENT, Change, Index, IndexError, Limits, Manifest};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::catalogue::{entry, id, tree};
use crate::life::TIGHT;

/// Bounds with which segments are not merged.
const APART: Limits = Limits {
    settled: 0,
    ..TIGHT
};

type Files = BTreeMap<String, Vec<u8>>;

/// The manifest and the files of an index of several segments, with something deleted.
fn written() -> (Manifest, Files) {
    let mut rng = StdRng::seed_from_u64(7);
    let entries: Vec<_> = (0..50)
        .map(|number| entry(&mut rng, id(number), 1))
        .collect();
    let tree = tree(&mut rng);
    let built = Index::empty()
        .rebuild(entries, tree, Uuid::from_u128(1), &APART)
        .unwrap();
    let changes = [1, 2, 30].map(|number| Change::Remove {
        id: id(number),
        version: 2,
    });
    let written = built
        .index
        .apply(&changes, None, Uuid::from_u128(2), &APART)
        .unwrap()
        .unwrap();
    let files = built
        .new_files
        .iter()
        .map(|file| (file.name().to_owned(), file.bytes().to_vec()));
    (written.index.manifest().clone(), files.collect())
}

fn assert_corrupt(manifest: &Manifest, files: Files, name: &str, what: &str) {
    match Index::load(manifest.clone(), files) {
        Err(IndexError::Corrupt { file }) => assert_eq!(file, name, "{what}"),
        other => panic!("{what} of {name}: {other:?}"),
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let (manifest, files) = written();
    assert!(files.len() > 1);
    Index::load(manifest.clone(), files.clone()).unwrap();
    let mut rng = StdRng::seed_from_u64(7);
    for (name, bytes) in &files {
        // All of the beginning and the end, and every eleventh octet between.
        let between = (0..bytes.len()).step_by(11);
        let ends = (0..60).chain(bytes.len() - 300..bytes.len());
        for place in between.chain(ends) {
            let mut files = files.clone();
            files.get_mut(name).unwrap()[place] ^= 1 << rng.random_range(0..8);
            assert_corrupt(&manifest, files, name, &format!("octet {place}"));
        }
    }
}

#[test]
fn a_file_that_is_shorter_or_longer_or_another_or_none_is_found() {
    let (manifest, files) = written();
    for (name, bytes) in &files {
        for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
            let mut files = files.clone();
            files.get_mut(name).unwrap().truncate(length);
            assert_corrupt(&manifest, files, name, &format!("length {length}"));
        }
        let mut longer = files.clone();
        longer.get_mut(name).unwrap().push(0);
        assert_corrupt(&manifest, longer, name, "one more");
        let mut none = files.clone();
        none.remove(name);
        assert_corrupt(&manifest, none, name, "absence");
        for other in files.keys().filter(|other| *other != name) {
            let mut another = files.clone();
            another.insert(name.clone(), files[other].clone());
            assert_corrupt(&manifest, another, name, "another");
        }
    }
}

#[test]
fn a_manifest_that_is_not_what_was_written_is_found() {
    let (manifest, files) = written();
    let bytes = manifest.to_bytes();
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        let is_found = match Manifest::parse(&flipped) {
            Err(IndexError::Corrupt { file }) => file == CURRENT,
            // The octet of the number itself.
            Err(IndexError::UnknownSchema { .. }) => true,
            _ => false,
        };
        assert!(is_found, "octet {place}");
    }
    // One that is of other files than there are.
    let other = Index::empty().rebuild(
        Vec::new(),
        manifest.tree().clone(),
        Uuid::from_u128(9),
        &TIGHT,
    );
    assert!(
        Index::load(other.unwrap().index.manifest().clone(), files)
            .unwrap()
            .manifest()
            .count()
            == 0
    );
}
