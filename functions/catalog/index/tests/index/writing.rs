//! What is written, and how much of it.

use catalog_index::{Change, Index, Limits, Tree};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::catalogue::{entry, id};

/// A product of a number, at a version.
pub(crate) fn put(rng: &mut StdRng, number: u128, version: u64) -> Change {
    Change::Put(Box::new(entry(rng, id(number), version)))
}

#[test]
fn segments_stay_few_and_no_change_writes_half_the_catalogue() {
    let mut rng = StdRng::seed_from_u64(7);
    let limits = Limits {
        small: 10,
        settled: 200,
        segment: 400,
        ..Limits::default()
    };
    let entries: Vec<_> = (0..1_000)
        .map(|number| entry(&mut rng, id(number), 1))
        .collect();
    let mut index = Index::empty()
        .rebuild(entries, Tree::default(), Uuid::nil(), &limits)
        .unwrap()
        .index;
    let mut written_octets = 0;
    let mut added = 0;
    for round in 1..200_u64 {
        let count: usize = rng.random_range(1..12);
        let numbers = (0..count).map(|place| (u128::from(round) * 37 + place as u128) % 1_100);
        let changes: Vec<_> = numbers
            .map(|number| put(&mut rng, number, 1 + round))
            .collect();
        added += count;
        let written = index
            .apply(&changes, None, Uuid::from_u128(round.into()), &limits)
            .unwrap()
            .unwrap();
        assert!(written.new_files.len() <= 1);
        written_octets += written
            .new_files
            .iter()
            .map(|file| file.bytes().len())
            .sum::<usize>();
        index = written.index;
    }
    let segments = index.manifest().files().count();
    assert!(segments <= 12, "{segments}");
    // Ten times or so an entry is written, of half a kilobyte and what a segment has besides.
    assert!(
        written_octets < added * 30_000,
        "{written_octets} for {added}"
    );
}

#[test]
fn a_change_of_the_tree_or_a_removal_writes_no_file() {
    let mut rng = StdRng::seed_from_u64(7);
    let changes: Vec<_> = (0..30).map(|number| put(&mut rng, number, 1)).collect();
    let limits = Limits::default();
    let index = Index::empty()
        .apply(&changes, None, Uuid::nil(), &limits)
        .unwrap()
        .unwrap()
        .index;
    let tree = crate::catalogue::tree(&mut rng);
    let removal = [Change::Remove {
        id: id(3),
        version: 2,
    }];
    for (changes, tree) in [(&[][..], Some(tree)), (&removal[..], None)] {
        let written = index
            .apply(changes, tree, Uuid::from_u128(1), &limits)
            .unwrap()
            .unwrap();
        assert!(written.new_files.is_empty() && written.dropped.is_empty());
    }
    // What was known is not written at all: the same record, an older one, the same tree.
    for known in [&changes[5..8], &[put(&mut rng, 5, 0)], &[]] {
        let tree = Some(index.manifest().tree().clone());
        assert!(
            index
                .apply(known, tree, Uuid::from_u128(2), &limits)
                .unwrap()
                .is_none()
        );
    }
    // Of the same version another content is.
    let restocked = [put(&mut rng, 5, 1)];
    assert!(
        index
            .apply(&restocked, None, Uuid::from_u128(2), &limits)
            .unwrap()
            .is_some()
    );
}

#[test]
fn the_oldest_removals_are_forgotten() {
    let mut rng = StdRng::seed_from_u64(7);
    let limits = Limits {
        removed: 3,
        ..Limits::default()
    };
    let removals: Vec<_> = (0..3)
        .map(|number| Change::Remove {
            id: id(number),
            version: 5,
        })
        .collect();
    let index = Index::empty()
        .apply(&removals, None, Uuid::nil(), &limits)
        .unwrap()
        .unwrap()
        .index;
    let late = [put(&mut rng, 0, 4)];
    assert!(
        index
            .apply(&late, None, Uuid::nil(), &limits)
            .unwrap()
            .is_none()
    );

    let more = [Change::Remove {
        id: id(9),
        version: 5,
    }];
    let index = index
        .apply(&more, None, Uuid::from_u128(1), &limits)
        .unwrap()
        .unwrap()
        .index;
    assert!(
        index
            .apply(&late, None, Uuid::from_u128(2), &limits)
            .unwrap()
            .is_some()
    );
}

#[test]
#[cfg(target_os = "linux")]
fn nothing_runs_on_after_a_write() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut index = Index::empty();
    for round in 0..8 {
        let changes: Vec<_> = (0..20)
            .map(|number| put(&mut rng, round * 10 + number, 1))
            .collect();
        let token = Uuid::from_u128(round);
        index = index
            .apply(&changes, None, token, &Limits::default())
            .unwrap()
            .unwrap()
            .index;
    }
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let names = threads.map(|thread| std::fs::read_to_string(thread.unwrap().path().join("comm")));
    // A thread of another test may end meanwhile.
    let names: Vec<String> = names.filter_map(Result::ok).collect();
    for name in names {
        assert!(
            !["tantivy", "merge", "segment", "docstore"]
                .iter()
                .any(|part| name.contains(part)),
            "{name}"
        );
    }
}
