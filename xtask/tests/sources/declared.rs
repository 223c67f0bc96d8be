//! Every limit and every error code is declared by the endpoint whose file has it, and what is counted otherwise has its
//! row in the table of `docs/SECURITY.md`. That an endpoint gives no other ones is what the envelope asserts in every
//! test that calls it.

use std::fs;

use crate::{root, sources};

/// The sources of what is deployed, by their paths.
fn deployed() -> impl Iterator<Item = (String, String)> {
    let groups = ["functions", "shared"].into_iter();
    groups.flat_map(sources)
}

/// What stands in the quotes that follow some words, wherever they do.
fn quoted_after<'a>(text: &'a str, words: &str) -> Vec<&'a str> {
    let rests = text.split(words).skip(1);
    rests.filter_map(|rest| rest.split('"').next()).collect()
}

/// The constants of a type that a source declares.
fn constants<'a>(source: &'a str, kind: &str) -> Vec<&'a str> {
    let ends = format!(": {kind} =");
    let before = source.split(&ends).collect::<Vec<_>>();
    let declared = before.iter().take(before.len() - 1);
    let names = declared.filter_map(|text| text.rsplit("const ").next());
    names
        .filter(|name| {
            name.chars()
                .all(|c| c.is_ascii_uppercase() || "_0123456789".contains(c))
        })
        .collect()
}

/// The words of the list that a source's `ENDPOINT` gives to a method; none if it does not call it.
fn declared<'a>(source: &'a str, method: &str) -> Option<Vec<&'a str>> {
    let (_, declaration) = source.split_once("pub const ENDPOINT: Endpoint =")?;
    let (declaration, _) = declaration.split_once(';')?;
    let list = declaration.split_once(&format!(".{method}(&["));
    let list = list.and_then(|(_, rest)| rest.split_once(']'));
    let list = list.map_or("", |(list, _)| list);
    Some(list.split(',').map(str::trim).collect())
}

#[test]
fn an_endpoint_declares_the_limits_of_its_file() {
    let mut seen = 0;
    for (path, source) in deployed() {
        let Some(limits) = declared(&source, "limited") else {
            continue;
        };
        for limit in constants(&source, "Limit") {
            assert!(limits.contains(&limit), "{path}: {limit}");
            seen += 1;
        }
        // None is overlooked because it is written in another way.
        let made = source.matches("Limit {").count();
        assert_eq!(made, constants(&source, "Limit").len(), "{path}");
    }
    assert!(seen >= 20, "{seen}");
}

#[test]
fn an_endpoint_declares_the_error_codes_that_its_file_names() {
    let sources: Vec<_> = deployed().collect();
    let shared: Vec<&str> = sources
        .iter()
        // Those of all endpoints are declared there.
        .filter(|(path, _)| !path.ends_with("api/src/error_code.rs"))
        .filter(|(_, source)| declared(source, "refusing").is_none())
        .flat_map(|(_, source)| constants(source, "ErrorCode"))
        .collect();
    let mut seen = 0;
    for (path, source) in &sources {
        let Some(refusals) = declared(source, "refusing") else {
            continue;
        };
        let own = constants(source, "ErrorCode");
        let is_named = |code: &&&str| {
            let mut words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.any(|word| word == **code)
        };
        for code in own.iter().chain(shared.iter().filter(is_named)) {
            assert!(refusals.contains(code), "{path}: {code}");
            seen += 1;
        }
    }
    assert!(seen >= 35, "{seen}");
}

#[test]
fn what_no_endpoint_declares_has_its_row_in_the_table() {
    let table = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let mut seen = 0;
    for (_, source) in deployed() {
        let mut names = Vec::new();
        if declared(&source, "limited").is_none() {
            names.extend(quoted_after(&source, "= Limit {\n    name: \""));
            names.extend(quoted_after(&source, "= Limit {\n        name: \""));
            // None is overlooked because it is written in another way.
            assert_eq!(
                names.len(),
                source.matches("= Limit {").count(),
                "{names:?}"
            );
        }
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
    assert!(seen >= 5, "{seen}");
}
