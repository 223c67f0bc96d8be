//! The storage of products.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::batch::{delete, write_all};
use store::condition::{Condition, absent, equals, less};
use store::query::partition;
use store::update::Update;
use store::value::millis;
use store::writes::{add, check, put_if, remove, replace};
use store::{Committed, Key, Store, StoreError, Tasks, Transaction, Write, from_item, lookup};

use super::keys;
use super::rules::{Product, ProductId};
use super::whole::{Left, State, Whole};
use crate::category::CategoryId;
use crate::sku::Sku;
use crate::slug::Slug;
use crate::table::CATALOG;
use crate::variant::VariantId;

/// The time for which a product that was deleted is kept, so that orders of it can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The time for which an account's lists show what it has changed, whether or not the index knows of it yet.
pub const SHOWN_TO_CHANGER: SignedDuration = SignedDuration::from_secs(60);

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
    /// One of the categories is being deleted.
    CategoryClosed,
    /// The product has changed since it was read, or is gone.
    ChangedMeanwhile,
}

/// What a stock keeping unit is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SkuOwner {
    /// The product, or that of the variant.
    #[serde(rename = "id")]
    pub product_id: ProductId,
    /// The variant, where it is one's.
    pub variant_id: Option<VariantId>,
}

/// What a name is of, or what is in a category.
#[derive(Serialize, Deserialize)]
pub(super) struct Owner {
    pub(super) id: ProductId,
}

/// A product that an account has made, or changed a moment ago.
#[derive(Serialize, Deserialize)]
struct Noted {
    id: ProductId,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
}

impl Products<'_> {
    /// A product with all that is part of it, unless it was deleted. One read, which is of one moment.
    pub async fn read(&self, id: ProductId) -> Result<Option<Whole>, StoreError> {
        Ok(self.state(id).await?.there())
    }

    /// What has become of a product: all that is part of it, or that it was deleted. One read, which is of one moment.
    pub async fn state(&self, id: ProductId) -> Result<State, StoreError> {
        let attempt = "read a product";
        let table = self.0.table(CATALOG);
        let items = partition(self.0, table, &keys::partition(id), attempt).await?;
        State::of(items, attempt)
    }

    /// What is left of a product that was deleted.
    pub async fn left(&self, id: ProductId) -> Result<Left, StoreError> {
        let attempt = "read what is left of a product";
        let table = self.0.table(CATALOG);
        let items = partition(self.0, table, &keys::partition(id), attempt).await?;
        Left::of(items, attempt)
    }

    /// The id of the product that is called so in addresses.
    pub async fn find(&self, slug: &Slug) -> Result<Option<ProductId>, StoreError> {
        let table = self.0.table(CATALOG);
        let attempt = "look up whose a slug is";
        let owner: Option<Owner> = lookup(self.0, table, keys::slug(slug), attempt).await?;
        Ok(owner.map(|owner| owner.id))
    }

    /// What a stock keeping unit is of.
    pub async fn find_sku(&self, sku: &Sku) -> Result<Option<SkuOwner>, StoreError> {
        let table = self.0.table(CATALOG);
        lookup(self.0, table, keys::sku(sku), "look up whose a SKU is").await
    }

    /// The products that an account has made, by their ids.
    pub async fn made_by(&self, user_id: UserId) -> Result<Vec<ProductId>, StoreError> {
        let noted = self.noted(&keys::creator(user_id)).await?;
        Ok(noted.into_iter().map(|noted| noted.id).collect())
    }

    /// Forgets of so many products at most that an account has made them. Gives how many there were.
    pub async fn forget(&self, user_id: UserId, most: usize) -> Result<usize, StoreError> {
        let mut made = self.made_by(user_id).await?;
        made.truncate(most);
        let gone = |id: &ProductId| delete(keys::created(user_id, *id).into_item());
        let gone: Vec<_> = made.iter().map(gone).collect();
        let attempt = "forget who made products";
        write_all(self.0, self.0.table(CATALOG), &gone, attempt).await?;
        Ok(made.len())
    }

    /// The products that an account has changed within [`SHOWN_TO_CHANGER`], the latest first.
    pub async fn changed_by(
        &self,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<Vec<ProductId>, StoreError> {
        let mut noted = self.noted(&keys::changer(user_id)).await?;
        noted.retain(|noted| noted.expires_at.is_some_and(|end| end > now.as_second()));
        noted.sort_by_key(|noted| (Reverse(noted.expires_at), noted.id));
        Ok(noted.into_iter().map(|noted| noted.id).collect())
    }

    async fn noted(&self, pk: &str) -> Result<Vec<Noted>, StoreError> {
        let attempt = "list the products of an account";
        let items = partition(self.0, self.0.table(CATALOG), pk, attempt).await?;
        let noted = items.into_iter().map(|item| from_item(item, attempt));
        noted.collect()
    }

    /// Adds a product.
    pub async fn add(
        &self,
        product: &Product,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let transaction = self
            .addition(product)
            .with("changer", self.note(product, product.created_by))
            .audited(audit);
        outcome(transaction, self.0).await
    }

    /// Adds a product of an import, or writes it over what it was, if it is that still. The audit log has an entry for the whole
    /// import; and nobody's lists show before the index does what came by the thousands.
    pub async fn import(
        &self,
        before: Option<&Product>,
        after: &Product,
    ) -> Result<ProductOutcome, StoreError> {
        let transaction = match before {
            Some(before) => self.replacement(before, after),
            None => self.addition(after),
        };
        outcome(transaction, self.0).await
    }

    /// What adds a product.
    fn addition(&self, product: &Product) -> Transaction {
        let table = self.0.table(CATALOG);
        let created = Noted {
            id: product.id,
            expires_at: None,
            ttl: None,
        };
        let mut transaction = Transaction::new("add a product")
            .with("product", add(table, keys::product(product.id), product))
            .with("slug", self.own(keys::slug(&product.slug), product.id))
            .with("sku", self.own(keys::sku(&product.sku), product.id))
            .with(
                "creator",
                replace(
                    table,
                    keys::created(product.created_by, product.id),
                    &created,
                ),
            );
        let now = product.created_at;
        for write in self.enter(&product.categories, product.id, now) {
            transaction = transaction.with("category", write);
        }
        transaction
    }

    /// Writes a product over what it was, if it is that still. `by` is who changes it.
    pub async fn replace(
        &self,
        before: &Product,
        after: &Product,
        by: UserId,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let transaction = self
            .replacement(before, after)
            .with("changer", self.note(after, by))
            .audited(audit);
        outcome(transaction, self.0).await
    }

    /// What writes a product over what it was.
    fn replacement(&self, before: &Product, after: &Product) -> Transaction {
        let table = self.0.table(CATALOG);
        let write = put_if(table, keys::product(after.id), after, is_as_read(before));
        let mut transaction = Transaction::new("change a product").with("product", write);
        if before.slug != after.slug {
            transaction = transaction
                .with("slug", self.own(keys::slug(&after.slug), after.id))
                .with("old", remove(table, keys::slug(&before.slug)));
        }
        if before.sku != after.sku {
            transaction = transaction
                .with("sku", self.own(keys::sku(&after.sku), after.id))
                .with("old", remove(table, keys::sku(&before.sku)));
        }
        let old: BTreeSet<_> = before.categories.iter().copied().collect();
        let new: BTreeSet<_> = after.categories.iter().copied().collect();
        let entered: Vec<_> = new.difference(&old).copied().collect();
        for write in self.enter(&entered, after.id, after.updated_at) {
            transaction = transaction.with("category", write);
        }
        for left in old.difference(&new) {
            let member = keys::member(*left, after.id);
            transaction = transaction.with("left", remove(table, member));
        }
        transaction
    }

    /// Deletes a product: it is in no list any more, and its slug and its stock keeping unit are free. The task clears what is
    /// part of it.
    pub async fn delete(
        &self,
        product: &Product,
        now: Timestamp,
        by: UserId,
        task: &Task,
        audit: &Entry,
    ) -> Result<ProductOutcome, StoreError> {
        let table = self.0.table(CATALOG);
        let mark = Update::of(table, keys::product(product.id))
            .set("deleted_at", millis(now))
            .set("version", product.version + 1)
            .set("ttl", (now + KEPT).as_second())
            .when(is_as_read(product));
        let changed = Product {
            updated_at: now,
            ..product.clone()
        };
        let mut transaction = Transaction::new("delete a product")
            .with("product", mark.in_transaction())
            .with("old", remove(table, keys::slug(&product.slug)))
            .with("old", remove(table, keys::sku(&product.sku)))
            .with(
                "creator",
                remove(table, keys::created(product.created_by, product.id)),
            )
            .with("changer", self.note(&changed, by))
            .with("task", Tasks(self.0).write(task));
        for category in &product.categories {
            let member = keys::member(*category, product.id);
            transaction = transaction.with("left", remove(table, member));
        }
        outcome(transaction.audited(audit), self.0).await
    }

    /// The write that lets a change of what is part of a product count as one of the product, if that is as it was read.
    pub(crate) fn count(&self, product: &Product, now: Timestamp) -> Write {
        self.counted(product, now).in_transaction()
    }

    /// The same, to which can be added what else changes of the product.
    pub(crate) fn counted(&self, product: &Product, now: Timestamp) -> Update<'_> {
        Update::of(self.0.table(CATALOG), keys::product(product.id))
            .set("version", product.version + 1)
            .set("updated_at", millis(now))
            .when(is_as_read(product))
    }

    /// The write that notes for a moment who has changed a product.
    pub(crate) fn note(&self, product: &Product, by: UserId) -> Write {
        let expires_at = (product.updated_at + SHOWN_TO_CHANGER).as_second();
        let noted = Noted {
            id: product.id,
            expires_at: Some(expires_at),
            ttl: Some(expires_at),
        };
        replace(self.0.table(CATALOG), keys::changed(by, product.id), &noted)
    }

    fn own(&self, key: Key, id: ProductId) -> Write {
        add(self.0.table(CATALOG), key, &Owner { id })
    }

    /// What puts a product into categories, as long as none of them is being deleted.
    fn enter(&self, categories: &[CategoryId], id: ProductId, now: Timestamp) -> Vec<Write> {
        let table = self.0.table(CATALOG);
        let enter = |category: &CategoryId| {
            let gate = keys::gate(*category, id);
            [
                check(table, gate, is_open(now)),
                replace(table, keys::member(*category, id), &Owner { id }),
            ]
        };
        categories.iter().flat_map(enter).collect()
    }
}

/// Whether a gate lets a product into its category.
pub(crate) fn is_open(now: Timestamp) -> Condition {
    absent("closed_until").or(less("closed_until", millis(now)))
}

/// Whether a product is as it was read. Deleting counts its version up, too.
pub(super) fn is_as_read(product: &Product) -> Condition {
    equals("version", product.version)
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
