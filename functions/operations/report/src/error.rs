//! What can go wrong.

use std::io;
use std::path::PathBuf;

use krilla::error::KrillaError;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A font file is missing or broken: the files of `fonts/` were not packaged.
    #[error("read the font {path}")]
    Font {
        /// The file.
        path: PathBuf,
        /// What was wrong with it.
        #[source]
        source: io::Error,
    },
    /// A table has no column, or more than a page has room for.
    #[error("a table has 1 to 16 columns, not {found}")]
    Columns {
        /// The columns of the table.
        found: usize,
    },
    /// A row has not a cell for every column.
    #[error("a row has {found} cells for {expected} columns")]
    Cells {
        /// The cells of the row.
        found: usize,
        /// The columns of the table.
        expected: usize,
    },
    /// A row came before the heading of its table.
    #[error("a row belongs to no table")]
    NoTable,
    /// A CSV file could not be written.
    #[error("write a CSV file")]
    Csv(#[source] csv::Error),
    /// A PDF file could not be made.
    #[error("make a PDF file")]
    Pdf(#[source] KrillaError),
}
