//! One step after the other, until all of a file is read.

use std::time::Duration;

use catalog::jobs::ImportProducts;
use catalog::transfer::{Format, UploadKey};
use cloud::App;
use jiff::SignedDuration;
use kernel::id::UserId;
use serde_json::{Value, json};
use work::{Assigned, Context, Done, Failure};

use super::read::{self, Row, Rows, Unreadable};
use super::refused::{Refused, RefusedFile};
use super::state::State;
use super::work::{Importer, Outcome};
use crate::owner::owner_of;
use crate::record::Column;

/// The bytes that are read at once.
const STRETCH: u64 = 256 * 1024;

/// The time without which a run begins no other step: one takes some twelve seconds, and more where others are in its way.
const LEAST_TIME: Duration = Duration::from_secs(30);

/// What spreadsheets put before a file in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Makes the catalogue as a file says. Each step can be done again: what is as its row says is not written.
pub(crate) async fn import_products(
    context: Context,
    task: Assigned<ImportProducts>,
) -> Result<Done, Failure> {
    let app = &context.app;
    let owner = owner_of(app, task.run.task()).await?;
    let import = Import {
        app,
        owner,
        task: &task,
        importer: Importer::new(app, owner, task.id),
        refused: RefusedFile {
            app,
            owner,
            task_id: task.id,
            format: task.input.format,
        },
    };
    let mut state = match State::load(app, owner, task.id).await? {
        Some(state) => state,
        None => import.begin().await?,
    };
    while state.offset < state.total {
        state = import.step(state).await?;
        state.save(app, owner, task.id).await?;
        // Says that it goes on, and hears that it is not to.
        task.run.tell(state.offset, state.total).await?;
        owner_of(app, task.run.task()).await?;
        if state.offset < state.total && task.run.time_left() < LEAST_TIME {
            let reason = "the rest is for the next run".to_owned();
            return Err(Failure::Deferred(reason, SignedDuration::ZERO));
        }
    }
    import.finish(&state).await
}

/// An import, as long as a run of it lasts.
struct Import<'a> {
    app: &'a App,
    owner: UserId,
    task: &'a Assigned<ImportProducts>,
    importer: Importer<'a>,
    refused: RefusedFile<'a>,
}

impl Import<'_> {
    /// The state of an import of which nothing is done.
    async fn begin(&self) -> Result<State, Failure> {
        let (files, upload) = (self.app.files(), self.upload());
        let there = files.get_stretch(&upload, 0..1, None).await?;
        let there = there.ok_or_else(gone)?;
        if there.bytes.is_empty() {
            return Err(Failure::Permanent("The file is empty.".to_owned()));
        }
        Ok(State {
            tag: there.tag,
            total: there.total,
            offset: 0,
            row: 0,
            columns: Vec::new(),
            counts: super::state::Counts::default(),
            listed: super::refused::Listed::default(),
        })
    }

    /// Does the next rows, and gives how far that is.
    async fn step(&self, mut state: State) -> Result<State, Failure> {
        let end = state.total.min(state.offset + STRETCH);
        let (files, upload) = (self.app.files(), self.upload());
        let (range, tag) = (state.offset..end, Some(&*state.tag));
        let stretch = files.get_stretch(&upload, range, tag).await?;
        let bytes = stretch.ok_or_else(gone)?.bytes;
        let rows = self
            .read(&mut state, &bytes, end)
            .map_err(|error| unreadable(&error))?;
        state.offset += rows.length as u64;
        state.row = rows.last;

        let done = self.importer.work(&rows.whole).await?;
        let mut refused = Vec::new();
        for (row, outcome) in &done {
            state.counts.rows += 1;
            match outcome {
                Ok(Outcome::Made) => state.counts.made += 1,
                Ok(Outcome::Changed) => state.counts.changed += 1,
                Ok(Outcome::Unchanged) => state.counts.unchanged += 1,
                Err(error) => {
                    state.counts.refused += 1;
                    refused.push(told(row, error));
                }
            }
        }
        state.listed = self.refused.add(state.listed, &refused).await?;
        Ok(state)
    }

    /// The rows of a stretch, behind the line of column names if it begins with that.
    fn read(&self, state: &mut State, bytes: &[u8], end: u64) -> Result<Rows, Unreadable> {
        let is_end = end == state.total;
        let mut skipped = 0;
        if state.offset == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            skipped += BYTE_ORDER_MARK.len();
        }
        let mut rows = match self.task.input.format {
            Format::Jsonl => read::jsonl(&bytes[skipped..], is_end, state.row)?,
            Format::Csv => {
                if state.columns.is_empty() {
                    let (columns, length) = read::columns(&bytes[skipped..], is_end)?;
                    skipped += length;
                    state.row = 1;
                    state.columns = columns.iter().map(|it| it.name.to_owned()).collect();
                }
                let columns = state.columns.iter();
                let columns: Vec<_> = columns.filter_map(|name| Column::named(name)).collect();
                read::csv(&bytes[skipped..], is_end, &columns, state.row)?
            }
        };
        rows.length += skipped;
        Ok(rows)
    }

    /// Writes the file of what was refused, and says what came of all.
    async fn finish(&self, state: &State) -> Result<Done, Failure> {
        let length = self.refused.finish(state.listed).await?;
        let result: Value = json!({
            "rows": state.counts.rows,
            "made": state.counts.made,
            "changed": state.counts.changed,
            "unchanged": state.counts.unchanged,
            "refused": state.counts.refused,
            "listed": state.listed.rows,
            "bytes": length,
        });
        Ok(Done::with(result))
    }

    fn upload(&self) -> UploadKey {
        UploadKey {
            owner: self.owner,
            id: self.task.input.upload_id,
        }
    }
}

fn told<'a>(row: &'a Row, error: &'a api::ApiError) -> Refused<'a> {
    let said = row.said.as_ref().ok();
    let name = said.and_then(|said| said.fields.text(said.record.key()));
    Refused {
        number: row.number,
        record: said.map(|said| said.record),
        name: name.unwrap_or_default(),
        error,
    }
}

fn gone() -> Failure {
    Failure::Permanent("The file that was uploaded is gone, or was replaced.".to_owned())
}

fn unreadable(error: &Unreadable) -> Failure {
    Failure::Permanent(error.to_string())
}
