//! Rebuilds while changes go on, and records that come late.

use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{Builder, Change, Index, Limits};
use uuid::Uuid;

use crate::bucket::steps;
use crate::catalogue::{entry, id};
use crate::crashes::{PRODUCTS, World, check, write};
use crate::life::TIGHT;

#[test]
fn a_rebuild_takes_what_changed_meanwhile() {
    for seed in 0..6 {
        let mut world = World::new(seed);
        let table: Vec<_> = world.model.entries.values().cloned().collect();
        let tree = world.model.tree.clone();
        let before = world.bucket.load(&Index::empty());

        // While the table is read, the stream goes on.
        let batch = world.batch();
        write(&mut world.bucket, &batch, 1_000);
        world.model.apply_all(&batch);

        let limits = Limits {
            removed: 500,
            ..TIGHT
        };
        let mut builder = Builder::new(&before, tree, Uuid::from_u128(1), &limits);
        for entry in table {
            builder.add(entry).unwrap();
        }
        let current = world.bucket.load(&Index::empty());
        let built = builder.finish(&current).unwrap();
        let differences = built.index.differences(&current);
        let now = differences.into_iter().map(|(id, version)| {
            let entry = world.model.entries.get(&id).cloned();
            entry.map_or(Change::Remove { id, version }, |entry| {
                Change::Put(Box::new(entry))
            })
        });
        let now: Vec<Change> = now.collect();
        let tree = Some(current.manifest().tree().clone());
        let written = built.and(&now, tree, Uuid::from_u128(2), &limits).unwrap();
        assert!(
            steps(&written, world.bucket.etag())
                .into_iter()
                .all(|step| world.bucket.make(step))
        );
        check(&world.bucket, &world.model);
        let is_named = |name: &str| written.index.manifest().files().any(|file| file.0 == name);
        assert!(written.new_files.iter().all(|file| is_named(file.name())));
        assert!(!written.dropped.iter().any(|name| is_named(name)));
        // Nothing is left of the index before, nor of what was built and merged again.
        let manifest = world.bucket.manifest();
        let named: BTreeSet<&str> = manifest.files().map(|(name, _)| name).collect();
        assert!(world.bucket.files().eq(named));
        assert_eq!(
            world.bucket.manifest().version(),
            current.manifest().version() + 1
        );
    }
}

#[test]
fn a_late_record_of_what_was_removed_changes_nothing() {
    let mut world = World::new(9);
    let late = entry(&mut world.rng, id(PRODUCTS + 1), 4);
    let id = late.id;
    let index = world.bucket.load(&Index::empty());
    let removed = [Change::Remove { id, version: 5 }];
    let removed = index
        .apply(&removed, None, Uuid::from_u128(1), &TIGHT)
        .unwrap()
        .unwrap()
        .index;

    let late = [Change::Put(Box::new(late))];
    assert!(
        removed
            .apply(&late, None, Uuid::from_u128(2), &TIGHT)
            .unwrap()
            .is_none()
    );
    // Which is remembered in the manifest, and so by who loads it, and through a rebuild.
    let rebuilt = removed
        .rebuild(
            Vec::new(),
            index.manifest().tree().clone(),
            Uuid::from_u128(3),
            &TIGHT,
        )
        .unwrap();
    let loaded = Index::load(rebuilt.index.manifest().clone(), BTreeMap::new()).unwrap();
    assert!(
        loaded
            .apply(&late, None, Uuid::from_u128(4), &TIGHT)
            .unwrap()
            .is_none()
    );
}
