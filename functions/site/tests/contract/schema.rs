use axum::http::StatusCode;

use crate::support::{ask, get};

#[tokio::test]
async fn the_description_is_json_unless_yaml_is_asked_for() {
    for (target, accept, content_type) in [
        ("/api/schema", "", "application/json"),
        ("/api/schema", "*/*", "application/json"),
        (
            "/api/schema",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "application/json",
        ),
        (
            "/api/schema",
            "application/json, application/yaml;q=0.5",
            "application/json",
        ),
        ("/api/schema", "application/yaml;q=0", "application/json"),
        ("/api/schema", "application/yaml", "application/yaml"),
        // As generators of clients ask, with the version, or in another way of writing.
        (
            "/api/schema",
            "application/vnd.oai.openapi;version=3.1",
            "application/yaml",
        ),
        (
            "/api/schema",
            "Application/YAML; charset=UTF-8",
            "application/yaml",
        ),
        // A range that cannot be read says nothing of the others.
        (
            "/api/schema",
            "application/yaml, *;q=0.2",
            "application/yaml",
        ),
        // Both alike, and ranges, mean JSON.
        (
            "/api/schema",
            "application/yaml, application/json",
            "application/json",
        ),
        ("/api/schema", "text/*", "application/json"),
        (
            "/api/schema",
            "Text/YAML; charset=utf-8",
            "application/yaml",
        ),
        (
            "/api/schema",
            "application/json;q=0.4, application/yaml;q=0.5",
            "application/yaml",
        ),
        (
            "/api/schema?format=yaml",
            "application/json",
            "application/yaml",
        ),
        (
            "/api/schema?format=json",
            "application/yaml",
            "application/json",
        ),
    ] {
        let answer = ask("GET", target, &[("accept", accept)]).await;

        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            answer.header("content-type"),
            content_type,
            "{target} {accept}"
        );
        assert_eq!(answer.header("vary"), "accept");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        match content_type {
            "application/json" => assert_eq!(answer.json()["openapi"], "3.1.0"),
            _ => assert!(
                answer.text().starts_with("openapi: 3.1.0\n"),
                "{}",
                answer.text()
            ),
        }
    }
}

#[tokio::test]
async fn a_format_that_does_not_exist_is_refused() {
    for target in [
        "/api/schema?format=xml",
        "/api/schema?format=",
        "/api/schema?format=json&format=yaml",
    ] {
        let answer = get(target).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{target}");
        assert_eq!(
            answer.json()["details"]["format"][0],
            "The format is json or yaml."
        );
    }
}

#[tokio::test]
async fn a_description_that_is_known_is_not_sent_again() {
    let first = get("/api/schema").await;
    let etag = first.header("etag");
    let yaml = get("/api/schema?format=yaml").await;
    assert_ne!(yaml.header("etag"), etag);

    for known in [
        etag.to_owned(),
        format!("W/{etag}"),
        format!("\"other\", {etag}"),
        "*".to_owned(),
    ] {
        let answer = ask("GET", "/api/schema", &[("if-none-match", &known)]).await;

        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(answer.header("etag"), etag);
        assert!(answer.body.is_empty());
    }
    let answer = ask(
        "GET",
        "/api/schema",
        &[("if-none-match", yaml.header("etag"))],
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn every_operation_is_described_in_full() {
    let description = get("/api/schema").await.json();

    for (path, operations) in description["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(
                !summary.is_empty() && summary.len() < 80,
                "{place}: {summary}"
            );
            assert!(operation["operationId"].is_string(), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.contains_key("4XX") && responses.contains_key("5XX"),
                "{place}"
            );
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    let description = get("/api/schema").await.json();
    let text = description.to_string();

    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
}
