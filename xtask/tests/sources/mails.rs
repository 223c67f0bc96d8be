//! Every mail has its three templates in every language.
//!
//! What a crate binds by `templates!` is there, or the crate does not compile. This says of all mails at once which language
//! is missing, and finds what nobody binds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// What a mail consists of.
const PARTS: [&str; 3] = ["body.html", "body.txt", "subject.txt"];

/// The names in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|_| panic!("{} is there", folder.display()));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

/// The tags of the languages that mails are written in, as the crate `mail` has them.
fn languages() -> BTreeSet<String> {
    let source = fs::read_to_string(root().join("shared/mail/src/language.rs")).unwrap();
    let (_, tags) = source.split_once("fn tag(").unwrap();
    let (tags, _) = tags.split_once("\n    }").unwrap();
    // What stands in quotes is every other part.
    let tags = tags.split('"').skip(1).step_by(2);
    tags.map(str::to_owned).collect()
}

/// The crates that have mails.
fn crates() -> Vec<PathBuf> {
    let functions = root().join("functions");
    let areas = names(&functions)
        .into_iter()
        .map(|area| functions.join(area));
    let areas = areas.filter(|area| area.is_dir());
    let crates = areas.flat_map(|area| names(&area).into_iter().map(move |name| area.join(name)));
    crates
        .filter(|path| path.join("templates").is_dir())
        .collect()
}

#[test]
fn no_mail_lacks_a_language() {
    let languages = languages();
    assert!(languages.contains("en") && languages.contains("de"));

    let mut seen = 0;
    for path in crates() {
        let templates = path.join("templates");
        assert_eq!(names(&templates), languages, "{}", templates.display());
        let mails: BTreeSet<String> = languages
            .iter()
            .flat_map(|language| names(&templates.join(language)))
            .collect();
        for language in &languages {
            let config = path.join(format!("askama.{language}.toml"));
            let config = fs::read_to_string(&config).unwrap();
            assert!(config.contains(&format!("\"templates/{language}\"")));
            for mail in &mails {
                let folder = templates.join(language).join(mail);
                let parts = names(&folder);
                assert!(parts.iter().eq(PARTS), "{}: {parts:?}", folder.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 2 * 11, "{seen}");
}

#[test]
fn every_mail_is_bound_by_the_crate_that_has_it() {
    for path in crates() {
        let views = path.join("src/mails");
        let sources = names(&views).into_iter();
        let bound: BTreeSet<String> = sources
            .map(|file| fs::read_to_string(views.join(file)).unwrap())
            .flat_map(|source| {
                let paths = source.split('"').filter_map(|text| text.split_once('/'));
                let of_subjects = paths.filter(|(_, part)| *part == "subject.txt");
                of_subjects
                    .map(|(mail, _)| mail.to_owned())
                    .collect::<Vec<_>>()
            })
            .collect();
        let found = names(&path.join("templates/en"));
        assert_eq!(bound, found, "{}", path.display());
    }
}
