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
async fn a_path_with_a_slash_too_many_is_sent_on_with_its_query() {
    let unknown = [site::answer_unknown::ENDPOINT];
    for (target, location) in [
        ("/health/", "/health"),
        ("/api/schema/?format=yaml", "/api/schema?format=yaml"),
        (
            "/api/docs/?a=%2F&b=//evil.example",
            "/api/docs?a=%2F&b=//evil.example",
        ),
        ("/.well-known/jwks.json/", "/.well-known/jwks.json"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = ask_one_of(&unknown, method, target, &[]).await;

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
        for path in ELSEWHERE
            .into_iter()
            .chain(["/health", "/health/", "//", "///"])
        {
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
    let answer = ask_one_of(&unknown, "GET", "/api/schema/", &[]).await;

    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    let schema = get(answer.header("location")).await;
    assert_eq!(schema.status, StatusCode::OK);
    assert_eq!(schema.json()["openapi"], "3.1.0");
}

#[tokio::test]
async fn another_method_is_a_405_that_says_which_would_do() {
    for target in ["/", "/health", "/health/", "/api/docs/assets/docs-2.js"] {
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
        ("POST", "/health/", 405, "GET, HEAD", ""),
        ("POST", "/health", 405, "GET, HEAD", ""),
        ("OPTIONS", "/health", 204, "GET, HEAD", ""),
        ("OPTIONS", "/health/", 204, "GET, HEAD", ""),
        ("OPTIONS", "/api/auth/login", 204, "POST", ""),
        ("OPTIONS", "/api/access/users/", 204, "GET, HEAD, POST", ""),
        ("OPTIONS", "/nothing", 404, "", ""),
        ("DELETE", "/api/docs/assets/docs-2.js", 405, "GET, HEAD", ""),
        ("GET", "/health/?x=1", 308, "", "/health?x=1"),
        ("PUT", "/api/v1/users/me/", 405, "GET, HEAD, PATCH", ""),
        (
            "POST",
            "/api/v1/auth/register/",
            308,
            "",
            "/api/v1/auth/register",
        ),
        (
            "GET",
            "/api/v1/auth/verify-email/?token=a%20b",
            308,
            "",
            "/api/v1/auth/verify-email?token=a%20b",
        ),
        ("PUT", "/api/v1/auth/verify-email", 405, "GET, POST", ""),
        ("HEAD", "/api/v1/auth/verify-email", 405, "GET, POST", ""),
        ("HEAD", "/api/v1/auth/verify-email/", 405, "GET, POST", ""),
        // Sent on to itself, the call would come back.
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

#[tokio::test]
async fn an_address_of_a_system_before_this_one_leads_to_what_took_its_place() {
    let unknown = [site::answer_unknown::ENDPOINT];
    let token = "/api/v1/auth/verify-email?token";
    for (method, target, location) in [
        ("POST", "/api/register/", "/api/v1/auth/register"),
        ("POST", "/api/register", "/api/v1/auth/register"),
        (
            "POST",
            "/api/auth/login/?next=1",
            "/api/v1/auth/token?next=1",
        ),
        ("GET", "/api/access/users/", "/api/v1/users"),
        ("POST", "/api/access/users/", "/api/v1/auth/register"),
        ("HEAD", "/api/users", "/api/v1/users"),
        ("GET", "/api/access/users/7/", "/api/v1/users/7"),
        (
            "GET",
            "/api/verify-email/67e55044/",
            &format!("{token}=67e55044"),
        ),
        (
            "GET",
            "/api/verify-email/a&b=c?d=e",
            &format!("{token}=a%26b%3Dc&d=e"),
        ),
        (
            "GET",
            "/api/verify-email/%2F%2Fevil/",
            &format!("{token}=%2F%2Fevil"),
        ),
    ] {
        let answer = ask_one_of(&unknown, method, target, &[]).await;

        assert_eq!(answer.status.as_u16(), 308, "{method} {target}");
        assert_eq!(answer.header("location"), location);
    }
    for (method, target) in [
        ("PUT", "/api/register/"),
        ("GET", "/api/verify-email/"),
        ("GET", "/api/verify-email/a/b/"),
        ("GET", "//api/users/"),
    ] {
        let answer = ask_one_of(&unknown, method, target, &[]).await;
        assert_eq!(answer.status.as_u16(), 404, "{method} {target}");
    }
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    for target in ["/", "/health", "/api/schema", "/api/docs/assets/docs-2.js"] {
        let (get, head) = (get(target).await, ask("HEAD", target, &[]).await);

        assert_eq!(head.status, get.status, "{target}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert!(head.body.is_empty(), "{target}");
    }
}
