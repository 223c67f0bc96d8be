//! What can go wrong with an index.

use tantivy::TantivyError;
use thiserror::Error;

/// The reason why an index cannot be read or written.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The manifest is of another release, whose files this one does not read. The index is rebuilt under its own prefix.
    #[error(
        "the index is of schema {found}, and this release reads schema {}",
        crate::SCHEMA
    )]
    UnknownSchema {
        /// The schema that the manifest names.
        found: u32,
    },
    /// A file is missing, or is not what was written. It can be read again; a rebuild replaces it.
    #[error("{file} of the index is missing or not what was written")]
    Corrupt {
        /// The file's name, or [`crate::CURRENT`] for the manifest.
        file: String,
    },
    /// The library beneath refused what cannot be refused: a fault of this crate.
    #[error("reading or writing the index failed")]
    Engine(#[from] TantivyError),
}

impl IndexError {
    /// A file is not what was written.
    pub(crate) fn corrupt(file: &str) -> Self {
        Self::Corrupt {
            file: file.to_owned(),
        }
    }
}

impl From<std::io::Error> for IndexError {
    fn from(error: std::io::Error) -> Self {
        Self::Engine(error.into())
    }
}
