use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use catalog::category::Categories;
use catalog::index::Touched;
use catalog::product::ProductId;
use catalog_index::{Index, Limits};
use cloud::App;
use kernel::job::Queue;
use lambda_runtime::Error;
use store::{Attempts, StoreError};
use tokio::sync::Mutex;
use uuid::Uuid;
use work::{Worker, put_aside, worker};

use crate::entry::tree_of;
use crate::rebuilding::rebuild;
use crate::states;
use crate::stored::{Found, Stored, load, save};

pub const WORKER: Worker = worker!(index_products);

/// Where records go that cannot be read, and those that the stream gave up.
const FAILURES: Queue = Queue::named("index-failures");

/// What a process holds of the index between two batches.
#[derive(Default)]
struct Held(Mutex<Option<Stored>>);

/// What the records of a batch are about.
#[derive(Default)]
struct Batch {
    /// The products, each with one of its records.
    products: BTreeMap<ProductId, EventRecord>,
    has_tree: bool,
    has_wish: bool,
}

/// Brings the index to what has become of the catalogue. Called by the table's stream.
///
/// A record says which product to look at, and not what it is: that is read from the table once the index is loaded, so it is never
/// older than what is indexed, and a batch that comes again changes nothing. One that cannot be read is put aside, and holds nobody
/// up. An index that is missing or damaged is made anew; that takes a minute for a hundred thousand products, which wait behind it.
pub async fn index_products(app: App, event: Event) -> Result<(), Error> {
    index_within(&app, event, &Limits::default()).await
}

/// The same, for an index of these bounds.
///
/// # Errors
/// A service failed, or others were faster each time; the stream gives the batch again.
pub async fn index_within(app: &App, event: Event, limits: &Limits) -> Result<(), Error> {
    let records = event.records.len();
    let batch = sort(app, event).await?;
    let held = app.part::<Held>();
    let mut held = held.0.lock().await;
    if batch.has_wish {
        // Whoever asks has seen that something is wrong with what lies in the bucket: all of it is read again.
        *held = None;
    }
    let mut aside = BTreeSet::new();
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        match load(&app.files(), held.as_ref()).await? {
            Found::Same => {}
            Found::New(stored) => *held = Some(*stored),
            Found::Missing => {
                tracing::warn!("there is no index: it is made anew");
                *held = None;
                *held = Some(rebuild(app, limits).await?.stored);
                return Ok(());
            }
            Found::Damaged { error, .. } => {
                tracing::error!(%error, "the index is damaged: it is made anew");
                *held = None;
                *held = Some(rebuild(app, limits).await?.stored);
                return Ok(());
            }
        }
        let Some(stored) = held.take() else {
            continue;
        };
        let (changed, next) = apply(app, &batch, stored, limits, &mut aside).await?;
        *held = Some(next);
        if let Some(changed) = changed {
            let products = batch.products.len();
            tracing::info!(records, products, changed, "products indexed");
            return Ok(());
        }
    }
    Err(StoreError::kept_changing("write the index").into())
}

/// Sorts records by what they are about.
async fn sort(app: &App, event: Event) -> Result<Batch, Error> {
    let mut batch = Batch::default();
    for record in event.records {
        match Touched::of(record.change.keys.clone()) {
            Ok(None) => {}
            Ok(Some(Touched::Tree)) => batch.has_tree = true,
            Ok(Some(Touched::Wish)) => batch.has_wish = true,
            Ok(Some(Touched::Product(id))) => drop(batch.products.insert(id, record)),
            Err(error) => put_aside(app, &FAILURES, &record, &error).await?,
        }
    }
    Ok(batch)
}

/// Applies what a batch is about to an index, and writes it. Gives whether anything was new, and the index as it then is; no
/// answer where another was faster.
async fn apply(
    app: &App,
    batch: &Batch,
    stored: Stored,
    limits: &Limits,
    aside: &mut BTreeSet<ProductId>,
) -> Result<(Option<bool>, Stored), Error> {
    let read = states::read(app.store(), batch.products.keys().copied()).await?;
    for (id, error) in &read.unreadable {
        // Once, however many attempts there are.
        if let Some(record) = batch.products.get(id).filter(|_| aside.insert(*id)) {
            put_aside(app, &FAILURES, record, error).await?;
        }
    }
    let tree = if batch.has_tree {
        let read = Categories(app.store()).read().await?;
        Some(tree_of(&read.tree))
    } else {
        None
    };
    let changes = read.changes(&stored.index)?;
    let Some(written) = stored.index.apply(&changes, tree, token(app), limits)? else {
        return Ok((Some(false), stored));
    };
    let etag = save(&app.files(), &written, Some(&stored.etag)).await?;
    Ok(match etag {
        Some(etag) => {
            let index: Index = written.index;
            (Some(true), Stored { index, etag })
        }
        None => (None, stored),
    })
}

/// What the names of one attempt's files begin with.
pub(crate) fn token(app: &App) -> Uuid {
    ProductId::new(app.now(), &mut app.random()).uuid()
}
