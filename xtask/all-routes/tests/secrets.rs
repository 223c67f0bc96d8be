//! Secrets in requests and answers have a type that prints as nothing (docs/LOGGING.md), so that no `{:?}` can log them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use serde_json::Value;
use syn::{Field, Fields, Item, ItemStruct};

/// Words of a field's name that tell a secret: of `recovery_codes`, `codes` does.
const WORDS: [&str; 18] = [
    "access",
    "challenge",
    "code",
    "codes",
    "otp",
    "passphrase",
    "password",
    "passwords",
    "pin",
    "qr",
    "recovery",
    "refresh",
    "secret",
    "secrets",
    "signature",
    "token",
    "tokens",
    "uri",
];

/// Fields that are secret although their names do not say so: whoever has the value can do what its owner can.
const OTHERS: [(&str, &str); 2] = [("Export", "url"), ("UploadForm", "fields")];

/// Fields whose names look secret and whose values are not: a code of a reason for programs to read.
const PUBLIC: [(&str, &str); 2] = [("AvatarRefusal", "code"), ("ImageRefusal", "code")];

/// The types of secrets: of one that is sent, and of one that an answer shows.
const TYPES: [&str; 2] = ["SecretString", "ShownSecret"];

/// Types of a value that the program itself wrote, or that is too little to be a secret, whatever its name.
const HARMLESS: [&str; 4] = ["& 'static str", "bool", "i64", "u32"];

/// What a struct derives that OpenAPI describes as a body.
const BODY: &str = "ToSchema";

/// What a struct derives that OpenAPI describes as parameters.
const PARAMETERS: &str = "IntoParams";

/// The fields of every struct that derives one of these: type by struct and field.
fn declared(traits: &[&str]) -> BTreeMap<(String, String), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sources = Vec::new();
    for group in ["functions", "shared/api"] {
        collect(root.join(group), &mut sources);
    }
    let mut found = BTreeMap::new();
    for source in sources {
        for item in syn::parse_file(&source).unwrap().items {
            if let Item::Struct(item) = item
                && derives(&item, traits)
                && let Fields::Named(fields) = &item.fields
            {
                found.extend(fields.named.iter().map(|field| typed(&item, field)));
            }
        }
    }
    found
}

/// The Rust files below a folder, but those of tests.
fn collect(folder: PathBuf, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                collect(path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// Whether a struct derives one of these.
fn derives(item: &ItemStruct, traits: &[&str]) -> bool {
    let attributes = item.attrs.iter().map(ToTokens::to_token_stream);
    let text: String = attributes.map(|one| one.to_string()).collect();
    traits.iter().any(|name| text.contains(name))
}

fn typed(item: &ItemStruct, field: &Field) -> ((String, String), String) {
    let name = field.ident.as_ref().unwrap().to_string();
    let of = field.ty.to_token_stream().to_string();
    ((item.ident.to_string(), name), of)
}

fn looks_secret(name: &str) -> bool {
    name.split('_').any(|word| WORDS.contains(&word))
}

#[test]
fn every_secret_of_a_body_has_a_type_that_does_not_print() {
    let declared = declared(&[BODY, PARAMETERS]);
    let [others, public] = [&OTHERS[..], &PUBLIC[..]].map(|list| {
        let owned = |(body, field): &(&str, &str)| ((*body).to_owned(), (*field).to_owned());
        list.iter().map(owned).collect::<Vec<_>>()
    });
    for listed in others.iter().chain(&public) {
        assert!(declared.contains_key(listed), "{listed:?} is gone");
    }

    let mut secrets = 0;
    for (place, of) in &declared {
        let is_named = looks_secret(&place.1) && !public.contains(place);
        if !is_named && !others.contains(place) {
            continue;
        }
        let is_harmless = HARMLESS.contains(&of.as_str());
        let is_secret = TYPES.iter().any(|secret| of.contains(secret));
        assert!(
            is_harmless || is_secret,
            "{}.{} is {of}: make it a SecretString, or a ShownSecret where an answer shows it",
            place.0,
            place.1
        );
        secrets += usize::from(is_secret);
    }
    assert!(secrets >= 30, "{secrets}");
}

/// The document comes from the handlers: what it knows and the sources seem not to have was written in another way.
#[test]
fn no_secret_of_the_document_is_overlooked_in_the_sources() {
    let bodies = declared(&[BODY]);
    let queries = declared(&[PARAMETERS]);
    let document = api::openapi::document(&areas::endpoints());
    let document = serde_json::to_value(document).unwrap();

    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut seen = 0;
    for (body, schema) in schemas {
        for property in properties(schema) {
            if looks_secret(property) {
                let place = (body.clone(), property.to_owned());
                assert!(bodies.contains_key(&place), "{place:?}");
                seen += 1;
            }
        }
    }
    for parameter in parameters(&document) {
        if looks_secret(parameter) {
            let mut fields = queries.keys().map(|(_, field)| field);
            assert!(fields.any(|field| field == parameter), "{parameter}");
            seen += 1;
        }
    }
    assert!(seen >= 30, "{seen}");
}

/// The names of a schema's properties, also where it is put together from several.
fn properties(schema: &Value) -> Vec<&str> {
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let objects = parts
        .chain([schema])
        .filter_map(|part| part["properties"].as_object());
    objects
        .flat_map(|object| object.keys().map(String::as_str))
        .collect()
}

/// The names of all parameters of all operations.
fn parameters(document: &Value) -> Vec<&str> {
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let lists = operations.filter_map(|operation| operation["parameters"].as_array());
    lists
        .flatten()
        .filter_map(|parameter| parameter["name"].as_str())
        .collect()
}
