//! The API's description: up to date, and complete.

use std::collections::BTreeSet;

use end_to_end::{Request, Stack, Visitor, repository};
use serde_json::Value;

fn generated() -> Value {
    let document = api::openapi::document(&areas::endpoints());
    serde_json::to_value(document).unwrap()
}

/// Every operation with its path and method.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, operations): (&String, &'_ Value)| {
        let operations = operations.as_object().unwrap().keys();
        operations
            .map(|method| (path.clone(), method.clone()))
            .collect::<Vec<_>>()
    };
    let names: Vec<_> = paths.iter().flat_map(of).collect();
    names
        .into_iter()
        .map(|(path, method)| {
            let operation = &document["paths"][&path][&method];
            (path, method, operation)
        })
        .collect()
}

#[test]
fn the_committed_description_is_the_one_the_handlers_give() {
    let document = api::openapi::document(&areas::endpoints());
    let read = |name: &str| std::fs::read_to_string(repository(name)).unwrap();

    for (name, text) in [
        ("docs/openapi.json", document.to_pretty_json().unwrap()),
        ("docs/openapi.yaml", document.to_yaml().unwrap()),
    ] {
        let is_current = read(name).trim_end() == text.trim_end();
        assert!(is_current, "{name} is old: run `cargo xtask generate`");
    }
}

#[tokio::test]
async fn the_deployed_description_is_the_committed_one() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let served = visitor.send(Request::get("/api/schema")).await.expect(200);

    assert!(served.json == generated(), "another description is served");
}

#[test]
fn every_operation_is_described() {
    let document = generated();
    assert_eq!(document["openapi"], "3.1.0");

    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        let is_sentence = summary.starts_with(char::is_uppercase) && summary.ends_with('.');
        assert!(is_sentence && summary.len() <= 80, "{place}: {summary}");
        let responses = operation["responses"].as_object().unwrap();
        for shared in ["4XX", "5XX"] {
            let schema = &responses[shared]["content"]["application/json"]["schema"];
            assert_eq!(schema["$ref"], "#/components/schemas/ErrorBody", "{place}");
        }
        let successes = responses
            .iter()
            .filter(|(status, _)| status.starts_with(['2', '3']));
        assert!(successes.clone().count() > 0, "{place}");
        for (status, success) in successes {
            let has_body = success["content"].is_object();
            let is_empty = status == "204" || status.starts_with('3');
            assert_eq!(has_body, !is_empty, "{place} {status}");
        }
    }
}

#[test]
fn every_operation_is_named_after_its_function() {
    let document = generated();
    let mut names = BTreeSet::new();
    for endpoint in areas::endpoints() {
        let path = endpoint.path();
        for (position, method) in endpoint.methods().iter().enumerate() {
            let method = method.to_lowercase();
            let operation = &document["paths"][&path][&method];
            let expected = match position {
                0 => endpoint.name().to_owned(),
                _ => format!("{}_by_{method}", endpoint.name()),
            };
            assert_eq!(operation["operationId"], expected.as_str());
            assert!(names.insert(expected));
        }
    }
    assert_eq!(names.len(), operations(&document).len());
}

#[test]
fn every_body_and_parameter_has_an_example() {
    let document = generated();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let shown =
                has_example(&document, parameter) || has_example(&document, &parameter["schema"]);
            assert!(shown, "{place}: parameter {}", parameter["name"]);
        }
        let request = operation.get("requestBody");
        let responses = operation["responses"].as_object().unwrap();
        for body in request.into_iter().chain(responses.values()) {
            let media = body["content"].as_object().into_iter().flatten();
            for (kind, media) in media.filter(|(kind, _)| !kind.starts_with("image/")) {
                let shown =
                    has_example(&document, media) || has_example(&document, &media["schema"]);
                assert!(shown, "{place}: {kind} has no example");
            }
        }
    }
}

/// Whether something shows how it looks: by an example, by what it is made of, or because there is nothing to show.
fn has_example(document: &Value, schema: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return has_example(document, document.pointer(pointer).unwrap());
    }
    // An example may say that there is nothing.
    let is_its_own = ["example", "examples", "enum"]
        .iter()
        .any(|field| schema.get(field).is_some());
    let kinds = schema["oneOf"].as_array().into_iter().flatten();
    let mut kinds = kinds.filter(|kind| kind["type"] != "null").peekable();
    if kinds.peek().is_some() {
        return kinds.all(|kind| has_example(document, kind));
    }
    // That of the whole does not stand in for those of its parts.
    if let Some(parts) = schema["properties"].as_object() {
        return parts.values().all(|part| has_example(document, part));
    }
    let is_plain = schema["type"] == "boolean" || schema["format"] == "uuid";
    // One that may be left out is null instead.
    let mut types = schema["type"].as_array().into_iter().flatten();
    let is_list = schema["type"] == "array" || types.any(|kind| kind == "array");
    let of_parts = schema["allOf"].as_array();
    is_its_own
        || is_plain
        || of_parts.is_some_and(|parts| parts.iter().all(|part| has_example(document, part)))
        || (is_list && has_example(document, &schema["items"]))
}
