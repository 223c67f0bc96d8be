//! Catalogues by chance: few words, prices and categories, so that much is equal.

use catalog_index::{Category, Entry, Tree};
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use uuid::Uuid;

/// Words with accents and typos of each other, short and long.
const WORDS: [&str; 24] = [
    "tea",
    "Téa",
    "teas",
    "green",
    "grene",
    "Grün",
    "kettle",
    "ketle",
    "KETTLES",
    "Straße",
    "strasse",
    "cup",
    "cups",
    "日本茶",
    "wi-fi",
    "Łódź",
    "500g",
    "a",
    "x1",
    "kettel",
    "porcelain",
    "porcelian",
    "o’neill",
    "emoji🙂",
];

/// Units of sellers.
const SKUS: [&str; 6] = ["TEA-1", "TEA-12", "Kettle/500g", "X1", "ab_12", "CUP-A-9"];

/// Paths and values of attributes; a point and a colon may be in both.
const PATHS: [&str; 4] = ["color", "spec.size", "spec", "1:c"];
const VALUES: [&str; 5] = ["red", "blue", "1", "1.5", "red:"];

/// The id of a product, a category or an account.
pub(crate) fn id(number: u128) -> Uuid {
    // The last octets of an id are random in production; here they are the number.
    Uuid::from_u128((number % 3) << 64 | number)
}

/// Some words.
pub(crate) fn words(rng: &mut StdRng, most: usize) -> String {
    let count = rng.random_range(0..=most);
    let words: Vec<&str> = (0..count)
        .filter_map(|_| WORDS.choose(rng).copied())
        .collect();
    words.join(" ")
}

/// One of the units.
pub(crate) fn sku(rng: &mut StdRng) -> String {
    SKUS.choose(rng)
        .map_or_else(String::new, |sku| (*sku).to_owned())
}

/// One of the paths, and one of the values.
pub(crate) fn fact(rng: &mut StdRng) -> (String, String) {
    let path = PATHS.choose(rng).map_or("", |path| path);
    let value = VALUES.choose(rng).map_or("", |value| value);
    (path.to_owned(), value.to_owned())
}

/// A product with an id and a version.
pub(crate) fn entry(rng: &mut StdRng, id: Uuid, version: u64) -> Entry {
    Entry {
        id,
        version,
        name: words(rng, 3),
        skus: (0..rng.random_range(0..3)).map(|_| sku(rng)).collect(),
        texts: vec![words(rng, 3), words(rng, 6)],
        price: 10_000 * [0, 1, 1, 2, 3, 7, 5, 100][rng.random_range(0..8)] - rng.random_range(0..2),
        created_at: rng.random_range(-2..4),
        categories: (0..rng.random_range(0..4))
            .map(|_| category_id(rng))
            .collect(),
        facts: (0..rng.random_range(0..4)).map(|_| fact(rng)).collect(),
        is_digital: rng.random(),
        in_stock: rng.random(),
        is_active: rng.random_bool(0.7),
        created_by: self::id(rng.random_range(1..4)),
        row: format!(
            "{{\"id\":\"{id}\",\"version\":{version},\"any\":{}}}",
            rng.random::<u32>()
        ),
    }
}

/// The categories that there may be, and one that there is not.
const CATEGORIES: u128 = 9;

fn category_id(rng: &mut StdRng) -> Uuid {
    id(rng.random_range(1..=CATEGORIES))
}

/// The slug of a category.
pub(crate) fn slug(number: u128) -> String {
    format!("category-{number}")
}

/// A tree in which some are hidden.
pub(crate) fn tree(rng: &mut StdRng) -> Tree {
    let categories = (1..CATEGORIES).map(|number| Category {
        id: id(number),
        slug: slug(number),
        parent: rng
            .random_bool(0.7)
            .then(|| rng.random_range(1..=number))
            .filter(|parent| *parent < number)
            .map(id),
        is_active: rng.random_bool(0.85),
    });
    Tree::of(categories.collect::<Vec<_>>())
}
