//! What a function reads of the settings it has checked when it started: each section that code of the areas asks the App
//! for is in the list that the crate's functions start with. A section that is not would be read at a request, which would
//! fail where the function should not have started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use quote::ToTokens as _;
use syn::{Item, UseTree};

use crate::{code, root, sources};

/// A section of settings: the crate that declares it, and its name. The name alone would not do, as several crates have
/// `Settings`.
type Section = (String, String);

/// A Rust file of an area.
struct Source {
    /// Its path from the root.
    path: String,
    /// The name that other crates know its crate by.
    package: String,
    /// Its text without comments.
    code: String,
    items: Vec<Item>,
}

/// What a crate checks: sections, and what other crates check.
struct List {
    sections: Vec<Section>,
    crates: Vec<String>,
}

impl Source {
    fn of((path, text): (String, String)) -> Self {
        let (folder, _) = path.split_once("/src/").unwrap();
        let manifest = root().join(folder).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        let (_, name) = manifest.split_once("name = \"").unwrap();
        let (name, _) = name.split_once('"').unwrap();
        Self {
            package: name.replace('-', "_"),
            code: code(&text),
            items: syn::parse_file(&text).unwrap().items,
            path,
        }
    }

    /// The area that the file is of, or the crate beside the areas.
    fn area(&self) -> &str {
        self.path.split('/').nth(1).unwrap()
    }

    /// Whether all crates of the area may call it: it is of the model, or of what its endpoints share.
    fn is_shared(&self) -> bool {
        let folder = self.path.split('/').nth(2);
        folder.is_some_and(|folder| ["model", "proofs"].contains(&folder))
    }

    /// Whether it runs when a job is done.
    fn is_run_by_workers(&self) -> bool {
        let parts = ["/model/", "/src/jobs", "/src/mails"];
        parts.iter().any(|part| self.path.contains(part))
    }

    /// The sections in angle brackets after a word, wherever it stands in some code of this file.
    fn sections(&self, code: &str, word: &str) -> Vec<Section> {
        let names = self.names();
        let bracket = format!("{word}::<");
        let rests = code.split(&bracket).skip(1);
        let paths = rests.map(|rest| rest.split('>').next().unwrap().trim());
        paths.map(|path| self.resolve(path, &names)).collect()
    }

    /// The section that a path leads to. What no `use` explains is taken for the name of a crate.
    fn resolve(&self, path: &str, names: &BTreeMap<String, String>) -> Section {
        let (first, rest) = path.split_at(path.find("::").unwrap_or(path.len()));
        let known = names.get(first);
        let whole = known.map_or(path.to_owned(), |of| of.clone() + rest);
        let parts: Vec<&str> = whole.split("::").collect();
        assert!(parts.len() > 1, "{}: what is {path}?", self.path);
        let of = match parts[0] {
            "crate" | "self" | "super" => self.package.as_str(),
            other => other,
        };
        (of.to_owned(), parts[parts.len() - 1].to_owned())
    }

    /// What the names stand for that the file uses or declares.
    fn names(&self) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        for item in &self.items {
            match item {
                Item::Use(item) => imported(&item.tree, "", &mut names),
                Item::Struct(item) => {
                    let name = item.ident.to_string();
                    names.insert(name.clone(), format!("crate::{name}"));
                }
                _ => {}
            }
        }
        names
    }

    /// The list of the file, if it has one: a constant, or the function that puts it together.
    fn list(&self) -> Option<List> {
        let written = self.items.iter().find_map(|item| match item {
            Item::Const(item) if item.ident == "SETTINGS" => Some(item.expr.to_token_stream()),
            Item::Fn(item) if item.sig.ident == "settings" => Some(item.block.to_token_stream()),
            _ => None,
        });
        let written = written?.to_string().replace(' ', "");
        let mut others: Vec<&str> = written.split("::SETTINGS").collect();
        others.pop();
        let is_apart = |character: char| !character.is_alphanumeric() && character != '_';
        let others = others.iter().map(|text| text.rsplit(is_apart).next());
        Some(List {
            sections: self.sections(&written, "check"),
            crates: others.map(|name| name.unwrap().to_owned()).collect(),
        })
    }
}

/// Adds the names that a `use` brings, each with what it stands for.
fn imported(tree: &UseTree, before: &str, names: &mut BTreeMap<String, String>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, &format!("{before}{}::", path.ident), names),
        UseTree::Name(name) => {
            names.insert(name.ident.to_string(), format!("{before}{}", name.ident));
        }
        UseTree::Rename(name) => {
            names.insert(name.rename.to_string(), format!("{before}{}", name.ident));
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                imported(tree, before, names);
            }
        }
        UseTree::Glob(_) => {}
    }
}

/// The lists of all crates that have one, by their names.
fn lists(sources: &[Source]) -> BTreeMap<&str, List> {
    let roots = sources.iter();
    let roots = roots.filter(|source| source.path.ends_with("/src/lib.rs"));
    let lists = roots.filter_map(|source| Some((source.package.as_str(), source.list()?)));
    lists.collect()
}

/// All sections that a crate checks, those of the lists it takes over included.
fn checked<'a>(name: &str, lists: &'a BTreeMap<&str, List>) -> BTreeSet<&'a Section> {
    let list = lists.get(name);
    let list = list.unwrap_or_else(|| panic!("{name} has no list of settings"));
    let others = list.crates.iter().flat_map(|name| checked(name, lists));
    list.sections.iter().chain(others).collect()
}

/// The crates whose functions may run the code of a file.
fn readers<'a>(source: &'a Source, sources: &'a [Source]) -> BTreeSet<&'a str> {
    let mut readers = BTreeSet::new();
    if source.is_shared() {
        let area = sources.iter().filter(|one| one.area() == source.area());
        let programs = area.filter(|one| one.path.ends_with("/src/main.rs"));
        readers.extend(programs.map(|one| one.package.as_str()));
    } else if !source.is_run_by_workers() {
        readers.insert(source.package.as_str());
    }
    if source.is_run_by_workers() {
        readers.insert("workers");
    }
    readers
}

#[test]
fn a_function_checks_every_section_that_its_code_reads() {
    let sources: Vec<Source> = sources("functions").into_iter().map(Source::of).collect();
    let lists = lists(&sources);
    assert!(lists.len() >= 9, "{:?}", lists.keys());

    let mut seen = 0;
    for source in &sources {
        let read = source.sections(&source.code, ".section");
        // None is overlooked because its type is left to be inferred.
        let asked = source.code.matches(".section").count();
        assert_eq!(read.len(), asked, "{}: name the section", source.path);

        for section in &read {
            for reader in readers(source, &sources) {
                assert!(
                    checked(reader, &lists).contains(section),
                    "{} reads {section:?}, which {reader} does not check when it starts",
                    source.path
                );
            }
        }
        seen += read.len();
    }
    assert!(seen >= 15, "{seen}");
}

#[test]
fn two_sections_of_one_name_are_told_apart() {
    let text = "
        use accounts::Settings;
        use mail::{Brand as Product, settings};
        const SETTINGS: &[Check] = &[
            check::<Settings>, check::<identity::Settings>, check::<settings::Settings>, check::<Product>,
            check::<crate::Own>, check::<Here>,
        ];
        struct Here;
    ";
    let source = Source {
        path: "functions/orders/baskets/src/lib.rs".to_owned(),
        package: "baskets".to_owned(),
        code: text.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };

    let expected = [
        ("accounts", "Settings"),
        ("identity", "Settings"),
        ("mail", "Settings"),
        ("mail", "Brand"),
        ("baskets", "Own"),
        ("baskets", "Here"),
    ];
    let expected = expected.map(|(of, name)| (of.to_owned(), name.to_owned()));
    assert_eq!(source.list().unwrap().sections, expected);
}

#[test]
fn a_list_that_takes_over_others_checks_what_they_do() {
    let section = |of: &str, name: &str| (of.to_owned(), name.to_owned());
    let list = |sections: Vec<Section>, crates: &[&str]| List {
        sections,
        crates: crates.iter().map(|&name| name.to_owned()).collect(),
    };
    let lists = BTreeMap::from([
        ("proofs", list(vec![section("accounts", "Settings")], &[])),
        ("auth", list(vec![], &["proofs"])),
        ("workers", list(vec![section("mail", "Brand")], &["auth"])),
    ]);

    let (own, taken_over) = (section("mail", "Brand"), section("accounts", "Settings"));
    let all = BTreeSet::from([&own, &taken_over]);
    assert_eq!(checked("workers", &lists), all);
    assert_eq!(checked("auth", &lists), BTreeSet::from([&taken_over]));
}
