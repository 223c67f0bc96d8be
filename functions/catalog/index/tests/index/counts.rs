//! Facets of more attributes than are counted.

use catalog_index::{Activity, Change, Entry, Index, MOST_COUNTED, Query, Tree};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::catalogue::{entry, id};
use crate::life::TIGHT;
use crate::model::Model;

/// A product with some of many attributes.
fn product(rng: &mut StdRng, number: u128) -> Entry {
    let facts = (0..rng.random_range(0..20)).map(|_| {
        // Some paths and values are frequent, and many are equally rare.
        let path = rng.random_range(0..14) * rng.random_range(0..14);
        let value = rng.random_range(0..90) * rng.random_range(0..2);
        (format!("path {path}"), format!("{value}"))
    });
    Entry {
        facts: facts.collect(),
        is_active: false,
        ..entry(&mut StdRng::seed_from_u64(7), id(number), 1)
    }
}

#[test]
fn the_most_frequent_attributes_and_values_are_counted() {
    let mut rng = StdRng::seed_from_u64(7);
    let products: Vec<Entry> = (0..300).map(|number| product(&mut rng, number)).collect();
    let (indexed, overlaid) = products.split_at(240);
    let built = Index::empty().rebuild(indexed.to_vec(), Tree::default(), Uuid::nil(), &TIGHT);
    let mut query = Query {
        activity: Activity::Inactive { creator: None },
        facets: true,
        ..Query::default()
    };
    let entries = indexed.iter().map(|entry| (entry.id, entry.clone()));
    let model = Model {
        entries: entries.collect(),
        ..Model::default()
    };

    let index = built.unwrap().index;
    for overlay in [&[][..], overlaid] {
        let put = overlay.iter().cloned();
        query.overlay = put.map(|entry| Change::Put(Box::new(entry))).collect();
        let answer = index.search(&query).unwrap();
        assert_eq!(answer, model.answer(&query));

        let attributes = answer.unwrap().facets.unwrap().attributes;
        assert_eq!(attributes.len(), MOST_COUNTED);
        assert_eq!(attributes[0].values.len(), MOST_COUNTED);
    }
}
