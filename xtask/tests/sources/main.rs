//! Rules of the house that are read from its sources, so that no program of the product has to be built for them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod abuse;
mod access_patterns;
mod arrows;
mod declared;
mod mails;
mod settings;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().unwrap()
}

/// Every Rust file below a folder, by its path from the root.
fn rust_files(folder: &str) -> BTreeMap<String, String> {
    fn collect(folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&root().join(folder), &mut found);
    found
}

/// The `src` of every crate below a folder, tests beside the code included.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let mut files = rust_files(folder);
    files.retain(|path, _| path.contains("/src/"));
    assert!(files.len() > 40, "{} are below {folder}", files.len());
    files
}

/// A source without its comments.
fn code(source: &str) -> String {
    let lines = source.lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}
