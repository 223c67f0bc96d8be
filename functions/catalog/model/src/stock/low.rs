//! Variants of which there are few left.

use jiff::Timestamp;
use kernel::task::Task;
use serde::{Deserialize, Serialize};
use store::batch::get_all;
use store::condition::{absent, equals, exists, less};
use store::query::partition;
use store::update::Update;
use store::value::millis;
use store::writes::{remove, replace};
use store::{
    Committed, Page, PageError, PageRequest, Store, StoreError, Tasks, Transaction, from_item,
};

use super::keys;
use super::rules::Level;
use crate::product::ProductId;
use crate::table::{CATALOG, STOCK};
use crate::variant::{self, Variant, VariantId};

/// A variant of which there are few left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowVariant {
    /// The variant.
    pub variant_id: VariantId,
    /// The product that it is a variant of.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// Its stock keeping unit.
    pub sku: String,
    /// The pieces that were available when its stock was last looked at.
    pub available: u64,
    /// The number at which there are few.
    pub threshold: u32,
    /// When there came to be few.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub since: Timestamp,
    /// When that was told.
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub reported_at: Option<Timestamp>,
}

/// What is kept of a stock beside the variant.
#[derive(Deserialize)]
struct Kept {
    #[serde(flatten)]
    variant: Variant,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    low_since: Option<Timestamp>,
}

/// The storage of what follows from stocks.
pub struct LowStock<'a>(pub &'a Store);

impl LowStock<'_> {
    /// Notes at a variant what its stock has come to: whether there is any, and whether there is little. What was noted of a
    /// later level stays. `is_alone` says that the stock has one part: then nobody else can be noting another level of it, and
    /// what is as it was is not written.
    pub async fn note(
        &self,
        product_id: ProductId,
        id: VariantId,
        level: Level,
        is_alone: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let attempt = "look up a variant";
        let catalog = self.0.table(CATALOG);
        let key = variant::key(product_id, id);
        let kept: Option<Kept> = store::lookup(self.0, catalog, key.clone(), attempt).await?;
        let Some(Kept { variant, low_since }) = kept else {
            // It was deleted: there is nothing to say of it.
            let transaction = Transaction::new("forget a stock");
            let gone = remove(self.0.table(STOCK), keys::low(id));
            transaction.with("low", gone).commit(self.0).await?;
            return Ok(());
        };
        let in_stock = level.available > 0;
        let threshold = variant.low_stock_threshold;
        let threshold = threshold.filter(|threshold| level.available <= u64::from(*threshold));
        let is_same = variant.in_stock == in_stock && threshold.is_some() == low_since.is_some();
        if is_alone && is_same && threshold.is_none() {
            return Ok(());
        }

        let is_later = absent("stock_version").or(less("stock_version", level.version));
        let note = Update::of(catalog, key)
            .set("in_stock", in_stock)
            .set("stock_version", level.version)
            .when(exists("pk").and(is_later));
        let transaction = Transaction::new("note what a stock has come to");
        let stock = self.0.table(STOCK);
        let transaction = match threshold {
            Some(threshold) => {
                let low = LowVariant {
                    variant_id: id,
                    product_id,
                    name: variant.name,
                    sku: variant.sku.to_string(),
                    available: level.available,
                    threshold,
                    since: low_since.unwrap_or(now),
                    reported_at: None,
                };
                let low = match low_since {
                    // Since when, and whether it was told, stays as it is.
                    Some(_) => Update::of(stock, keys::low(id))
                        .set("name", low.name)
                        .set("sku", low.sku)
                        .set("available", low.available)
                        .set("threshold", low.threshold)
                        .when(exists("pk"))
                        .in_transaction(),
                    None => replace(stock, keys::low(id), &low),
                };
                let note = note.set_if_absent("low_since", millis(now));
                transaction
                    .with("variant", note.in_transaction())
                    .with("low", low)
            }
            None => transaction
                .with("variant", note.remove(["low_since"]).in_transaction())
                .with("low", remove(stock, keys::low(id))),
        };
        match transaction.commit(self.0).await? {
            Committed::Yes => {}
            Committed::No(name) => {
                tracing::debug!(name, variant.id = %id, "a later level of the stock was noted");
            }
        }
        Ok(())
    }

    /// Variants of which there are few left, by their ids.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<LowVariant>, PageError> {
        let low = self.all().await?;
        Page::of_whole(low, |low| low.variant_id.to_string(), request)
    }

    /// Those of these variants of which there are few left.
    pub async fn some(&self, ids: &[VariantId]) -> Result<Vec<LowVariant>, StoreError> {
        let attempt = "look up what there is little of";
        let keys = ids.iter().map(|id| keys::low(*id)).collect();
        let items = get_all(self.0, self.0.table(STOCK), keys, attempt).await?;
        let low = items.into_iter().map(|item| from_item(item, attempt));
        low.collect()
    }

    /// Notes of variants that they were told of, with the tasks that tell it. False where another has done it, or one of them
    /// was restocked in between: then nothing is written.
    pub async fn report(
        &self,
        variants: &[LowVariant],
        tasks: &[Task],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new("report what there is little of");
        for low in variants {
            let is_untold = absent("reported_at");
            let told = Update::of(self.0.table(STOCK), keys::low(low.variant_id))
                .set("reported_at", millis(now))
                .when(is_untold.and(equals("since", millis(low.since))));
            transaction = transaction.with("low", told.in_transaction());
        }
        for task in tasks {
            transaction = transaction.with("task", Tasks(self.0).write(task));
        }
        Ok(matches!(transaction.commit(self.0).await?, Committed::Yes))
    }

    /// All of them.
    pub async fn all(&self) -> Result<Vec<LowVariant>, StoreError> {
        let attempt = "list variants of which there are few left";
        let items = partition(self.0, self.0.table(STOCK), keys::LOW, attempt).await?;
        let low = items.into_iter().map(|item| from_item(item, attempt));
        low.collect()
    }
}
