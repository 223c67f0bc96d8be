//! What is drawn by chance: products, variants, and queries.

use catalog_index::{Activity, Order, Query, Search};
use jiff::Timestamp;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

const WORDS: [&str; 9] = [
    "tea",
    "Téa",
    "green",
    "kettle",
    "ketle",
    "Straße",
    "cup",
    "日本茶",
    "wi-fi",
];
const PRICES: [&str; 5] = ["1", "5", "5.50", "19.99", "200"];
const COLOURS: [&str; 3] = ["red", "blue", "dark red"];
const WEIGHTS: [&str; 2] = ["250 g", "500 g"];

/// The categories: the second and the third are below the first.
pub(super) const SLUGS: [&str; 4] = ["tea", "green", "black", "cups"];

/// What lists are asked for of what there is.
pub(super) struct Known {
    /// Stock keeping units.
    pub(super) skus: Vec<String>,
    /// The moments in which products were made, in milliseconds since 1970.
    pub(super) moments: Vec<i64>,
}

pub(super) fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from.choose(rng).copied().unwrap_or_default()
}

fn name(rng: &mut StdRng) -> String {
    let words: Vec<&str> = (0..rng.random_range(1..4))
        .map(|_| pick(rng, &WORDS))
        .collect();
    words.join(" ")
}

/// What may be said of a product.
pub(super) fn product(rng: &mut StdRng) -> Value {
    let mut categories = vec![pick(rng, &SLUGS), pick(rng, &SLUGS)];
    categories.dedup();
    json!({
        "name": name(rng), "price": pick(rng, &PRICES), "categories": categories,
        "attributes": {"color": [pick(rng, &COLOURS), pick(rng, &COLOURS)], "size": {"cm": rng.random_range(1..3)}},
        "short_description": name(rng), "is_digital": rng.random_bool(0.3), "is_active": rng.random_bool(0.8),
    })
}

/// What may be said of a variant.
pub(super) fn variant(rng: &mut StdRng) -> Value {
    json!({
        "name": name(rng), "is_active": rng.random_bool(0.7),
        "attributes": {"color": pick(rng, &COLOURS), "weight": pick(rng, &WEIGHTS)},
    })
}

/// Some of what may be said, as a change of it.
pub(super) fn some_of(rng: &mut StdRng, mut whole: Value) -> Value {
    let fields = whole.as_object_mut().expect("an object");
    fields.retain(|_, _| rng.random());
    whole
}

/// A query by chance.
pub(super) struct Drawn {
    /// As the plain definition takes it.
    pub(super) query: Query,
    /// As it is sent.
    pairs: Vec<(&'static str, String)>,
}

impl Drawn {
    pub(super) fn query(rng: &mut StdRng, known: &Known) -> Self {
        let query = Query {
            page: 1,
            page_size: [1, 3, 20, 100][rng.random_range(0..4)],
            facets: rng.random(),
            ..Query::default()
        };
        let mut drawn = Self {
            query,
            pairs: Vec::new(),
        };
        drawn.page(rng);
        // Some lists are of all there is.
        if rng.random_bool(0.7) {
            drawn.words(rng, known);
            drawn.bounds(rng, known);
            drawn.truths(rng);
            drawn.attributes(rng);
        }
        drawn.order(rng);
        drawn
    }

    /// The query of its address.
    pub(super) fn text(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    /// Asks for what is not shown: all of it, or that of a creator.
    pub(super) fn hidden(&mut self, creator: Option<uuid::Uuid>) {
        self.query.activity = Activity::Inactive { creator };
        self.add("is_active", "false".to_owned());
    }

    fn add(&mut self, name: &'static str, value: String) {
        self.pairs.push((name, value));
    }

    fn page(&mut self, rng: &mut StdRng) {
        self.add("page_size", self.query.page_size.to_string());
        if rng.random_bool(0.3) {
            self.query.page = rng.random_range(1..4);
            self.add("page", self.query.page.to_string());
        }
        if self.query.facets {
            self.add("facets", "true".to_owned());
        }
    }

    fn words(&mut self, rng: &mut StdRng, known: &Known) {
        if rng.random_bool(0.6) {
            return;
        }
        let mut typed = name(rng);
        if rng.random_bool(0.3) {
            typed = known.skus.choose(rng).cloned().unwrap_or(typed);
        }
        if rng.random_bool(0.3) {
            typed.pop();
        }
        self.query.search = Some(Search::parse(&typed));
        self.query.order = Order::Relevance;
        self.add("search", typed);
    }

    fn bounds(&mut self, rng: &mut StdRng, known: &Known) {
        if rng.random_bool(0.3) {
            let slug = pick(rng, &SLUGS);
            self.query.category = Some(slug.to_owned());
            self.add("category", slug.to_owned());
        }
        for (name, is_lowest) in [("min_price", true), ("max_price", false)] {
            if rng.random_bool(0.2) {
                let units = rng.random_range(0..25);
                let price = Some(units * 10_000);
                if is_lowest {
                    self.query.min_price = price;
                } else {
                    self.query.max_price = price;
                }
                self.add(name, units.to_string());
            }
        }
        for (name, is_first) in [("created_after", true), ("created_before", false)] {
            let moment = known.moments.choose(rng).copied();
            let moment = moment.filter(|_| rng.random_bool(0.2));
            if let Some(moment) = moment {
                // The very moment, and those beside it.
                let moment = moment + rng.random_range(-1..=1);
                if is_first {
                    self.query.created_after = Some(moment);
                } else {
                    self.query.created_before = Some(moment);
                }
                let moment = Timestamp::from_millisecond(moment);
                let moment = moment.expect("a moment of these years");
                self.add(name, moment.to_string());
            }
        }
    }

    fn truths(&mut self, rng: &mut StdRng) {
        if rng.random_bool(0.2) {
            let truth = rng.random();
            self.query.is_digital = Some(truth);
            self.add("is_digital", truth.to_string());
        }
        if rng.random_bool(0.3) {
            let truth = rng.random();
            self.query.in_stock = Some(truth);
            self.add("in_stock", truth.to_string());
        }
    }

    fn attributes(&mut self, rng: &mut StdRng) {
        for _ in 0..[0, 0, 1, 2][rng.random_range(0..4)] {
            let (name, value) = match rng.random_range(0..4) {
                0 => ("attributes.size.cm", "1"),
                1 => ("attributes.weight", pick(rng, &WEIGHTS)),
                _ => ("attributes.color", pick(rng, &COLOURS)),
            };
            let path = name.trim_start_matches("attributes.").to_owned();
            let values = self.query.attributes.entry(path).or_default();
            values.insert(value.to_owned());
            self.add(name, value.to_owned());
        }
    }

    fn order(&mut self, rng: &mut StdRng) {
        if rng.random_bool(0.5) {
            return;
        }
        let (text, order) = [
            ("price", Order::PriceAscending),
            ("-price", Order::PriceDescending),
            ("created_at", Order::CreatedAscending),
            ("-created_at", Order::CreatedDescending),
            ("name", Order::NameAscending),
            ("-name", Order::NameDescending),
            ("relevance", Order::Relevance),
        ][rng.random_range(0..7)];
        self.query.order = order;
        self.add("ordering", text.to_owned());
    }
}
