//! Where things are: the workspace, and the folder of each local stack.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root folder and what hangs off it.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace this command was started from.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets it for `cargo run`; the compiled-in path is for a binary started by hand.
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .parent()
            .context("the xtask package has no parent folder")?
            .to_path_buf();
        Ok(Self { root })
    }

    /// The root of the repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// The virtual environments of the tools.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/tools")
    }

    /// What the areas' templates name as the functions' code.
    pub(crate) fn lambda(&self) -> PathBuf {
        self.root.join("target/lambda")
    }

    /// The folder of one local stack: `local` is `up`'s, `test` is the tests'.
    pub(crate) fn home(&self, name: &str) -> Home {
        Home {
            folder: self.root.join("target").join(name),
        }
    }

    /// A path as people type it: from the root, where it lies below it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

/// The folder of one local stack.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    folder: PathBuf,
}

impl Home {
    /// The folder as a path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the emulator keeps over a restart.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// The description others read: `stack.json`.
    pub(crate) fn stack_file(&self) -> PathBuf {
        self.folder.join("stack.json")
    }
}
