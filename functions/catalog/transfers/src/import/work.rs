//! What becomes of the rows of a step: categories one after another, in the order of the file; products at once, each with the
//! rows of its variants behind it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use api::ApiError;
use catalog::category::{Categories, Tree};
use catalog::sku::Sku;
use cloud::App;
use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use kernel::id::{TaskId, UserId, made_at, uuid_v7};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use store::StoreError;
use uuid::Uuid;
use work::Failure;

use super::pace::Pace;
use super::read::{Row, Said};
use super::{category, product, variant};
use crate::record::Record;

/// The products that are worked on at once.
const AT_ONCE: usize = 32;

/// The attempts of a row of which the ids are known again. More than a few take twice as many callers.
const MOST_ATTEMPTS: u32 = 24;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Its thing was made: by this try, or by an earlier one that died before it could say so.
    Made,
    /// Its thing was changed.
    Changed,
    /// Its thing was as it says.
    Unchanged,
}

/// Why nothing became of a row.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is refused, as the API would refuse it.
    Refused(Box<ApiError>),
    /// The step failed, and is done again.
    Failed(Failure),
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What rows are made true with.
pub(super) struct Importer<'a> {
    pub(super) app: &'a App,
    pub(super) owner: UserId,
    task_id: TaskId,
    tree: Mutex<Arc<Tree>>,
    pub(super) pace: Pace,
}

impl<'a> Importer<'a> {
    /// One for an import of somebody's.
    pub(super) fn new(app: &'a App, owner: UserId, task_id: TaskId) -> Self {
        Self {
            app,
            owner,
            task_id,
            tree: Mutex::default(),
            pace: Pace::new(),
        }
    }

    /// The tree as it was last read.
    pub(super) fn tree(&self) -> Arc<Tree> {
        Arc::clone(&self.tree.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the tree anew.
    pub(super) async fn read_tree(&self) -> Result<Arc<Tree>, StoreError> {
        let read = Categories(self.app.store()).read().await?;
        let tree = Arc::new(read.tree);
        *self.tree.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&tree);
        Ok(tree)
    }

    /// What the id of what a row makes is made of, at this attempt: the same each time, so that a try that finds the thing made knows by
    /// whom. Its moment is so many milliseconds behind the task as there are rows before it: ids are in the order of the rows,
    /// which an export has again. Another attempt has another id, since what the first one made may have been deleted.
    pub(super) fn id_of(&self, row: u64, attempt: u32) -> (Timestamp, StdRng) {
        let task = self.task_id.uuid();
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(task.as_bytes());
        seed[16..24].copy_from_slice(&row.to_be_bytes());
        seed[24..28].copy_from_slice(&attempt.to_be_bytes());
        let begun = made_at(task).unwrap_or_default();
        let behind = SignedDuration::from_millis(i64::try_from(row).unwrap_or(i64::MAX));
        let at = begun.checked_add(behind).unwrap_or(begun);
        (at, StdRng::from_seed(seed))
    }

    /// What became of a row whose thing is as it says: an earlier try of the row has made it, or it was there.
    pub(super) fn as_it_is(&self, row: u64, id: Uuid) -> Outcome {
        let is_of = |attempt| {
            let (at, mut rng) = self.id_of(row, attempt);
            made_at(id) == Some(at) && uuid_v7(at, &mut rng) == id
        };
        if (1..=MOST_ATTEMPTS).any(is_of) {
            Outcome::Made
        } else {
            Outcome::Unchanged
        }
    }

    /// Makes the catalogue as these rows say. Gives what became of each, in their order.
    pub(super) async fn work<'r>(
        &self,
        rows: &'r [Row],
    ) -> Result<Vec<(&'r Row, Result<Outcome, ApiError>)>, Failure> {
        self.read_tree().await?;
        let mut done = Vec::with_capacity(rows.len());
        for run in rows.chunk_by(|one, next| is_category(one) == is_category(next)) {
            if is_category(&run[0]) {
                done.extend(self.one_by_one(run.iter().collect()).await?);
                self.read_tree().await?;
                continue;
            }
            let mut groups = Vec::new();
            for group in by_product(run).into_values() {
                groups.push(Box::pin(self.one_by_one(group)));
            }
            let mut worked = futures_util::stream::iter(groups).buffer_unordered(AT_ONCE);
            while let Some(group) = worked.next().await {
                done.extend(group?);
            }
        }
        done.sort_by_key(|(row, _)| row.number);
        Ok(done)
    }

    async fn one_by_one<'r>(
        &self,
        rows: Vec<&'r Row>,
    ) -> Result<Vec<(&'r Row, Result<Outcome, ApiError>)>, Failure> {
        let mut done = Vec::with_capacity(rows.len());
        for row in rows {
            let outcome = match self.one(row).await {
                Ok(outcome) => Ok(outcome),
                Err(Trouble::Refused(error)) => Err(*error),
                Err(Trouble::Failed(failure)) => return Err(failure),
            };
            done.push((row, outcome));
        }
        Ok(done)
    }

    async fn one(&self, row: &Row) -> Result<Outcome, Trouble> {
        let Said { record, fields } = row.said.as_ref().map_err(Clone::clone)?;
        match record {
            Record::Category => category::import(self, row.number, fields).await,
            Record::Product => product::import(self, row.number, fields).await,
            Record::Variant => variant::import(self, row.number, fields).await,
        }
    }
}

fn is_category(row: &Row) -> bool {
    matches!(&row.said, Ok(said) if said.record == Record::Category)
}

/// The rows by the product that they are about.
fn by_product(rows: &[Row]) -> BTreeMap<Result<String, u64>, Vec<&Row>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let named = row.said.as_ref().ok().and_then(|said| match said.record {
            Record::Variant => said.fields.text("product"),
            _ => said.fields.text("sku"),
        });
        let sku = named.and_then(|named| named.parse::<Sku>().ok());
        let group = sku.map(|sku| sku.key()).ok_or(row.number);
        groups.entry(group).or_default().push(row);
    }
    groups
}
