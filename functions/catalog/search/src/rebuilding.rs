//! The index, made anew from the table.
//!
//! Every product is in a category, so a rebuild goes through the categories and their products, and needs no Scan. It takes
//! minutes, in which changes go on. So at its end the index that is then current is compared with what was built, what differs is
//! read again, and all of it is written on the condition that this index is still the current one; otherwise it is compared again.

use std::collections::{BTreeMap, HashSet};

use catalog::category::{Categories, CategoryId};
use catalog::product::{Members, ProductId};
use catalog_index::{Builder, Change, Index, Limits, Written};
use cloud::App;
use lambda_runtime::Error;
use store::{Attempts, StoreError};
use uuid::Uuid;

use crate::entry::tree_of;
use crate::index_products::token;
use crate::states::{self, States};
use crate::stored::{Found, Stored, load, save};

/// The products of a category that are read at a time.
const AT_ONCE: u16 = 500;

/// What a rebuild did.
pub(crate) struct Rebuilt {
    /// The products that are indexed.
    pub(crate) products: usize,
    /// Those of which the index before had something else: some changed meanwhile, the others were wrong.
    pub(crate) differing: usize,
    /// The index as it is now.
    pub(crate) stored: Stored,
}

/// The index that lies in the bucket, as far as it can be used.
struct Current {
    index: Index,
    /// The entity tag of its manifest, whether or not that can be read; `None` where there is none.
    etag: Option<String>,
}

/// Makes the index anew, and writes it in place of whatever lies there.
pub(crate) async fn rebuild(app: &App, limits: &Limits) -> Result<Rebuilt, Error> {
    let before = current(app, None).await?;
    let tree = Categories(app.store()).read().await?.tree;
    let mut builder = Builder::new(&before.index, tree_of(&tree), token(app), limits);
    let mut seen = HashSet::new();
    for category in tree.all() {
        add_category(app, category.id, &mut seen, &mut builder, &before.index).await?;
    }
    drop(seen);
    let mut now = current(app, Some(before)).await?;
    let mut written = builder.finish(&now.index)?;
    let mut differing = 0;
    let mut attempts = Attempts::new(app.store());
    while attempts.next().await {
        let differences = written.index.differences(&now.index);
        differing = differing.max(differences.len());
        written = put_right(app, written, differences, limits).await?;
        if let Some(etag) = save(&app.files(), &written, now.etag.as_deref()).await? {
            let index = written.index;
            return Ok(Rebuilt {
                products: usize::try_from(index.manifest().count()).unwrap_or(usize::MAX),
                differing,
                stored: Stored { index, etag },
            });
        }
        // What is put already need not be put again.
        written.new_files.clear();
        now = current(app, Some(now)).await?;
    }
    Err(StoreError::kept_changing("write the index").into())
}

/// What lies in the bucket. Of what is damaged nothing is kept.
async fn current(app: &App, held: Option<Current>) -> Result<Current, Error> {
    let held = held.and_then(|held| {
        let etag = held.etag?;
        let index = held.index;
        Some(Stored { index, etag })
    });
    let found = load(&app.files(), held.as_ref()).await?;
    let (index, etag) = match (found, held) {
        (Found::New(stored), _) => (stored.index, Some(stored.etag)),
        (Found::Same, Some(stored)) => (stored.index, Some(stored.etag)),
        (Found::Same | Found::Missing, _) => (Index::empty(), None),
        (Found::Damaged { etag, .. }, _) => (Index::empty(), Some(etag)),
    };
    Ok(Current { index, etag })
}

/// Adds the products of a category that were in none before it.
async fn add_category(
    app: &App,
    id: CategoryId,
    seen: &mut HashSet<Uuid>,
    builder: &mut Builder<'_>,
    before: &Index,
) -> Result<(), Error> {
    let (members, mut after) = (Members(app.store()), None);
    loop {
        let some = members.some_after(id, after, AT_ONCE).await?;
        after = some.last().copied();
        let is_last = some.len() < usize::from(AT_ONCE);
        let new = some.into_iter().filter(|id| seen.insert(id.uuid()));
        let read = states::read(app.store(), new).await?;
        tell_of_unreadable(&read);
        for change in read.changes(before)? {
            // What was deleted since it was listed is not in the new index.
            if let Change::Put(entry) = change {
                builder.add(*entry)?;
            }
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Reads again of which products two indexes do not have the same, and the tree, and puts them right.
async fn put_right(
    app: &App,
    written: Written,
    differences: BTreeMap<Uuid, u64>,
    limits: &Limits,
) -> Result<Written, Error> {
    let ids: Vec<ProductId> = differences.into_keys().map(ProductId::from).collect();
    let read = states::read(app.store(), ids).await?;
    tell_of_unreadable(&read);
    let tree = Categories(app.store()).read().await?.tree;
    let changes = read.changes(&written.index)?;
    let written = written.and(&changes, Some(tree_of(&tree)), token(app), limits)?;
    Ok(written)
}

fn tell_of_unreadable(read: &States) {
    for (id, error) in &read.unreadable {
        tracing::error!(product.id = %id, %error, "a product could not be read, and is in no list");
    }
}
