//! Every limit and every curve has its row in the one table of `docs/SECURITY.md`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of what is deployed: `functions/*/src`, `shared/*/src`.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for group in ["functions", "shared"] {
        for member in fs::read_dir(root.join(group)).unwrap() {
            let folder = member.unwrap().path().join("src");
            // An area's folder has none: its crates have.
            if folder.is_dir() {
                collect(folder, &mut found);
            }
        }
    }
    found
}

fn collect(folder: PathBuf, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// What stands in the quotes that follow some words, wherever they do.
fn quoted_after<'a>(text: &'a str, words: &str) -> Vec<&'a str> {
    let rests = text.split(words).skip(1);
    rests.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_limit_has_its_row_in_the_table() {
    let table =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SECURITY.md"))
            .unwrap();
    let mut seen = 0;
    for source in sources() {
        let mut names = quoted_after(&source, "= Limit {\n    name: \"");
        names.extend(quoted_after(&source, "= Limit {\n        name: \""));
        // None is overlooked because it is written in another way.
        assert_eq!(
            names.len(),
            source.matches("= Limit {").count(),
            "{names:?}"
        );
        // What takes tries of a proof names it in a constant.
        if source.contains("limiter.try_of(") {
            let proofs = quoted_after(&source, ": &str = \"");
            assert!(!proofs.is_empty());
            names.extend(proofs);
        }

        seen += names.len();
        for name in names {
            assert!(table.contains(&format!("`{name}`")), "no row for {name}");
        }
    }
    assert!(seen >= 20, "{seen}");
}
