//! Writers that crash after each single request, and writers that race.

use catalog_index::{Activity, Change, Index, Query};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::bucket::{Bucket, steps};
use crate::catalogue::tree;
use crate::life::TIGHT;
use crate::model::Model;
use crate::queries::change;

/// The ids that there are.
pub(crate) const PRODUCTS: u128 = 40;

/// A bucket, and what is to be read of it.
pub(crate) struct World {
    pub(crate) bucket: Bucket,
    pub(crate) model: Model,
    pub(crate) rng: StdRng,
}

impl World {
    /// A bucket with some batches in it.
    pub(crate) fn new(seed: u64) -> Self {
        let mut world = Self {
            bucket: Bucket::default(),
            model: Model {
                has_rows: true,
                ..Model::default()
            },
            rng: StdRng::seed_from_u64(seed),
        };
        world.model.tree = tree(&mut world.rng);
        let tree = world.model.tree.clone();
        let written = Index::empty()
            .apply(&[], Some(tree), Uuid::nil(), &TIGHT)
            .unwrap()
            .unwrap();
        let mut steps = steps(&written, None).into_iter();
        assert!(steps.all(|step| world.bucket.make(step)));
        for _ in 0..4 {
            let batch = world.batch();
            write(&mut world.bucket, &batch, world.rng.random());
            world.model.apply_all(&batch);
        }
        world
    }

    /// Changes that come together.
    pub(crate) fn batch(&mut self) -> Vec<Change> {
        (0..15).map(|_| change(&mut self.rng, PRODUCTS)).collect()
    }
}

/// Reads, applies and writes, as the function does that reads the stream: again from the start if another was faster.
pub(crate) fn write(bucket: &mut Bucket, batch: &[Change], token: u128) {
    for attempt in 0.. {
        let index = bucket.load(&Index::empty());
        let token = Uuid::from_u128(token + attempt);
        let Some(written) = index.apply(batch, None, token, &TIGHT).unwrap() else {
            return;
        };
        if steps(&written, bucket.etag())
            .into_iter()
            .all(|step| bucket.make(step))
        {
            return;
        }
    }
}

/// Checks that who reads finds what is to be.
pub(crate) fn check(bucket: &Bucket, model: &Model) {
    let index = bucket.load(&Index::empty());
    let mut found = 0;
    for activity in [Activity::Active, Activity::Inactive { creator: None }] {
        let query = Query {
            activity,
            page_size: 1_000,
            facets: true,
            ..Query::default()
        };
        let answer = index.search(&query).unwrap();
        found += answer.as_ref().map_or(0, |answer| answer.count);
        assert_eq!(answer, model.answer(&query));
    }
    assert!(found > 0);
    assert_eq!(index.manifest().count(), model.entries.len() as u64);
}

#[test]
fn a_writer_that_crashes_at_any_step_loses_and_doubles_nothing() {
    for seed in 0..6 {
        let mut world = World::new(seed);
        let batch = world.batch();
        let index = world.bucket.load(&Index::empty());
        let written = index
            .apply(&batch, None, Uuid::from_u128(1), &TIGHT)
            .unwrap()
            .unwrap();
        let mut after = world.model.clone();
        after.apply_all(&batch);
        let all = steps(&written, world.bucket.etag());
        for crash in 0..=all.len() {
            let mut bucket = world.bucket.clone();
            let mut made = all[..crash].iter();
            assert!(made.all(|step| bucket.make(step.clone())));
            let is_done = bucket.etag() != world.bucket.etag();
            check(&bucket, if is_done { &after } else { &world.model });

            // The stream brings the batch again.
            write(&mut bucket, &batch, 1_000);
            check(&bucket, &after);
        }
    }
}

#[test]
fn of_two_writers_that_race_the_slower_begins_again() {
    for seed in 0..6 {
        let mut world = World::new(seed);
        let (ours, theirs) = (world.batch(), world.batch());
        let index = world.bucket.load(&Index::empty());
        let written = index
            .apply(&ours, None, Uuid::from_u128(1), &TIGHT)
            .unwrap()
            .unwrap();
        let all = steps(&written, world.bucket.etag());
        // The other writes all of its own after so many steps of ours.
        for before in 0..=all.len() {
            let mut bucket = world.bucket.clone();
            let (first, rest) = all.split_at(before);
            assert!(first.iter().all(|step| bucket.make(step.clone())));
            write(&mut bucket, &theirs, 1_000);
            if !rest.iter().all(|step| bucket.make(step.clone())) {
                write(&mut bucket, &ours, 2_000);
            }

            let mut model = world.model.clone();
            let was_first = before > written.new_files.len();
            let order = if was_first {
                [&ours, &theirs]
            } else {
                [&theirs, &ours]
            };
            model.apply_all(order.into_iter().flatten());
            check(&bucket, &model);
        }
    }
}

#[test]
fn who_has_read_a_manifest_may_load_it_until_its_files_are_deleted() {
    let mut world = World::new(7);
    let held = world.bucket.load(&Index::empty());
    let manifest = world.bucket.manifest();
    let batch = world.batch();
    let written = held
        .apply(&batch, None, Uuid::from_u128(1), &TIGHT)
        .unwrap()
        .unwrap();
    let all = steps(&written, world.bucket.etag());
    for step in all.into_iter().take(written.new_files.len() + 1) {
        assert!(world.bucket.make(step));
    }

    let _ = world.bucket.load_of(&Index::empty(), manifest.clone());
    // Who has it loaded needs no file of it, deleted or not.
    let _ = Bucket::default().load_of(&held, manifest);
}
