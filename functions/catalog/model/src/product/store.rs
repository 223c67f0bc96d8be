//! The storage of products.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use serde::{Deserialize, Serialize};
use store::condition::{absent, equals, exists};
use store::update::Update;
use store::value::millis;
use store::writes::{add, check, put_if, remove, remove_existing, replace};
use store::{Committed, Key, Store, StoreError, Transaction, Write, lookup};

use super::keys;
use super::rules::{Product, ProductId};
use crate::category::CategoryId;
use crate::slug::Slug;
use crate::table::CATALOG;

/// The time for which a product that was deleted is kept, so that orders of it can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The storage of products.
pub struct Products<'a>(pub &'a Store);

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductOutcome {
    /// It is made.
    Done,
    /// Another product has the slug.
    SlugTaken,
    /// Another product, or a variant, has the stock keeping unit.
    SkuTaken,
    /// One of the categories is closed: it is being deleted.
    CategoryClosed,
    /// The product has changed since it was read, or is gone.
    ChangedMeanwhile,
}

#[derive(Serialize, Deserialize)]
struct Owner {
    id: ProductId,
}

#[derive(Serialize)]
struct Member {
    id: ProductId,
}

impl Products<'_> {
    /// Looks a product up, unless it was deleted.
    pub async fn lookup(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        #[derive(Deserialize)]
        struct Kept {
            #[serde(flatten)]
            product: Product,
            deleted_at: Option<i64>,
        }

        let table = self.0.table(CATALOG);
        let kept: Option<Kept> =
            lookup(self.0, table, keys::product(id), "look a product up").await?;
        let kept = kept.filter(|kept| kept.deleted_at.is_none());
        Ok(kept.map(|kept| kept.product))
    }

    /// The product that is called so in addresses.
    pub async fn find(&self, slug: &Slug) -> Result<Option<Product>, StoreError> {
        let table = self.0.table(CATALOG);
        let attempt = "look up whose a slug is";
        let owner: Option<Owner> = lookup(self.0, table, keys::slug(slug), attempt).await?;
        match owner {
            Some(owner) => self.lookup(owner.id).await,
            None => Ok(None),
        }
    }

    /// Adds a product.
    pub async fn add(
        &self,
        product: &Product,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let table = self.0.table(CATALOG);
        let mut transaction = Transaction::new("add a product")
            .with("product", add(table, keys::product(product.id), product))
            .with("slug", self.own(keys::slug(&product.slug), product.id))
            .with("sku", self.own(keys::sku(&product.sku), product.id));
        for write in self.enter(&product.categories, product.id) {
            transaction = transaction.with("category", write);
        }
        outcome(transaction.audited(audit), self.0).await
    }

    /// Writes a product over what it was, if it is that still.
    pub async fn replace(
        &self,
        before: &Product,
        after: &Product,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let table = self.0.table(CATALOG);
        let is_as_read = equals("version", before.version).and(absent("deleted_at"));
        let write = put_if(table, keys::product(after.id), after, is_as_read);
        let mut transaction = Transaction::new("change a product").with("product", write);
        if before.slug != after.slug {
            transaction = transaction
                .with("slug", self.own(keys::slug(&after.slug), after.id))
                .with("old", remove_existing(table, keys::slug(&before.slug)));
        }
        if before.sku != after.sku {
            transaction = transaction
                .with("sku", self.own(keys::sku(&after.sku), after.id))
                .with("old", remove_existing(table, keys::sku(&before.sku)));
        }
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (
            before.categories.iter().copied().collect(),
            after.categories.iter().copied().collect(),
        );
        let entered: Vec<CategoryId> = new.difference(&old).copied().collect();
        for write in self.enter(&entered, after.id) {
            transaction = transaction.with("category", write);
        }
        for left in old.difference(&new) {
            let member = keys::member(*left, after.id);
            transaction = transaction.with("left", remove(table, member));
        }
        outcome(transaction.audited(audit), self.0).await
    }

    /// Deletes a product: it is in no list any more, and its slug and its stock keeping unit are free.
    pub async fn delete(
        &self,
        product: &Product,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let table = self.0.table(CATALOG);
        let is_as_read = equals("version", product.version).and(absent("deleted_at"));
        let mark = Update::of(table, keys::product(product.id))
            .set("deleted_at", millis(now))
            .set("version", product.version + 1)
            .set("ttl", (now + KEPT).as_second())
            .when(is_as_read);
        let mut transaction = Transaction::new("delete a product")
            .with("product", mark.in_transaction())
            .with("old", remove_existing(table, keys::slug(&product.slug)))
            .with("old", remove_existing(table, keys::sku(&product.sku)));
        for category in &product.categories {
            let member = keys::member(*category, product.id);
            transaction = transaction.with("left", remove(table, member));
        }
        outcome(transaction.audited(audit), self.0).await
    }

    fn own(&self, key: Key, id: ProductId) -> Write {
        add(self.0.table(CATALOG), key, &Owner { id })
    }

    /// What puts a product into categories, as long as they are not closed.
    fn enter(&self, categories: &[CategoryId], id: ProductId) -> Vec<Write> {
        let table = self.0.table(CATALOG);
        let enter = |category: &CategoryId| {
            let is_open = absent("pk").or(exists("opened"));
            [
                check(table, keys::gate(*category, id), is_open),
                replace(table, keys::member(*category, id), &Member { id }),
            ]
        };
        categories.iter().flat_map(enter).collect()
    }
}

async fn outcome(transaction: Transaction, store: &Store) -> Result<ProductOutcome, StoreError> {
    Ok(match transaction.commit(store).await? {
        Committed::Yes => ProductOutcome::Done,
        Committed::No("slug") => ProductOutcome::SlugTaken,
        Committed::No("sku") => ProductOutcome::SkuTaken,
        Committed::No("category") => ProductOutcome::CategoryClosed,
        Committed::No(_) => ProductOutcome::ChangedMeanwhile,
    })
}
