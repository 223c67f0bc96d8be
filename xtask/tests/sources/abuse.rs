//! The table of abuse tests says where each number is tried: a test of it has the number in its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::{root, rust_files};

/// Where there are tests.
const FOLDERS: [&str; 4] = ["functions", "shared", "tests", "xtask"];

/// What is tried in a file, as the numbers in the names of its tests.
fn numbers(source: &str) -> impl Iterator<Item = u32> {
    let names = source.split("fn abuse_").skip(1);
    names.filter_map(|rest| rest.get(..3)?.parse().ok())
}

/// A file as the table names it: `crate: file` and `deployed: file` where it has its place in the rule, else by its path.
fn place(path: &str) -> String {
    if let Some((folder, file)) = path.split_once("/tests/contract/") {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        return format!("{name}: {}", file.trim_end_matches(".rs"));
    }
    match path.strip_prefix("tests/deployed/") {
        Some(file) => format!("deployed: {}", file.trim_end_matches(".rs")),
        None => format!("`{path}`"),
    }
}

#[test]
fn the_table_of_abuse_tests_says_where_each_is() {
    let mut tried: BTreeMap<u32, BTreeSet<(bool, String)>> = BTreeMap::new();
    for (path, source) in FOLDERS.into_iter().flat_map(rust_files) {
        for number in numbers(&source) {
            let place = place(&path);
            // Paths come last.
            let places = tried.entry(number).or_default();
            places.insert((place.starts_with('`'), place));
        }
    }
    let page = fs::read_to_string(root().join("docs/TESTING.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split(" | ");
        let number = cells.next()?.trim().parse::<u32>().ok()?;
        Some((number, cells.nth(1)?.trim().to_owned()))
    };
    let rows: BTreeMap<u32, String> = page.lines().filter_map(row).collect();

    assert!(tried.len() > 60, "{tried:?}");
    for (number, places) in &tried {
        let places: Vec<&str> = places.iter().map(|(_, place)| place.as_str()).collect();
        let said = rows.get(number).map(String::as_str);
        assert_eq!(said, Some(&*places.join(", ")), "abuse test {number}");
    }
    assert!(rows.keys().eq(tried.keys()));
}
