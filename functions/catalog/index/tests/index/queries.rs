//! Queries by chance.

use catalog_index::{Activity, Change, Order, Query, Search};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use crate::catalogue::{entry, fact, id, sku, slug, words};

/// All orders.
pub(crate) const ORDERS: [Order; 7] = [
    Order::PriceAscending,
    Order::PriceDescending,
    Order::CreatedAscending,
    Order::CreatedDescending,
    Order::NameAscending,
    Order::NameDescending,
    Order::Relevance,
];

/// A query of whatever parameters. `products` is the number of ids that there are.
pub(crate) fn query(rng: &mut StdRng, products: u128) -> Query {
    let mut query = Query {
        order: ORDERS.choose(rng).copied().unwrap_or_default(),
        page: rng.random_range(0..4),
        page_size: [1, 3, 10, 100][rng.random_range(0..4)],
        facets: rng.random(),
        ..Query::default()
    };
    if rng.random_bool(0.6) {
        query.search = Some(Search::parse(&typed(rng)));
        if rng.random() {
            query.order = Order::Relevance;
        }
    }
    if rng.random_bool(0.25) {
        query.category = Some(slug(rng.random_range(1..11)));
    }
    if rng.random_bool(0.2) {
        query.min_price = Some(10_000 * rng.random_range(0..6) - rng.random_range(0..2));
    }
    if rng.random_bool(0.2) {
        query.max_price = Some(10_000 * rng.random_range(0..9) - rng.random_range(0..2));
    }
    if rng.random_bool(0.2) {
        query.created_after = Some(rng.random_range(-3..5));
    }
    if rng.random_bool(0.2) {
        query.created_before = Some(rng.random_range(-3..5));
    }
    query.is_digital = rng.random_bool(0.2).then(|| rng.random());
    query.in_stock = rng.random_bool(0.2).then(|| rng.random());
    if rng.random_bool(0.3) {
        let creator = rng.random_bool(0.5).then(|| id(rng.random_range(1..5)));
        query.activity = Activity::Inactive { creator };
    }
    for _ in 0..[0, 0, 0, 1, 2][rng.random_range(0..5)] {
        let (path, value) = fact(rng);
        query.attributes.entry(path).or_default().insert(value);
    }
    if rng.random_bool(0.3) {
        query.overlay = (0..rng.random_range(0..8))
            .map(|_| change(rng, products))
            .collect();
    }
    query
}

/// A change of one of the products, newer or older than others.
pub(crate) fn change(rng: &mut StdRng, products: u128) -> Change {
    let id = id(rng.random_range(0..products));
    let version = rng.random_range(1..9);
    if rng.random_bool(0.2) {
        Change::Remove { id, version }
    } else {
        Change::Put(Box::new(entry(rng, id, version)))
    }
}

/// What somebody may type.
fn typed(rng: &mut StdRng) -> String {
    let mut text = match rng.random_range(0..4) {
        0 => sku(rng),
        1 => format!("\"{}\"", words(rng, 2)),
        _ => words(rng, 2),
    };
    match rng.random_range(0..6) {
        0 => drop(text.pop()),
        1 => text.insert(0, '"'),
        2 => {
            let mut letters: Vec<char> = text.chars().collect();
            if letters.len() > 2 {
                let place = rng.random_range(0..letters.len() - 1);
                letters.swap(place, place + 1);
            }
            text = letters.into_iter().collect();
        }
        3 => text = text.to_uppercase(),
        _ => {}
    }
    text
}
