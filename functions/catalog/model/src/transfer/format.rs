//! How a file with products is written.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Lines of fields with commas between, below the names of their columns (RFC 4180).
    Csv,
    /// Lines of JSON objects.
    Jsonl,
}

/// A text names no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter csv or jsonl.")]
pub struct UnknownFormat;

impl Format {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    /// What files of it are for whoever downloads them.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let mut all = [Self::Csv, Self::Jsonl].into_iter();
        all.find(|format| format.as_str() == text)
            .ok_or(UnknownFormat)
    }
}
