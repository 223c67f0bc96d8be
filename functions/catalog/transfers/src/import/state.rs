//! How far an import is. It is kept after each step, so that a step is done again or not at all.

use catalog::transfer::{TransferFile, TransferKey};
use cloud::App;
use kernel::id::{TaskId, UserId};
use serde::{Deserialize, Serialize};
use work::Failure;

use crate::import::refused::Listed;

/// What became of the rows so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// The rows that there were.
    pub(crate) rows: u64,
    /// Those whose thing was made.
    pub(crate) made: u64,
    /// Those whose thing was changed.
    pub(crate) changed: u64,
    /// Those whose thing was as they say.
    pub(crate) unchanged: u64,
    /// Those that were refused.
    pub(crate) refused: u64,
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// What tells the file from another one that would take its place.
    pub(crate) tag: String,
    /// The bytes of the file.
    pub(crate) total: u64,
    /// The bytes that are done.
    pub(crate) offset: u64,
    /// The number of the last row that is done.
    pub(crate) row: u64,
    /// The names of the columns, once they are read.
    pub(crate) columns: Vec<String>,
    pub(crate) counts: Counts,
    pub(crate) listed: Listed,
}

impl State {
    /// Reads how far an import is, if it has begun.
    pub(crate) async fn load(
        app: &App,
        owner: UserId,
        task_id: TaskId,
    ) -> Result<Option<Self>, Failure> {
        let kept = app.files().get(&key(owner, task_id)).await?;
        // One that cannot be read is none: all is done again, and what is done stays.
        Ok(kept.and_then(|kept| serde_json::from_slice(&kept).ok()))
    }

    /// Keeps how far it is.
    pub(crate) async fn save(
        &self,
        app: &App,
        owner: UserId,
        task_id: TaskId,
    ) -> Result<(), Failure> {
        let json = serde_json::to_vec(self).expect("texts and numbers are JSON");
        let (files, key) = (app.files(), key(owner, task_id));
        Ok(files.put(&key, "application/json", json).await?)
    }
}

fn key(owner: UserId, task_id: TaskId) -> TransferKey {
    TransferKey {
        owner,
        task_id,
        file: TransferFile::State,
    }
}
