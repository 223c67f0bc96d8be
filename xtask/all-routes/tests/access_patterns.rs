//! The tables of access patterns in an area's page, and in the page of `shared/`, name every method that asks DynamoDB, and
//! none that is not there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What asks DynamoDB for whoever says what: it serves every access pattern and is none.
const ENGINE: [&str; 6] = [
    "store/src/batch.rs",
    "store/src/item.rs",
    "store/src/listing.rs",
    "store/src/query.rs",
    "store/src/transaction.rs",
    "store/src/update.rs",
];

/// Each page with the folders of the sources that it describes: that of every area with a model, and that of `shared/`.
fn pages() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let areas = fs::read_dir(root.join("functions")).unwrap();
    let areas = areas.map(|area| area.unwrap().path());
    let mut pages: Vec<_> = areas
        .map(|area| (area.join("README.md"), vec![area.join("model/src")]))
        .filter(|(_, sources)| sources[0].is_dir())
        .collect();
    let shared = root.join("shared");
    let engine = ["store/src", "identity/src"].map(|folder| shared.join(folder));
    pages.push((shared.join("README.md"), engine.into()));
    pages
}

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

/// Every public function that waits for something: `Users.lookup` for a method, its bare name for one of no type.
fn methods(folders: &[PathBuf]) -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    let paths = folders.iter().flat_map(|folder| sources(folder));
    for path in paths.filter(|path| !ENGINE.iter().any(|file| path.ends_with(file))) {
        let mut entity = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(of) = line.strip_prefix("impl ") {
                entity = Some(name(of).to_owned());
            } else if let Some(function) = line.strip_prefix("pub async fn ") {
                methods.insert(name(function).to_owned());
            } else if let Some(method) = line.trim().strip_prefix("pub async fn ") {
                methods.insert(full_name(entity.as_ref(), name(method)));
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

/// The methods that the tables name. One without an entity is of that of the one before it in its row.
fn documented(page: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(page).unwrap();
    let (_, section) = text.split_once("\n## Access patterns\n").unwrap();
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
fn the_tables_of_access_patterns_have_every_method_and_no_other() {
    let mut all = BTreeSet::new();
    for (page, folders) in pages() {
        let (mut methods, documented) = (methods(&folders), documented(&page));

        let missing: Vec<_> = methods.difference(&documented).collect();
        let stale: Vec<_> = documented.difference(&methods).collect();
        assert!(
            missing.is_empty() && stale.is_empty(),
            "{}: missing: {missing:?}, stale: {stale:?}",
            page.display()
        );
        all.append(&mut methods);
    }

    for known in ["Users.lookup", "Me.look_up", "Tasks.claim", "identify"] {
        assert!(all.contains(known), "{known}");
    }
}
