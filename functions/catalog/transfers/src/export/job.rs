//! One category after the other, until all are written.

use std::time::Duration;

use catalog::category::{Categories, CategoryId, Tree};
use catalog::jobs::ExportProducts;
use catalog::product::{Members, ProductId, Products, Whole};
use catalog::transfer::{TransferFile, TransferKey};
use cloud::{App, LEAST_PART, Parts};
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use kernel::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use work::{Assigned, Context, Done, Failure};

use super::order::{is_due, order_of};
use super::output::Output;
use crate::owner::owner_of;

/// The products that are listed at once, and those of them that are read at once.
const LISTED: u16 = 100;
const READ: usize = 16;

/// The products after which it says how far it is: some seconds.
const TOLD: u64 = 1_000;

/// The time without which a run does not go on behind a part, of which it would have to send another one: some five thousand
/// products, which take some seconds.
const LEAST_TIME: Duration = Duration::from_secs(30);

/// How far an export is. It is kept with each part of the file: what was written behind that is written again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct State {
    /// The categories, in the order of the file.
    order: Vec<CategoryId>,
    /// The place of the category whose products are written, and the last of them that is.
    at: usize,
    last: Option<ProductId>,
    /// How many products were in the categories when it began, and those that it has gone through since: its progress. One in
    /// several categories counts in each.
    members: u64,
    passed: u64,
    products: u64,
    variants: u64,
    bytes: usize,
    /// The parts of the file; none as long as it is small.
    parts: Option<Parts>,
    /// Whether all of the file is in its parts.
    is_whole: bool,
}

/// An export, as long as a run of it lasts.
struct Export<'a> {
    app: &'a App,
    owner: UserId,
    task: &'a Assigned<ExportProducts>,
    tree: Tree,
    state: State,
    /// The progress that was told last.
    told: u64,
    output: Output,
}

/// Writes the whole catalogue into a file. Done again, it writes the rest, or the same.
pub(crate) async fn export_products(
    context: Context,
    task: Assigned<ExportProducts>,
) -> Result<Done, Failure> {
    let app = &context.app;
    let owner = owner_of(app, task.run.task()).await?;
    let mut export = Export {
        app,
        owner,
        task: &task,
        tree: Categories(app.store()).read().await?.tree,
        state: State::default(),
        told: 0,
        output: Output::new(task.input.format),
    };
    if !export.resume().await? {
        export.begin().await?;
    }
    while export.state.at < export.state.order.len() {
        export.write_some().await?;
        if export.state.passed >= export.told + TOLD {
            export.tell().await?;
        }
        if export.output.len() < LEAST_PART {
            continue;
        }
        export.send_part().await?;
        export.tell().await?;
        owner_of(app, task.run.task()).await?;
        if task.run.time_left() < LEAST_TIME {
            let reason = "the rest is for the next run".to_owned();
            return Err(Failure::Deferred(reason, SignedDuration::ZERO));
        }
    }
    export.finish().await
}

impl Export<'_> {
    /// Goes on where an earlier run has sent a part. False where none has.
    async fn resume(&mut self) -> Result<bool, Failure> {
        let kept = self.app.files().get(&self.key(TransferFile::State)).await?;
        let state = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        let is_begun = state.is_some();
        self.state = state.unwrap_or_default();
        self.told = self.state.passed;
        Ok(is_begun)
    }

    /// Writes what stands before all products, and counts these.
    async fn begin(&mut self) -> Result<(), Failure> {
        self.output.begin();
        self.state.order = order_of(&self.tree);
        for id in &self.state.order {
            self.output.category(*id, &self.tree);
            self.state.members += Members(self.app.store()).count(*id).await?;
        }
        Ok(())
    }

    /// Says how far it is, and hears whether it is to go on.
    async fn tell(&mut self) -> Result<(), Failure> {
        self.told = self.state.passed;
        // Others may have come since they were counted.
        let total = self.state.members.max(self.told);
        self.task.run.tell(self.told, total).await
    }

    /// Writes the next products of a category.
    async fn write_some(&mut self) -> Result<(), Failure> {
        let (store, at) = (self.app.store(), self.state.at);
        let category = self.state.order[at];
        let members = Members(store);
        let ids = members
            .some_after(category, self.state.last, LISTED)
            .await?;
        let products = Products(store);
        let reads = ids.iter().copied().map(|id| Box::pin(products.read(id)));
        let mut reads = futures_util::stream::iter(reads).buffered(READ);
        let mut wholes = Vec::with_capacity(ids.len());
        while let Some(whole) = reads.next().await {
            // One that was deleted since it was listed is none.
            wholes.extend(whole?);
        }
        drop(reads);
        for whole in wholes {
            self.know_categories_of(&whole).await?;
            if is_due(&self.state.order, at, &whole.product) {
                self.output.product(&whole, &self.tree);
                self.state.products += 1;
                self.state.variants += whole.variants.len() as u64;
            }
        }
        self.state.passed += ids.len() as u64;
        if ids.len() < usize::from(LISTED) {
            (self.state.at, self.state.last) = (at + 1, None);
        } else {
            self.state.last = ids.last().copied();
        }
        Ok(())
    }

    /// Writes the categories of a product that are newer than the file's beginning, and has their other products written as well.
    async fn know_categories_of(&mut self, whole: &Whole) -> Result<(), Failure> {
        let categories = &whole.product.categories;
        if categories.iter().all(|id| self.state.order.contains(id)) {
            return Ok(());
        }
        self.tree = Categories(self.app.store()).read().await?.tree;
        for id in categories {
            for category in self.tree.path(*id).into_iter().rev() {
                if !self.state.order.contains(&category.id) {
                    self.state.order.push(category.id);
                    self.output.category(category.id, &self.tree);
                }
            }
        }
        Ok(())
    }

    /// Sends what waits as a part of the file, and keeps how far that is.
    async fn send_part(&mut self) -> Result<(), Failure> {
        let files = self.app.files();
        let key = self.key(TransferFile::Result(self.task.input.format));
        let parts = match &mut self.state.parts {
            Some(parts) => parts,
            none => {
                let content_type = self.task.input.format.content_type();
                none.insert(files.begin_parts(&key, content_type).await?)
            }
        };
        let bytes = self.output.take();
        self.state.bytes += bytes.len();
        files.put_part(&key, parts, bytes).await?;
        let json = serde_json::to_vec(&self.state).expect("texts and numbers are JSON");
        let state = self.key(TransferFile::State);
        files.put(&state, "application/json", json).await?;
        Ok(())
    }

    /// Makes the file of its parts; a small one is written at once.
    async fn finish(mut self) -> Result<Done, Failure> {
        let key = self.key(TransferFile::Result(self.task.input.format));
        if self.state.parts.is_none() {
            let (bytes, content_type) = (self.output.take(), self.task.input.format.content_type());
            self.state.bytes = bytes.len();
            self.app.files().put(&key, content_type, bytes).await?;
        } else if !self.state.is_whole {
            self.state.is_whole = true;
            if self.output.len() > 0 {
                self.send_part().await?;
            }
        }
        if let Some(parts) = &self.state.parts {
            self.app.files().finish_parts(&key, parts).await?;
        }
        Ok(Done::with(json!({
            "categories": self.state.order.len(),
            "products": self.state.products,
            "variants": self.state.variants,
            "bytes": self.state.bytes,
        })))
    }

    fn key(&self, file: TransferFile) -> TransferKey {
        TransferKey {
            owner: self.owner,
            task_id: self.task.id,
            file,
        }
    }
}
