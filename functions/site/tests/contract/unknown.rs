use axum::http::StatusCode;

use crate::support::{ask, ask_one_of, get};

#[tokio::test]
async fn a_path_that_does_not_exist_is_a_404_in_the_one_error_shape() {
    for target in [
        "/nothing",
        "/nothing/",
        "/api/",
        "/api/v1/nothing/?next=//evil.example",
        "/api/docs/assets/x/y/",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = ask(method, target, &[]).await;

            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {target}");
            assert_eq!(answer.header("content-type"), "application/json");
            let body = answer.json();
            assert_eq!(body["code"], "not_found");
            assert_eq!(body["request_id"], answer.header("x-request-id"));
        }
    }
}

#[tokio::test]
async fn a_path_that_lacks_its_slash_is_sent_on_with_its_query() {
    for (target, location) in [
        ("/health", "/health/"),
        ("/api/schema?format=yaml", "/api/schema/?format=yaml"),
        (
            "/api/docs?a=%2F&b=//evil.example",
            "/api/docs/?a=%2F&b=//evil.example",
        ),
    ] {
        for method in ["GET", "POST"] {
            let answer = ask(method, target, &[]).await;

            assert_eq!(
                answer.status,
                StatusCode::PERMANENT_REDIRECT,
                "{method} {target}"
            );
            assert_eq!(answer.header("location"), location);
        }
    }
}

/// What browsers take for another host, or might once it is decoded.
const ELSEWHERE: [&str; 10] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "//evil.example/health",
    "/%2f%2fevil.example",
    "/%2Fevil.example/health",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%09/evil.example",
];

/// By the rules that browsers read a `Location` with: a path on the host that gave it begins with one slash, and a backslash
/// is a slash to them.
fn stays_here(location: &str) -> bool {
    location
        .strip_prefix('/')
        .is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && location.bytes().all(|byte| byte.is_ascii_graphic())
}

#[tokio::test]
async fn abuse_030_no_redirect_leads_to_another_host() {
    // `$default`; and a function that its gateway's route hands what is not its own.
    let mut redirects = 0;
    for endpoints in [&[site::answer_unknown::ENDPOINT][..], &site::ENDPOINTS[..1]] {
        for path in ELSEWHERE.into_iter().chain(["/health", "//", "///"]) {
            for target in [path, &format!("{path}/")] {
                for query in ["", "?next=//evil.example", "?next=%2f%2fevil.example"] {
                    let target = format!("{target}{query}");

                    let answer = ask_one_of(endpoints, "GET", &target, &[]).await;

                    let location = answer.header("location");
                    if answer.status == StatusCode::PERMANENT_REDIRECT {
                        redirects += 1;
                        assert!(stays_here(location), "{target}: {location}");
                    } else {
                        assert_eq!(location, "", "{target}");
                    }
                }
            }
        }
    }
    assert!(redirects > 0);
}

#[tokio::test]
async fn abuse_030_what_looks_like_another_host_is_a_404() {
    for target in ELSEWHERE.into_iter().chain(["//health", "///", "//"]) {
        for target in [target, &format!("{target}/")] {
            let answer = get(target).await;

            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{target}");
            assert_eq!(answer.header("location"), "");
        }
    }
}

#[tokio::test]
async fn what_a_call_is_sent_on_to_answers_it() {
    let unknown = [site::answer_unknown::ENDPOINT];
    let first = ask_one_of(&unknown, "GET", "/api/schema", &[]).await;
    let second = ask_one_of(&unknown, "GET", first.header("location"), &[]).await;

    for answer in [first, second] {
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
        let schema = get(answer.header("location")).await;
        assert_eq!(schema.status, StatusCode::OK);
        assert_eq!(schema.json()["openapi"], "3.1.0");
    }
}

#[tokio::test]
async fn another_method_is_a_405_that_says_which_would_do() {
    for target in ["/", "/health/", "/api/docs/assets/docs-1.js"] {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let answer = ask(method, target, &[]).await;

            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {target}"
            );
            assert!(
                answer
                    .header("allow")
                    .split([',', ' '])
                    .any(|allowed| allowed == "GET")
            );
            assert_eq!(answer.json()["code"], "method_not_allowed");
        }
    }
}

#[tokio::test]
async fn the_function_alone_knows_the_paths_of_the_others() {
    let alone = [site::answer_unknown::ENDPOINT];
    for (method, target, status, allow, location) in [
        ("POST", "/health/", 405, "GET", ""),
        ("DELETE", "/api/docs/assets/docs-1.js", 405, "GET", ""),
        ("POST", "/health?x=1", 308, "", "/health/?x=1"),
        (
            "POST",
            "/api/v1/auth/register",
            308,
            "",
            "/api/v1/auth/register/",
        ),
        (
            "GET",
            "/api/v1/auth/verify-email?token=a%20b",
            308,
            "",
            "/api/v1/auth/verify-email/?token=a%20b",
        ),
        ("PUT", "/api/v1/auth/verify-email/", 405, "GET, POST", ""),
        ("GET", "/.well-known/jwks.json/", 404, "", ""),
        // Where the gateway does not match an empty rest, the call comes again with one that is not empty.
        ("GET", "/health/?x=1", 308, "", "/health/_?x=1"),
        ("GET", "/health/_", 404, "", ""),
        ("GET", "/.well-known/jwks.json", 404, "", ""),
        ("GET", "/nothing", 404, "", ""),
        ("GET", "//health", 404, "", ""),
    ] {
        let answer = ask_one_of(&alone, method, target, &[]).await;

        assert_eq!(answer.status.as_u16(), status, "{method} {target}");
        assert_eq!(answer.header("allow"), allow);
        assert_eq!(answer.header("location"), location);
    }
}
