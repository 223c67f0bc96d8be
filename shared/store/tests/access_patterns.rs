//! The table of access patterns in ARCHITECTURE.md names every method that asks DynamoDB, and none that is not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const ARCHITECTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ARCHITECTURE.md");

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What stands before the first character that cannot be in a name.
fn name(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    &text[..end.unwrap_or(text.len())]
}

/// What callers name an entity by: `users` for `Users`, by `pub fn users(&self) -> Users<'_>`.
fn accessors() -> BTreeMap<String, String> {
    let text = fs::read_to_string(format!("{SOURCES}/lib.rs")).unwrap();
    let accessors = text.lines().filter_map(|line| {
        let (accessor, rest) = line
            .trim()
            .strip_prefix("pub fn ")?
            .split_once("(&self) -> ")?;
        Some((name(rest).to_owned(), accessor.to_owned()))
    });
    accessors.collect()
}

/// What asks DynamoDB for whoever says what: it serves every access pattern and is none.
const ENGINE: [&str; 1] = ["update.rs"];

/// Every public method that waits for something, as callers name it; those of the engine aside.
fn methods() -> BTreeSet<String> {
    let accessors = accessors();
    let mut methods = BTreeSet::new();
    for path in sources(Path::new(SOURCES)) {
        if ENGINE.iter().any(|file| path.ends_with(file)) {
            continue;
        }
        let mut entity = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(of) = line.strip_prefix("impl ") {
                entity = accessors.get(name(of));
            } else if let Some(method) = line.trim().strip_prefix("pub async fn ") {
                methods.insert(full_name(entity, name(method)));
            }
        }
    }
    methods
}

fn full_name(entity: Option<&String>, method: &str) -> String {
    match entity {
        Some(entity) => format!("{entity}.{method}"),
        None => method.to_owned(),
    }
}

/// The methods that the table names. One without an entity is of that of the one before it.
fn documented() -> BTreeSet<String> {
    let text = fs::read_to_string(ARCHITECTURE).unwrap();
    let (_, section) = text.split_once("\n### Access patterns\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let mut methods = BTreeSet::new();
    for row in section.lines().filter(|line| line.starts_with("| ")) {
        let pattern = row.split(" | ").next().unwrap_or_default();
        let mut entity = None;
        for quoted in pattern.split('`').skip(1).step_by(2) {
            let method = match quoted.split_once('.') {
                Some((of, method)) => {
                    entity = Some(of.to_owned());
                    method
                }
                None => quoted,
            };
            methods.insert(full_name(entity.as_ref(), method));
        }
    }
    methods
}

#[test]
fn the_table_of_access_patterns_has_every_method_and_no_other() {
    let (methods, documented) = (methods(), documented());

    assert!(methods.contains("users.lookup") && methods.contains("ping"));
    let missing: Vec<_> = methods.difference(&documented).collect();
    let stale: Vec<_> = documented.difference(&methods).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "missing: {missing:?}, stale: {stale:?}"
    );
}
