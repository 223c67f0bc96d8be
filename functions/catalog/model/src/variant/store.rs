//! The storage of variants. Each change counts as one of the product, so that whoever changes both at once is told.

use jiff::Timestamp;
use kernel::audit::Entry;
use kernel::id::UserId;
use serde::Serialize;
use store::update::Update;
use store::value::nested;
use store::writes::{add, remove, remove_existing};
use store::{Committed, Store, StoreError, Transaction, Write};

use super::keys;
use super::rules::{Variant, VariantId};
use crate::product::{Product, ProductId, Products, keys as product_keys};
use crate::sku::Sku;
use crate::stock::{Cause, Part, Stock};
use crate::table::CATALOG;

/// The storage of variants.
pub struct Variants<'a>(pub &'a Store);

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariantOutcome {
    /// It is made.
    Done,
    /// A product, or another variant, has the stock keeping unit.
    SkuTaken,
    /// The product has changed since it was read, or is gone.
    ChangedMeanwhile,
}

/// What has a stock keeping unit: a variant, and its product.
#[derive(Serialize)]
struct Owner {
    id: ProductId,
    variant_id: VariantId,
}

impl Variants<'_> {
    /// Adds a variant to a product as it was read. There is nothing of it yet.
    pub async fn add(
        &self,
        product: &Product,
        variant: &Variant,
        by: UserId,
        audit: &Entry,
    ) -> Result<VariantOutcome, StoreError> {
        let transaction = self.addition(product, variant, by);
        self.commit(transaction, product, by, variant.created_at, audit)
            .await
    }

    /// Adds a variant of an import to a product as it was read, or changes one, without an entry in the audit log: the whole import
    /// has one.
    pub async fn import(
        &self,
        product: &Product,
        (before, after): (Option<&Variant>, &Variant),
        by: UserId,
        now: Timestamp,
    ) -> Result<VariantOutcome, StoreError> {
        let transaction = match before {
            Some(before) => self.replacement(product.id, before, after),
            None => self.addition(product, after, by),
        };
        let count = Products(self.0).count(product, now);
        outcome(transaction.with("product", count), self.0).await
    }

    /// What adds a variant to a product.
    fn addition(&self, product: &Product, variant: &Variant, by: UserId) -> Transaction {
        let table = self.0.table(CATALOG);
        let key = keys::variant(product.id, variant.id);
        let cause = Cause {
            reason: "new".to_owned(),
            by: Some(by),
            at: variant.created_at,
        };
        let stock = Stock(self.0).begin(product.id, variant.id, cause);
        Transaction::new("add a variant")
            .with("sku", self.own(product.id, variant))
            .with("variant", add(table, key, variant))
            .with("stock", stock)
    }

    /// Changes a variant of a product as it was read.
    pub async fn change(
        &self,
        product: &Product,
        (before, after): (&Variant, &Variant),
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<VariantOutcome, StoreError> {
        let transaction = self.replacement(product.id, before, after);
        self.commit(transaction, product, by, now, audit).await
    }

    /// What changes a variant of a product.
    fn replacement(&self, product_id: ProductId, before: &Variant, after: &Variant) -> Transaction {
        let mut update = Update::of(self.0.table(CATALOG), keys::variant(product_id, after.id))
            .set("name", &after.name)
            .set("sku", after.sku.as_str())
            .set("attributes", nested(&after.attributes))
            .set("is_active", after.is_active);
        update = match &after.price {
            Some(price) => update.set("price", nested(price)),
            None => update.remove(["price"]),
        };
        update = match after.low_stock_threshold {
            Some(threshold) => update.set("low_stock_threshold", threshold),
            None => update.remove(["low_stock_threshold"]),
        };
        let mut transaction =
            Transaction::new("change a variant").with("variant", update.in_transaction());
        if before.sku != after.sku {
            transaction = transaction
                .with("sku", self.own(product_id, after))
                .with("old", self.free(&before.sku));
        }
        let told = |variant: &Variant| {
            let Variant {
                name,
                sku,
                low_stock_threshold,
                ..
            } = variant.clone();
            (name, sku.to_string(), low_stock_threshold)
        };
        if told(before) != told(after) {
            let stock = Stock(self.0).look_again(after.id);
            transaction = transaction.with("stock", stock);
        }
        transaction
    }

    /// Deletes a variant of a product as it was read, with what there is of it.
    pub async fn remove(
        &self,
        product: &Product,
        variant: &Variant,
        stock: &[Part],
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<VariantOutcome, StoreError> {
        let key = keys::variant(product.id, variant.id);
        let gone = remove(self.0.table(CATALOG), key);
        let mut transaction = Transaction::new("delete a variant").with("variant", gone);
        for write in self.removal(variant, stock, now) {
            transaction = transaction.with("part", write);
        }
        self.commit(transaction, product, by, now, audit).await
    }

    /// Deletes a variant of a product that was deleted, unless that is done: then its stock keeping unit may be another's.
    pub async fn clear(
        &self,
        product_id: ProductId,
        variant: &Variant,
        stock: &[Part],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = keys::variant(product_id, variant.id);
        let gone = remove_existing(self.0.table(CATALOG), key);
        let mut transaction = Transaction::new("clear a variant").with("variant", gone);
        for write in self.removal(variant, stock, now) {
            transaction = transaction.with("part", write);
        }
        transaction.commit(self.0).await.map(drop)
    }

    /// What goes with a variant.
    fn removal(&self, variant: &Variant, stock: &[Part], now: Timestamp) -> Vec<Write> {
        let mut writes = Stock(self.0).end(stock, now);
        writes.push(self.free(&variant.sku));
        writes
    }

    async fn commit(
        &self,
        transaction: Transaction,
        product: &Product,
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<VariantOutcome, StoreError> {
        let changed = Product {
            updated_at: now,
            ..product.clone()
        };
        let products = Products(self.0);
        let transaction = transaction
            .with("product", products.count(product, now))
            .with("changer", products.note(&changed, by))
            .audited(audit);
        outcome(transaction, self.0).await
    }

    fn own(&self, product_id: ProductId, variant: &Variant) -> Write {
        let owner = Owner {
            id: product_id,
            variant_id: variant.id,
        };
        add(
            self.0.table(CATALOG),
            product_keys::sku(&variant.sku),
            &owner,
        )
    }

    fn free(&self, sku: &Sku) -> Write {
        remove(self.0.table(CATALOG), product_keys::sku(sku))
    }
}

async fn outcome(transaction: Transaction, store: &Store) -> Result<VariantOutcome, StoreError> {
    Ok(match transaction.commit(store).await? {
        Committed::Yes => VariantOutcome::Done,
        Committed::No("sku") => VariantOutcome::SkuTaken,
        Committed::No(_) => VariantOutcome::ChangedMeanwhile,
    })
}
