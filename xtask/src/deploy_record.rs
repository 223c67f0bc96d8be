//! What was deployed, remembered to tell what has changed since.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::tools::hex;
use crate::workspace::{Home, Workspace};

/// What was deployed, kept beside the emulator's state.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The fingerprint of the template and its settings.
    pub(crate) template: String,
    /// The code of each function, by the function's name in AWS.
    pub(crate) functions: BTreeMap<String, Code>,
}

/// The binary that a function's code came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    /// What identifies the code to Lambda.
    pub(crate) deployed: String,
    /// The fingerprint of the binary it holds.
    pub(crate) binary: String,
}

impl Record {
    /// The record of the stack in a folder; without one, nothing is known to be deployed.
    pub(crate) fn read(home: &Home) -> Self {
        std::fs::read(file(home))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Keep it for the next time.
    pub(crate) fn write(&self, home: &Home) -> Result<()> {
        std::fs::write(file(home), serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }
}

/// The file, next to the emulator's state, to be forgotten with it.
fn file(home: &Home) -> PathBuf {
    home.state().join("deployed.json")
}

/// The fingerprint of some files.
pub(crate) fn hash_of(workspace: &Workspace, files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(workspace.shown(file));
        hash.update(
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?,
        );
    }
    Ok(hex(&hash.finalize()))
}
