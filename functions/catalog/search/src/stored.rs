//! The index as it lies in the bucket.

use std::collections::BTreeMap;
use std::time::Duration;

use catalog::index::IndexFile;
use catalog_index::{CURRENT, Index, IndexError, Manifest, SCHEMA, Written};
use cloud::{Fetched, FileError, Files};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use rustix::time::{ClockId, clock_gettime};

/// The files that are read or written at a time.
const AT_ONCE: usize = 8;

/// An index that is loaded, and the entity tag of the manifest that names its files.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) index: Index,
    pub(crate) etag: String,
}

/// What is found in the bucket.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is what it was.
    Same,
    /// It is another.
    New(Box<Stored>),
    /// There is no manifest.
    Missing,
    /// The manifest, or a file that it names, is missing or not what was written.
    Damaged {
        /// The entity tag of the manifest.
        etag: String,
        /// What is wrong.
        error: IndexError,
    },
}

/// Loads the index, unless it is still the one that is held. What is held of it is not read again.
///
/// The files of a manifest may be gone because another took its place and they were removed since. So what seems damaged is looked
/// at again as long as there are others.
pub(crate) async fn load(files: &Files<'_>, held: Option<&Stored>) -> Result<Found, FileError> {
    let mut known = held.map(|held| held.etag.clone());
    let mut damage = None;
    loop {
        let current = file(CURRENT);
        match files.get_if_changed(&current, known.as_deref()).await? {
            Fetched::Missing => return Ok(Found::Missing),
            Fetched::Same => {
                let found = damage.map(|(etag, error)| Found::Damaged { etag, error });
                return Ok(found.unwrap_or(Found::Same));
            }
            Fetched::New { bytes, etag } => match open(files, held, &bytes).await? {
                Ok(index) => return Ok(Found::New(Box::new(Stored { index, etag }))),
                Err(error) => {
                    known = Some(etag.clone());
                    damage = Some((etag, error));
                }
            },
        }
    }
}

/// Loads what a manifest names.
async fn open(
    files: &Files<'_>,
    held: Option<&Stored>,
    manifest: &[u8],
) -> Result<Result<Index, IndexError>, FileError> {
    let manifest = match Manifest::parse(manifest) {
        Ok(manifest) => manifest,
        Err(error) => return Ok(Err(error)),
    };
    let empty = Index::empty();
    let base = held.map_or(&empty, |held| &held.index);
    let lacking: Vec<String> = base
        .lacking(&manifest)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let began = cpu_time();
    let read = lacking.into_iter().map(|name| async move {
        let bytes = files.get(&file(&name)).await?;
        Ok::<_, FileError>(bytes.map(|bytes| (name, bytes)))
    });
    let read = stream::iter(read).buffer_unordered(AT_ONCE);
    let read: Vec<_> = read.try_collect().await?;
    let contents: BTreeMap<String, Vec<u8>> = read.into_iter().flatten().collect();

    let (count, octets) = (
        contents.len(),
        contents.values().map(Vec::len).sum::<usize>(),
    );
    let downloaded = cpu_time();
    let opened = base.reload(manifest, contents);
    tracing::info!(
        files = count,
        octets,
        download_cpu_us = micros(downloaded.saturating_sub(began)),
        open_cpu_us = micros(cpu_time().saturating_sub(downloaded)),
        "the index was loaded"
    );
    Ok(opened)
}

/// The processor time that this process has taken so far.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Writes a change of the index in place of the one that has this entity tag, or where there is none. Gives the new tag; `None` if
/// another was faster. New files come first, so that a manifest never names what is not there.
pub(crate) async fn save(
    files: &Files<'_>,
    written: &Written,
    before: Option<&str>,
) -> Result<Option<String>, FileError> {
    let put = written.new_files.clone().into_iter().map(|new| async move {
        let bytes = new.bytes().to_vec();
        let key = file(new.name());
        files.put(&key, "application/octet-stream", bytes).await
    });
    let put = stream::iter(put).buffer_unordered(AT_ONCE);
    put.try_collect::<()>().await?;
    let manifest = written.index.manifest().to_bytes();
    let current = file(CURRENT);
    files
        .put_if(&current, "application/json", manifest, before)
        .await
}

/// A file of the index, by its name.
pub(crate) fn file(name: &str) -> IndexFile<'_> {
    IndexFile {
        schema: SCHEMA,
        name,
    }
}
