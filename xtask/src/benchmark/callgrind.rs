//! Counting instructions: a program is run under valgrind's callgrind.
//!
//! A count is of a whole process. What a part of it takes is the difference between a run with more of that part and one with
//! less: of two runs that are alike but for the number of calls, start-up, first calls and end are the same.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The tool, and where it writes its count.
pub(crate) struct Callgrind {
    valgrind: PathBuf,
    file: PathBuf,
}

impl Callgrind {
    /// The tool, where it is installed.
    pub(crate) fn find() -> Option<Self> {
        let name = format!("callgrind.{}", std::process::id());
        Some(Self {
            valgrind: find_program("valgrind")?,
            file: std::env::temp_dir().join(name),
        })
    }

    /// What stands before a command that is to be counted.
    pub(crate) fn command(&self) -> [OsString; 3] {
        [
            self.valgrind.clone().into(),
            "--tool=callgrind".into(),
            format!("--callgrind-out-file={}", self.file.display()).into(),
        ]
    }

    /// The number of instructions of the process that has just ended.
    pub(crate) fn count(&self) -> Result<u64> {
        let text = std::fs::read_to_string(&self.file)
            .context("valgrind wrote no count of instructions")?;
        std::fs::remove_file(&self.file)?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        let total = total.context("valgrind's count has no total")?;
        Ok(total.trim().parse()?)
    }
}

/// A program's whole path: a process without an environment has no search path.
fn find_program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path: &PathBuf| Path::is_file(path))
}
