//! The catalogue of a life by chance, and what the test itself knows of it.

use std::collections::BTreeMap;

use catalog::category::Categories;
use catalog::product::{ProductId, Products, SHOWN_TO_CHANGER};
use catalog_index::{Entry, Tree};
use catalog_testing::{LoggedIn, Shop};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::drawn::Known;

/// What products are found by, as some moment has it.
#[derive(Clone, Default)]
pub(super) struct Moment {
    pub(super) entries: BTreeMap<Uuid, Entry>,
    pub(super) tree: Tree,
}

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Seller,
    Admin,
}

/// A product that was made.
pub(super) struct Made {
    pub(super) id: ProductId,
    pub(super) creator: Who,
    pub(super) variants: Vec<MadeVariant>,
}

/// A variant of it, as it is to be.
pub(super) struct MadeVariant {
    pub(super) id: String,
    pub(super) sku: String,
    pub(super) is_active: bool,
    pub(super) pieces: i64,
}

/// A shop with a tree of categories, and what is known of it.
pub(super) struct Catalogue {
    pub(super) shop: Shop,
    pub(super) seller_id: Uuid,
    pub(super) products: Vec<Made>,
    /// The number of stock keeping units so far.
    pub(super) skus: usize,
    /// The catalogue as it was when it was last indexed: what visitors see.
    pub(super) indexed: Moment,
    /// When somebody has changed a product.
    changed: BTreeMap<(Who, Uuid), Timestamp>,
}

impl Catalogue {
    pub(super) async fn open() -> Self {
        let shop = Shop::open().await;
        shop.app.call_from_afar();
        let tea = shop.get(None, "/api/v1/categories/tea").await.expect(200);
        for category in [
            json!({"name": "Green", "parent": tea.json["id"]}),
            json!({"name": "Black", "parent": tea.json["id"]}),
            json!({"name": "Cups"}),
        ] {
            let _ = shop.app.category(&shop.admin, &category).await;
        }
        let seller = shop.get(Some(&shop.seller), "/api/v1/users/me").await;
        let seller_id = seller.expect(200).json["id"].as_str().map(str::parse);
        Self {
            seller_id: seller_id.expect("an id").expect("an id"),
            shop,
            products: Vec::new(),
            skus: 0,
            indexed: Moment::default(),
            changed: BTreeMap::new(),
        }
    }

    pub(super) fn login(&self, who: Who) -> &LoggedIn {
        match who {
            Who::Seller => &self.shop.seller,
            Who::Admin => &self.shop.admin,
        }
    }

    /// A stock keeping unit that nothing has yet.
    pub(super) fn new_sku(&mut self) -> String {
        self.skus += 1;
        format!("SKU-{}", self.skus)
    }

    /// The number of changes of a product.
    pub(super) async fn version(&self, id: ProductId) -> Option<u64> {
        let whole = Products(self.shop.app.app().store()).read(id).await;
        let whole = whole.expect("it can be read");
        whole.map(|whole| whole.product.version)
    }

    /// Notes that somebody has changed a product.
    pub(super) fn note(&mut self, who: Who, id: ProductId) {
        let _ = self.changed.insert((who, id.uuid()), self.shop.app.now());
    }

    /// What the table has.
    pub(super) async fn table(&self) -> Moment {
        let store = self.shop.app.app().store();
        let read = Categories(store).read().await;
        let tree = read.expect("the tree can be read").tree;
        let mut entries = BTreeMap::new();
        for made in &self.products {
            let whole = Products(store).read(made.id).await;
            let whole = whole.expect("it can be read").expect("it is there");
            let entry = search::entry_of(&whole).expect("a row is JSON");
            let _ = entries.insert(entry.id, entry);
        }
        let tree = search::tree_of(&tree);
        Moment { entries, tree }
    }

    /// What somebody sees before the rest is indexed: the catalogue as it was then, and what they have changed within a minute as
    /// the table has it.
    pub(super) fn seen_by(&self, who: Option<Who>, table: &Moment) -> Moment {
        let mut seen = self.indexed.clone();
        for id in self.own(who) {
            match table.entries.get(&id) {
                Some(entry) => drop(seen.entries.insert(id, entry.clone())),
                None => drop(seen.entries.remove(&id)),
            }
        }
        seen
    }

    /// The products that somebody has changed within a minute.
    pub(super) fn own(&self, who: Option<Who>) -> impl Iterator<Item = Uuid> {
        let now = self.shop.app.now().as_second();
        let own = self.changed.iter().filter(move |((by, _), at)| {
            Some(*by) == who && (**at + SHOWN_TO_CHANGER).as_second() > now
        });
        own.map(|((_, id), _)| *id)
    }

    /// What lists may be asked for.
    pub(super) fn known(&self, table: &Moment) -> Known {
        let both = || table.entries.values().chain(self.indexed.entries.values());
        Known {
            skus: both().flat_map(|entry| entry.skus.clone()).collect(),
            moments: both().map(|entry| entry.created_at).collect(),
        }
    }

    /// Asserts that the table has of variants and stocks what was made of them, once all movements are recorded.
    pub(super) fn assert_variants(&self, table: &Moment) {
        for made in &self.products {
            let entry = &table.entries[&made.id.uuid()];
            let shown = made.variants.iter().filter(|variant| variant.is_active);
            let mut skus: Vec<&str> = shown.clone().map(|variant| &*variant.sku).collect();
            let mut found: Vec<&str> = entry.skus.iter().skip(1).map(|sku| &**sku).collect();
            skus.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, skus, "{}", made.id);
            let has_stock = shown.clone().any(|variant| variant.pieces > 0);
            assert_eq!(entry.in_stock, entry.is_digital || has_stock, "{}", made.id);
        }
    }
}
