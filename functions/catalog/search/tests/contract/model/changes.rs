//! Changes by chance, each by a call as somebody sends it.

use catalog::category::Categories;
use catalog::product::ProductId;
use catalog_testing::{Call, delete_call, patch_call, product_call};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::catalogue::{Catalogue, Made, MadeVariant, Who};
use super::drawn::{self, SLUGS, pick};

impl Catalogue {
    /// Makes a change by chance. `more` are made than deleted, or fewer.
    pub(super) async fn change(&mut self, rng: &mut StdRng, more: bool) {
        let (made, deleted) = if more { (42, 46) } else { (5, 40) };
        let what = rng.random_range(0..100);
        if what < made || self.products.is_empty() {
            return self.make_product(rng).await;
        }
        let place = rng.random_range(0..self.products.len());
        if what < deleted {
            self.delete_product(rng, place).await;
        } else if what < 55 {
            self.change_product(rng, place).await;
        } else if what < 60 {
            self.switch_category(rng).await;
        } else {
            self.change_variants(rng, place).await;
        }
    }

    async fn make_product(&mut self, rng: &mut StdRng) {
        let mut product = drawn::product(rng);
        product["sku"] = json!(self.new_sku());
        let creator = if rng.random_bool(0.8) {
            Who::Seller
        } else {
            Who::Admin
        };
        let call = product_call(self.login(creator), &product);
        let made = self.shop.app.call(call).await.expect(201).json;
        let id = made["id"].as_str().expect("an id");
        let id = id.parse().expect("an id");
        self.note(creator, id);
        self.products.push(Made {
            id,
            creator,
            variants: Vec::new(),
        });
    }

    async fn change_product(&mut self, rng: &mut StdRng, place: usize) {
        let whole = drawn::product(rng);
        let change = drawn::some_of(rng, whole);
        self.change_as_somebody(rng, place, "", Some(&change)).await;
    }

    async fn delete_product(&mut self, rng: &mut StdRng, place: usize) {
        self.change_as_somebody(rng, place, "", None).await;
        let _ = self.products.swap_remove(place);
    }

    async fn switch_category(&self, rng: &mut StdRng) {
        // Not the first one, so that there is always one that is shown.
        let slug = pick(rng, &SLUGS[1..]);
        let store = self.shop.app.app().store();
        let read = Categories(store).read().await;
        let tree = read.expect("the tree can be read").tree;
        let mut all = tree.all().into_iter();
        let category = all.find(|one| one.slug.as_str() == slug);
        let path = format!("/api/v1/categories/{}", category.expect("it is there").id);
        let change = json!({"is_active": rng.random_bool(0.7)});
        let call = patch_call(&self.shop.admin, &path, &change);
        let _ = self.shop.app.call(call).await.expect(200);
    }

    async fn change_variants(&mut self, rng: &mut StdRng, place: usize) {
        let count = self.products[place].variants.len();
        let what = rng.random_range(0..10);
        if count == 0 || (what < 3 && count < 4) {
            return self.make_variant(rng, place).await;
        }
        let which = rng.random_range(0..count);
        if what < 5 {
            self.change_variant(rng, place, which).await;
        } else if what < 6 {
            let below = format!("/variants/{}", self.products[place].variants[which].id);
            self.change_as_somebody(rng, place, &below, None).await;
            let _ = self.products[place].variants.swap_remove(which);
        } else {
            self.adjust_stock(rng, place, which).await;
        }
    }

    async fn make_variant(&mut self, rng: &mut StdRng, place: usize) {
        let sku = self.new_sku();
        let mut variant = drawn::variant(rng);
        variant["sku"] = json!(sku);
        let is_active = variant["is_active"] == true;
        let (who, product) = (self.somebody(rng, place), self.products[place].id);
        let path = product.to_string();
        let id = self.shop.app.variant(self.login(who), &path, &variant);
        let id = id.await;
        self.note(who, product);
        self.products[place].variants.push(MadeVariant {
            id,
            sku,
            is_active,
            pieces: 0,
        });
    }

    async fn change_variant(&mut self, rng: &mut StdRng, place: usize, which: usize) {
        let mut whole = drawn::variant(rng);
        if rng.random_bool(0.5) {
            whole["sku"] = json!(self.new_sku());
        }
        let change = drawn::some_of(rng, whole);
        let below = format!("/variants/{}", self.products[place].variants[which].id);
        self.change_as_somebody(rng, place, &below, Some(&change))
            .await;
        let variant = &mut self.products[place].variants[which];
        if let Some(sku) = change["sku"].as_str() {
            sku.clone_into(&mut variant.sku);
        }
        variant.is_active = change["is_active"].as_bool().unwrap_or(variant.is_active);
    }

    async fn adjust_stock(&mut self, rng: &mut StdRng, place: usize, which: usize) {
        let Self { shop, products, .. } = self;
        let variant = &mut products[place].variants[which];
        let delta = match variant.pieces {
            some if some > 0 && rng.random_bool(0.6) => -some,
            _ => rng.random_range(1..4),
        };
        let adjusted = shop.app.adjust(&shop.admin, &variant.id, delta).await;
        let _ = adjusted.expect(201);
        variant.pieces += delta;
        // Otherwise several changes of stocks come at once, and after other changes.
        if rng.random() {
            shop.app.record_movements().await;
        }
    }

    /// Who changes a product: its creator, or who manages the catalogue.
    fn somebody(&self, rng: &mut StdRng, place: usize) -> Who {
        match self.products[place].creator {
            Who::Seller if rng.random_bool(0.7) => Who::Seller,
            _ => Who::Admin,
        }
    }

    /// Has somebody change, or delete, a product or what is below it. What changes nothing is no change of theirs.
    async fn change_as_somebody(
        &mut self,
        rng: &mut StdRng,
        place: usize,
        below: &str,
        change: Option<&Value>,
    ) {
        let (who, id): (Who, ProductId) = (self.somebody(rng, place), self.products[place].id);
        let path = format!("/api/v1/products/{id}{below}");
        let before = self.version(id).await;
        let call: Call = match change {
            Some(change) => patch_call(self.login(who), &path, change),
            None => delete_call(self.login(who), &path),
        };
        let status = if change.is_some() { 200 } else { 204 };
        let _ = self.shop.app.call(call).await.expect(status);
        if self.version(id).await != before {
            self.note(who, id);
        }
    }
}
