use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use catalog::index::{IndexFile, IndexFiles};
use catalog_index::{CURRENT, Limits, SCHEMA};
use cloud::{App, ListedFile};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::Error;
use serde_json::Value;
use work::schedule::{self, Counts, Rhythm, Schedule};
use work::{Worker, worker};

use crate::rebuilding::rebuild;

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

/// The time for which the files of an older form are kept after the last of them was written. While a release is deployed, and where
/// it is taken back, functions of the one before read and write them; its own rebuild writes them every night, so after a week without
/// a write nobody uses them.
const OLDER_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

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
    let listed = app.files().list(&IndexFiles).await?;
    let rebuilt = rebuild(app, limits).await?;
    let named = rebuilt.stored.index.manifest().files();
    let named: BTreeSet<&str> = named.map(|(name, _)| name).chain([CURRENT]).collect();
    let old = superfluous(listed, &named, app.now());
    app.files().delete_listed(&old).await?;
    Ok(Counts::of("products", rebuilt.products)
        .and("differing", rebuilt.differing)
        .and("removed_files", old.len()))
}

/// The files that can go, where the current index consists of these. Those of a newer form are not this release's business.
fn superfluous(
    mut listed: Vec<ListedFile>,
    named: &BTreeSet<&str>,
    now: Timestamp,
) -> Vec<ListedFile> {
    let mut last_written = BTreeMap::new();
    for file in &listed {
        if let Some(IndexFile { schema, .. }) = IndexFile::of(&file.key) {
            let last = last_written.entry(schema).or_insert(file.written_at);
            *last = file.written_at.max(*last);
        }
    }
    let is_over = |written_at, kept| written_at < now - kept;
    listed.retain(|listed| {
        IndexFile::of(&listed.key).is_some_and(|file| match file.schema.cmp(&SCHEMA) {
            // Together: one that was written long ago may be named by a manifest that is written every day.
            Ordering::Less => is_over(last_written[&file.schema], OLDER_KEPT),
            Ordering::Equal => is_over(listed.written_at, KEPT) && !named.contains(file.name),
            Ordering::Greater => false,
        })
    });
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of files with these ages in hours, those that can go where `current` and `named` are the index.
    fn gone(files: &[(u32, &'static str, i64)]) -> Vec<String> {
        let now = Timestamp::UNIX_EPOCH;
        let listed = files.iter().map(|(schema, name, age)| ListedFile {
            key: IndexFile {
                schema: *schema,
                name,
            }
            .to_string(),
            written_at: now - SignedDuration::from_hours(*age),
        });
        let named = BTreeSet::from([CURRENT, "named"]);
        let gone = superfluous(listed.collect(), &named, now).into_iter();
        gone.map(|file| file.key).collect()
    }

    #[test]
    fn what_nobody_names_goes_after_an_hour() {
        let files = [
            (SCHEMA, CURRENT, 2),
            (SCHEMA, "named", 2),
            (SCHEMA, "left", 1),
            (SCHEMA, "left-longer", 2),
        ];
        assert_eq!(gone(&files), [format!("index/v{SCHEMA}/left-longer")]);
    }

    #[test]
    fn an_older_form_goes_whole_a_week_after_its_last_write() {
        let older = SCHEMA - 1;
        let files = |age| [(older, CURRENT, age), (older, "named", 1_000)];
        assert!(gone(&files(7 * 24)).is_empty());
        let whole = [CURRENT, "named"].map(|name| format!("index/v{older}/{name}"));
        assert_eq!(gone(&files(7 * 24 + 1)), whole);
    }

    #[test]
    fn what_is_of_a_newer_form_or_of_none_stays() {
        assert!(gone(&[(SCHEMA + 1, "left", 10_000)]).is_empty());
        let stranger = ListedFile {
            key: "index/notes".to_owned(),
            written_at: Timestamp::UNIX_EPOCH,
        };
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(10_000);
        assert!(superfluous(vec![stranger], &BTreeSet::new(), now).is_empty());
    }
}
