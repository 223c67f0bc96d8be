//! Who runs a stack: a lock that the system releases when its holder dies, however it dies.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};

use anyhow::{Context, Result};

use crate::workspace::Home;

/// The right to run a stack in a folder.
pub(crate) struct Lock {
    _file: File,
}

/// The answer to `claim`.
pub(crate) enum Claim {
    /// The lock is ours.
    Ours(Lock),
    /// Another process has it; its id, if it could be read.
    Taken(Option<i32>),
}

/// Try to take the lock of a folder.
pub(crate) fn claim(home: &Home) -> Result<Claim> {
    std::fs::create_dir_all(home.folder())?;
    let path = home.file("lock");
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.rewind()?;
            write!(file, "{}", std::process::id())?;
            Ok(Claim::Ours(Lock { _file: file }))
        }
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok(Claim::Taken(text.trim().parse().ok()))
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}
