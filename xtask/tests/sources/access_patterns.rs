//! The tables of access patterns in an area's page, and in the page of `shared/`, name every method that asks DynamoDB, and
//! none that is not there.

use std::collections::BTreeSet;
use std::fs;

use crate::{root, rust_files};

/// What asks DynamoDB for whoever says what: it serves every access pattern and is none.
const ENGINE: [&str; 8] = [
    "shared/store/src/attempts.rs",
    "shared/store/src/batch.rs",
    "shared/store/src/count.rs",
    "shared/store/src/item.rs",
    "shared/store/src/listing.rs",
    "shared/store/src/query.rs",
    "shared/store/src/transaction.rs",
    "shared/store/src/update.rs",
];

/// Each page with the folders of the sources that it describes: that of every area with a model, and that of `shared/`.
fn pages() -> Vec<(String, Vec<String>)> {
    let areas = fs::read_dir(root().join("functions")).unwrap();
    let areas = areas.map(|area| area.unwrap().file_name());
    let areas = areas.map(|area| format!("functions/{}", area.display()));
    let mut pages: Vec<_> = areas
        .map(|area| {
            (
                format!("{area}/README.md"),
                vec![format!("{area}/model/src")],
            )
        })
        .filter(|(_, sources)| root().join(&sources[0]).is_dir())
        .collect();
    let engine = ["shared/store/src", "shared/identity/src"];
    let engine = engine.map(str::to_owned);
    pages.push(("shared/README.md".to_owned(), engine.into()));
    pages
}

/// What stands before the first character that cannot be in a name.
fn name(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Every public function that waits for something: `Users.lookup` for a method, its bare name for one of no type.
fn methods(folders: &[String]) -> BTreeSet<String> {
    let mut methods = BTreeSet::new();
    let files = folders.iter().flat_map(|folder| rust_files(folder));
    for (_, source) in files.filter(|(path, _)| !ENGINE.contains(&path.as_str())) {
        let mut entity = None;
        for line in source.lines() {
            let of = line
                .strip_prefix("impl ")
                .or_else(|| line.strip_prefix("impl<'a> "));
            if let Some(of) = of {
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
fn documented(page: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
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
            "{page}: missing: {missing:?}, stale: {stale:?}"
        );
        all.append(&mut methods);
    }

    for known in ["Users.lookup", "Me.look_up", "Tasks.claim", "identify"] {
        assert!(all.contains(known), "{known}");
    }
}
