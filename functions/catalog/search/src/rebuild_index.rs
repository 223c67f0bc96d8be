use std::collections::BTreeSet;

use catalog::index::IndexFolder;
use catalog_index::{CURRENT, Limits, SCHEMA};
use cloud::{App, ListedFile};
use jiff::SignedDuration;
use lambda_runtime::Error;
use serde_json::Value;
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

use crate::rebuilding::{Rebuilt, rebuild};
use crate::stored::file;

pub const WORKER: Worker = worker!(rebuild_index).checking(schedule::CHECKS);

pub const SCHEDULE: Schedule = Schedule {
    name: "rebuild_index",
    rhythm: Rhythm::Daily {
        hour: 3,
        minute: 40,
    },
    about: "Makes the index of products anew from the table, and removes files that it has no more",
};

/// The age from which a file goes that no manifest names: whoever has read the manifest that named it is done with it by then, and
/// whoever has put it and not named it yet, too.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Makes the index of products anew from the table. Whatever was wrong with it is right then.
///
/// For a hundred thousand products it takes a minute or two of its fifteen. Broken off, it has changed nothing: the index stays as
/// it was, and the files that were put are removed by the next run.
pub async fn rebuild_index(app: App, event: Value) -> Result<(), Error> {
    rebuild_within(&app, &event, &Limits::default()).await
}

/// The same, for an index of these bounds.
///
/// # Errors
/// A service failed; Lambda then calls again.
pub async fn rebuild_within(app: &App, event: &Value, limits: &Limits) -> Result<(), Error> {
    schedule::run(app, &SCHEDULE, event, renew(app, limits)).await
}

async fn renew(app: &App, limits: &Limits) -> Result<Counts, Error> {
    // Listed first: what is written from now on is none of this run's business.
    let listed = app.files().list(&IndexFolder { schema: SCHEMA }).await?;
    let rebuilt = rebuild(app, limits).await?;
    let old = superfluous(app, listed, &rebuilt);
    app.files().delete_listed(&old).await?;
    Ok(Counts::of("products", rebuilt.products)
        .and("differing", rebuilt.differing)
        .and("removed_files", old.len()))
}

/// The files that can go.
fn superfluous(app: &App, mut listed: Vec<ListedFile>, rebuilt: &Rebuilt) -> Vec<ListedFile> {
    let files = rebuilt.stored.index.manifest().files();
    let files = files.map(|(name, _)| name).chain([CURRENT]);
    let kept: BTreeSet<String> = files.map(|name| file(name).to_string()).collect();
    let until = app.now() - KEPT;
    listed.retain(|file| file.written_at < until && !kept.contains(&file.key));
    listed
}
