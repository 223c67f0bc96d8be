//! One object a segment: the files that tantivy writes of it, one behind the other, and where each begins.
//!
//! A cold start is then one request a segment and not eight. Nothing is copied to read it: each file is a part of the buffer
//! that came from the network.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, OwnedBytes, RamDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// The file that names the others.
const META: &str = "meta.json";

/// The octets at the end that say how long the list of files before them is.
const TAIL: usize = 4;

/// Where files are in a pack, by their names.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Places(BTreeMap<PathBuf, Range<usize>>);

/// A pack that is read.
#[derive(Debug, Clone)]
pub(crate) struct Pack {
    bytes: OwnedBytes,
    places: Arc<Places>,
}

/// Packs the files of a directory with one segment.
pub(crate) fn pack(directory: &RamDirectory, index: &tantivy::Index) -> tantivy::Result<Vec<u8>> {
    let mut files = vec![PathBuf::from(META)];
    let possible = index.load_metas()?.list_segment_files().into_iter();
    files.extend(possible.filter(|path| directory.exists(path).unwrap_or(false)));
    files.sort();
    let mut packed = Vec::new();
    let mut places = Places::default();
    for path in files {
        let start = packed.len();
        packed.extend_from_slice(&directory.open_read(&path)?.read_bytes()?);
        places.0.insert(path, start..packed.len());
    }
    let list = serde_json::to_vec(&places).map_err(io::Error::from)?;
    let length = u32::try_from(list.len()).map_err(io::Error::other)?;
    packed.extend_from_slice(&list);
    packed.extend_from_slice(&length.to_le_bytes());
    Ok(packed)
}

impl Pack {
    /// Reads a pack; `None` if it is none.
    pub(crate) fn open(bytes: OwnedBytes) -> Option<Self> {
        let (rest, tail) = bytes.split_last_chunk::<TAIL>()?;
        let length = usize::try_from(u32::from_le_bytes(*tail)).ok()?;
        let list = rest.get(rest.len().checked_sub(length)?..)?;
        let places: Places = serde_json::from_slice(list).ok()?;
        let is_within = |range: &Range<usize>| range.start <= range.end && range.end <= rest.len();
        let places = places.0.values().all(is_within).then(|| Arc::new(places))?;
        Some(Self { bytes, places })
    }

    fn file(&self, path: &Path) -> Result<OwnedBytes, OpenReadError> {
        let place = self.places.0.get(path);
        let missing = || OpenReadError::FileDoesNotExist(path.to_owned());
        place
            .map(|place| self.bytes.slice(place.clone()))
            .ok_or_else(missing)
    }
}

/// Nothing is written to a pack, so nothing is locked or watched either.
impl Directory for Pack {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::FileDoesNotExist(path.to_owned()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.places.0.contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let error = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        Err(OpenWriteError::wrap_io_error(error, path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.file(path)?.to_vec())
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
