//! The storage of images. Each change counts as one of the product, so that whoever changes both at once is told.

use jiff::{SignedDuration, Timestamp};
use kernel::audit::Entry;
use kernel::id::UserId;
use kernel::task::Task;
use store::condition::{Condition, equals};
use store::query::Query;
use store::update::Update;
use store::value::nested;
use store::writes::{remove, remove_if, replace};
use store::{Committed, Store, StoreError, Tasks, Transaction, from_item, lookup};

use super::keys;
use super::rules::{Image, ImageId, ImageRefusal, moved};
use super::upload::Upload;
use crate::product::{Product, ProductId, Products, Whole};
use crate::table::CATALOG;

/// The time for which the product tells of an upload that was refused.
const TOLD: SignedDuration = SignedDuration::from_hours(24);

/// The storage of images.
///
/// An upload is noted before its form is given out, and the note goes in the transaction that shows it. So what comes twice, or
/// late, or with a form that was used before changes nothing.
pub struct Images<'a>(pub &'a Store);

/// The standing of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is decided on it.
    Open {
        /// What is known of it.
        upload: Upload,
        /// The product that it is of.
        whole: Box<Whole>,
    },
    /// It is an image that is shown.
    Shown,
    /// It was refused, or the image or the product was deleted since.
    Over,
}

impl Images<'_> {
    /// Notes an upload, before anybody can send it.
    pub async fn note(&self, product_id: ProductId, upload: &Upload) -> Result<(), StoreError> {
        let key = keys::upload(product_id, upload.id);
        let note = replace(self.0.table(CATALOG), key, upload);
        let transaction = Transaction::new("note an upload").with("upload", note);
        transaction.commit(self.0).await.map(drop)
    }

    /// Reads the standing of an upload.
    pub async fn standing(
        &self,
        product_id: ProductId,
        id: ImageId,
    ) -> Result<Standing, StoreError> {
        // The upload first, and not both at once: an image that is shown in between would be missed by both reads.
        let key = keys::upload(product_id, id);
        let attempt = "look up where an upload stands";
        let upload = lookup(self.0, self.0.table(CATALOG), key, attempt).await?;
        let whole = Products(self.0).read(product_id).await?;
        Ok(match (upload, whole) {
            (Some(upload @ Upload { is_open: true, .. }), Some(whole)) => {
                let whole = Box::new(whole);
                Standing::Open { upload, whole }
            }
            (_, Some(whole)) if whole.images.iter().any(|image| image.id == id) => Standing::Shown,
            _ => Standing::Over,
        })
    }

    /// Shows an image, as the last of a product as it was read. False if its upload is no longer open, or the product has changed
    /// since, or is gone.
    pub async fn add(
        &self,
        product: &Product,
        image: &Image,
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let table = self.0.table(CATALOG);
        let decided = remove_if(table, keys::upload(product.id, image.id), is_open());
        let shown = replace(table, keys::image(product.id, image.id), image);
        let transaction = Transaction::new("show an image")
            .with("upload", decided)
            .with("image", shown);
        let order = moved(&product.images, image.id, usize::MAX);
        self.commit(transaction, (product, &order), by, now, audit)
            .await
    }

    /// Notes why an upload is not shown. False if it is no longer open.
    pub async fn refuse(
        &self,
        product_id: ProductId,
        id: ImageId,
        refusal: ImageRefusal,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let note = Update::of(self.0.table(CATALOG), keys::upload(product_id, id))
            .set("refusal", refusal.as_str())
            .remove(["is_open"])
            .when(is_open())
            .in_transaction();
        let transaction = Transaction::new("refuse an image").with("upload", note);
        let committed = transaction.audited(audit).commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }

    /// The uploads that were refused within a day, the newest first.
    pub async fn refused(
        &self,
        product_id: ProductId,
        now: Timestamp,
    ) -> Result<Vec<Upload>, StoreError> {
        let attempt = "list uploads that were refused";
        let since = keys::upload_sort(ImageId::first_of(now - TOLD));
        let query = Query {
            table: self.0.table(CATALOG),
            index: None,
            partition: ("pk", &keys::uploads(product_id)),
            range: "#sk >= :sk",
            sort: ("sk", &since),
        };
        let items = query.all(self.0, attempt).await?.into_iter().rev();
        let uploads: Vec<Upload> = items
            .map(|item| from_item(item, attempt))
            .collect::<Result<_, _>>()?;
        let is_refused = |upload: &Upload| upload.refusal.is_some();
        Ok(uploads.into_iter().filter(is_refused).collect())
    }

    /// Gives the images of a product as it was read this order, and one of them another alternative text if there is one. False if
    /// the product has changed since, or is gone.
    pub async fn change(
        &self,
        (product, order): (&Product, &[ImageId]),
        told: Option<&Image>,
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let mut transaction = Transaction::new("change an image");
        if let Some(image) = told {
            let change = Update::of(self.0.table(CATALOG), keys::image(product.id, image.id))
                .set("alternative_text", &image.alternative_text);
            transaction = transaction.with("image", change.in_transaction());
        }
        self.commit(transaction, (product, order), by, now, audit)
            .await
    }

    /// Deletes an image of a product as it was read; the task deletes its files. False if the product has changed since, or is
    /// gone.
    pub async fn remove(
        &self,
        product: &Product,
        id: ImageId,
        task: &Task,
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let gone = remove(self.0.table(CATALOG), keys::image(product.id, id));
        let transaction = Transaction::new("delete an image")
            .with("image", gone)
            .with("task", Tasks(self.0).write(task));
        let mut order = product.images.clone();
        order.retain(|other| *other != id);
        self.commit(transaction, (product, &order), by, now, audit)
            .await
    }

    /// Deletes the images of a product that was deleted, some twenty at once.
    pub async fn clear(&self, product_id: ProductId, images: &[Image]) -> Result<(), StoreError> {
        let table = self.0.table(CATALOG);
        let gone = |image: &Image| remove(table, keys::image(product_id, image.id));
        let mut transaction = Transaction::new("clear images");
        for write in images.iter().map(gone) {
            transaction = transaction.with("image", write);
        }
        transaction.commit(self.0).await.map(drop)
    }

    async fn commit(
        &self,
        transaction: Transaction,
        (product, order): (&Product, &[ImageId]),
        by: UserId,
        now: Timestamp,
        audit: &Entry,
    ) -> Result<bool, StoreError> {
        let changed = Product {
            updated_at: now,
            ..product.clone()
        };
        let products = Products(self.0);
        let counted = products
            .counted(product, now)
            .set("images", nested(&order))
            .in_transaction();
        let transaction = transaction
            .with("product", counted)
            .with("changer", products.note(&changed, by))
            .audited(audit);
        let committed = transaction.commit(self.0).await?;
        Ok(matches!(committed, Committed::Yes))
    }
}

/// The condition that nothing is decided on an upload.
fn is_open() -> Condition {
    equals("is_open", true)
}
