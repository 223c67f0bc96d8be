//! Where the rows are.

use std::collections::{BTreeMap, BTreeSet};

use catalog_index::{Activity, Change, Index, Limits, Query, Rows, Tree};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use uuid::Uuid;

use crate::catalogue::id;
use crate::life::TIGHT;
use crate::writing::put;

#[test]
fn over_the_bound_rows_are_outside_until_a_rebuild_well_below_it() {
    let mut rng = StdRng::seed_from_u64(7);
    let limits = Limits {
        rows_out: 50,
        rows_back: 40,
        ..TIGHT
    };
    let mut index = Index::empty();
    let rows = |index: &Index| {
        let query = Query {
            activity: Activity::Inactive { creator: None },
            page_size: 9,
            ..Query::default()
        };
        let answer = index.search(&query).unwrap().unwrap();
        let has_rows: BTreeSet<bool> = answer.rows.iter().map(|hit| hit.row.is_some()).collect();
        let expected = index.manifest().rows() == Rows::Inside;
        assert_eq!(has_rows, BTreeSet::from([expected]));
        expected
    };
    let mut entries = BTreeMap::new();
    let mut put = |index: &mut Index, numbers: std::ops::Range<u128>| {
        let changes: Vec<_> = numbers.map(|number| put(&mut rng, number, 1)).collect();
        for change in &changes {
            let Change::Put(entry) = change else { continue };
            entries.insert(entry.id, (**entry).clone());
        }
        *index = index
            .apply(
                &changes,
                None,
                Uuid::from_u128(entries.len() as u128),
                &limits,
            )
            .unwrap()
            .unwrap()
            .index;
        entries.clone()
    };
    let remove = |index: &mut Index, numbers: std::ops::Range<u128>, token| {
        let changes: Vec<_> = numbers
            .map(|number| Change::Remove {
                id: id(number),
                version: 2,
            })
            .collect();
        *index = index
            .apply(&changes, None, Uuid::from_u128(token), &limits)
            .unwrap()
            .unwrap()
            .index;
    };
    put(&mut index, 0..50);
    assert!(rows(&index));
    let mut all = put(&mut index, 50..51);
    assert!(!rows(&index));

    remove(&mut index, 0..11, 1_000);
    assert!(!rows(&index));
    let rebuild = |index: &Index, all: &BTreeMap<_, _>, token| {
        let entries: Vec<_> = all.values().cloned().collect();
        index
            .rebuild(entries, Tree::default(), Uuid::from_u128(token), &limits)
            .unwrap()
            .index
    };
    (0..11).for_each(|number| drop(all.remove(&id(number))));
    index = rebuild(&index, &all, 2_000);
    assert!(!rows(&index), "there are forty");
    remove(&mut index, 11..12, 3_000);
    all.remove(&id(11));
    index = rebuild(&index, &all, 4_000);
    assert!(rows(&index));
}
