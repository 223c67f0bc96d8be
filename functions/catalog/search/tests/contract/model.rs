//! Random catalogues and random queries, over HTTP: what a list answers is what a plain filter and sort over the table gives.

use catalog::category::Categories;
use catalog::product::{ProductId, Products};
use catalog_index::{Activity, Entry, Limits, Order, Query, Search, Tree};
use catalog_testing::{Call, Shop, delete_call, patch_call, path_of, product_call};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::expected::{Expected, expected};

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
const SLUGS: [&str; 4] = ["tea", "green", "black", "cups"];

/// Bounds by which segments are merged often, and by which rows are outside of a larger catalogue.
const TIGHT: Limits = Limits {
    rows_out: 25,
    rows_back: 20,
    segment: 8,
    small: 3,
    settled: 12,
    removed: 5,
};

fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from.choose(rng).copied().unwrap_or_default()
}

fn name(rng: &mut StdRng) -> String {
    let words: Vec<&str> = (0..rng.random_range(1..4))
        .map(|_| pick(rng, &WORDS))
        .collect();
    words.join(" ")
}

/// What may be said of a product.
fn product(rng: &mut StdRng) -> Value {
    let mut categories = vec![pick(rng, &SLUGS), pick(rng, &SLUGS)];
    categories.dedup();
    json!({
        "name": name(rng), "price": pick(rng, &PRICES), "categories": categories,
        "attributes": {"color": [pick(rng, &COLOURS), pick(rng, &COLOURS)], "size": {"cm": rng.random_range(1..3)}},
        "short_description": name(rng), "is_digital": rng.random_bool(0.3), "is_active": rng.random_bool(0.8),
    })
}

/// A shop with a tree of categories, and the paths of its products.
struct Catalogue {
    shop: Shop,
    paths: Vec<String>,
    seller_id: uuid::Uuid,
    made: usize,
    /// Whether the rows are outside.
    limits: Limits,
}

impl Catalogue {
    async fn open(limits: Limits) -> Self {
        let shop = Shop::open().await;
        shop.app.call_from_afar();
        let tea = shop
            .get(None, "/api/v1/categories/tea")
            .await
            .expect(200)
            .json;
        for name in ["Green", "Black"] {
            let below = json!({"name": name, "parent": tea["id"]});
            let _ = shop.app.category(&shop.admin, &below).await;
        }
        let _ = shop
            .app
            .category(&shop.admin, &json!({"name": "Cups"}))
            .await;
        let me = shop
            .get(Some(&shop.seller), "/api/v1/users/me")
            .await
            .expect(200)
            .json;
        Self {
            seller_id: me["id"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("an id"),
            shop,
            paths: Vec::new(),
            made: 0,
            limits,
        }
    }

    /// Makes a change by chance.
    async fn change(&mut self, rng: &mut StdRng) {
        let Self { shop, .. } = self;
        let what = rng.random_range(0..10);
        if what < 5 || self.paths.is_empty() {
            self.made += 1;
            let mut product = product(rng);
            product["sku"] = json!(format!("SKU-{}", self.made));
            let seller = if rng.random_bool(0.8) {
                &shop.seller
            } else {
                &shop.admin
            };
            let made = shop
                .app
                .call(product_call(seller, &product))
                .await
                .expect(201);
            self.paths.push(path_of(&made.json));
        } else if what < 8 {
            let path = self.paths.choose(rng).expect("there is one");
            let mut change = product(rng);
            change
                .as_object_mut()
                .expect("an object")
                .retain(|_, _| rng.random());
            let _ = shop.patch(&shop.admin, path, &change).await.expect(200);
        } else if what < 9 {
            let path = self
                .paths
                .swap_remove(rng.random_range(0..self.paths.len()));
            let _ = shop
                .app
                .call(delete_call(&shop.admin, &path))
                .await
                .expect(204);
        } else {
            // Not the first one, so that there is always one that is shown.
            let slug = pick(rng, &SLUGS[1..]);
            let all = Categories(shop.app.app().store())
                .read()
                .await
                .expect("the tree can be read");
            let category = all
                .tree
                .all()
                .into_iter()
                .find(|one| one.slug.as_str() == slug);
            let path = format!("/api/v1/categories/{}", category.expect("it is there").id);
            let change = json!({"is_active": rng.random_bool(0.7)});
            let _ = shop
                .app
                .call(patch_call(&shop.admin, &path, &change))
                .await
                .expect(200);
        }
    }

    /// What the table has.
    async fn table(&self) -> (Vec<Entry>, Tree) {
        let store = self.shop.app.app().store();
        let tree = Categories(store)
            .read()
            .await
            .expect("the tree can be read")
            .tree;
        let mut entries = Vec::new();
        for path in &self.paths {
            let id = path.rsplit('/').next().expect("an id");
            let id: ProductId = id.parse().expect("an id");
            let whole = Products(store).read(id).await.expect("it can be read");
            let whole = whole.expect("it is there");
            entries.push(search::entry_of(&whole).expect("a row is JSON"));
        }
        (entries, search::tree_of(&tree))
    }

    /// Compares the answers to some queries with what the table says.
    async fn compare(&self, rng: &mut StdRng, times: usize) {
        let (entries, tree) = self.table().await;
        for _ in 0..times {
            let (text, mut query) = query(rng);
            let (who, hidden) = match rng.random_range(0..4) {
                0 => (Some(&self.shop.admin), None),
                1 => (Some(&self.shop.seller), Some(self.seller_id)),
                _ => (None, None),
            };
            let text = if who.is_some() && rng.random_bool(0.4) {
                let creator = hidden;
                query.activity = Activity::Inactive { creator };
                format!("{text}&is_active=false")
            } else {
                text
            };
            let answer = self.shop.app.products(who, &text).await;
            let expected = expected(&entries, &tree, &query);
            match expected {
                Expected::Refused(status) => assert_eq!(answer.status, status, "{text}"),
                Expected::Page(page) => {
                    assert_eq!(answer.status, 200, "{text}: {}", answer.json);
                    let mut json = answer.json;
                    let pages = (json["next"].take(), json["previous"].take());
                    assert_eq!(json, page.body, "{text}");
                    let has = (pages.0.is_string(), pages.1.is_string());
                    assert_eq!(has, (page.has_next, query.page > 1), "{text}");
                }
            }
        }
    }
}

/// A query by chance: as it is sent, and as the plain definition takes it.
fn query(rng: &mut StdRng) -> (String, Query) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut query = Query {
        page: 1,
        page_size: [1, 3, 20, 100][rng.random_range(0..4)],
        facets: rng.random(),
        ..Query::default()
    };
    let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
    add("page_size", &query.page_size.to_string());
    if rng.random_bool(0.3) {
        query.page = rng.random_range(1..4);
        add("page", &query.page.to_string());
    }
    if query.facets {
        add("facets", "true");
    }
    if rng.random_bool(0.5) {
        let mut typed = name(rng);
        if rng.random_bool(0.3) {
            typed.pop();
        }
        query.search = Some(Search::parse(&typed));
        query.order = Order::Relevance;
        add("search", &typed);
    }
    if rng.random_bool(0.3) {
        let slug = pick(rng, &SLUGS);
        query.category = Some(slug.to_owned());
        add("category", slug);
    }
    for (name, place) in [
        ("min_price", &mut query.min_price),
        ("max_price", &mut query.max_price),
    ] {
        if rng.random_bool(0.2) {
            let units = rng.random_range(0..25);
            *place = Some(units * 10_000);
            add(name, &units.to_string());
        }
    }
    for (name, place) in [
        ("is_digital", &mut query.is_digital),
        ("in_stock", &mut query.in_stock),
    ] {
        if rng.random_bool(0.2) {
            let truth: bool = rng.random();
            *place = Some(truth);
            add(name, &truth.to_string());
        }
    }
    for _ in 0..[0, 0, 1, 2][rng.random_range(0..4)] {
        let (path, value) = match rng.random_range(0..3) {
            0 => ("size.cm", "1"),
            _ => ("color", pick(rng, &COLOURS)),
        };
        let values = query.attributes.entry(path.to_owned()).or_default();
        values.insert(value.to_owned());
        add(&format!("attributes.{path}"), value);
    }
    if rng.random_bool(0.5) {
        let (text, order) = [
            ("price", Order::PriceAscending),
            ("-price", Order::PriceDescending),
            ("created_at", Order::CreatedAscending),
            ("-created_at", Order::CreatedDescending),
            ("name", Order::NameAscending),
            ("-name", Order::NameDescending),
            ("relevance", Order::Relevance),
        ][rng.random_range(0..7)];
        query.order = order;
        add("ordering", text);
    }
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    (text, query)
}

/// Goes through a life by chance: changes, batches of the stream, rebuilds, and queries between them.
async fn live(seed: u64, limits: Limits) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut catalogue = Catalogue::open(limits).await;
    for round in 0..8 {
        for _ in 0..8 {
            catalogue.change(&mut rng).await;
        }
        if round % 3 == 2 {
            let rebuilt = catalogue
                .shop
                .app
                .try_to_rebuild_within(&catalogue.limits)
                .await;
            rebuilt.expect("the emulator's tables and files can be read and written");
        }
        catalogue
            .shop
            .app
            .index_products_within(&catalogue.limits)
            .await;
        catalogue.compare(&mut rng, 25).await;
    }
    let call = Call::get("/api/v1/products");
    let process = catalogue.shop.app.another_process();
    let _ = catalogue
        .shop
        .app
        .call_another(&process, call)
        .await
        .expect(200);
    catalogue.shop.app.leave_work_undone();
}

#[tokio::test]
async fn lists_are_what_the_table_says() {
    live(1, Limits::default()).await;
}

#[tokio::test]
async fn lists_are_what_the_table_says_where_segments_are_small_and_rows_outside() {
    live(2, TIGHT).await;
}
