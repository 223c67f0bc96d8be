//! What the gateway and the `$default` function make of a request, over HTTP.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use end_to_end::{Request, Stack, Visitor, unique_address};
use serde_json::json;
use test_support::Answer;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn what_is_no_path_of_ours_leads_to_the_one_it_means() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for (method, target, location) in [
        ("GET", "/.well-known/jwks.json/", "/.well-known/jwks.json"),
        (
            "HEAD",
            "/api/schema/?format=yaml",
            "/api/schema?format=yaml",
        ),
        (
            "GET",
            "/api/verify-email/a%20b/?next=%2F%2Fevil",
            "/api/v1/auth/verify-email?token=a+b&next=%2F%2Fevil",
        ),
        ("POST", "/api/auth/login/", "/api/v1/auth/token"),
        ("GET", "/api/docs/swagger/", "/api/docs"),
    ] {
        let answer = visitor.send(Request::new(method, target)).await.expect(308);
        assert_eq!(answer.header("location"), location);
    }
}

/// What is in the paths at which everybody may ask for a thing, and at which nothing is.
const LOOKUPS: [&str; 3] = ["/avatars/", "/categories/", "/products/"];

#[tokio::test]
async fn every_path_that_had_a_slash_answers_with_it_and_head_as_get() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let mut seen = 0;
    for endpoint in areas::endpoints() {
        let path = endpoint.path();
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let path = [
            "{id}",
            "{user_id}",
            "{avatar_id}",
            "{image_id}",
            "{variant_id}",
        ]
        .into_iter()
        .fold(path, |path, part| path.replace(part, id));
        let path = path.replace("{size}", "512").replace("{name}", "docs-2.js");
        for method in endpoint.methods() {
            let answer = visitor.send(Request::new(&method, &path)).await;
            let is_lookup = LOOKUPS.iter().any(|lookup| path.contains(lookup));
            assert!(
                ![308, 404, 405].contains(&answer.status) || is_lookup,
                "{path}"
            );
            if endpoint.has_slash() {
                let slashed = Request::new(&method, &format!("{path}/"));
                let slashed = visitor.send(slashed).await;
                assert_eq!(slashed.status, answer.status, "{method} {path}/");
                seen += 1;
            }
            if method == "GET" {
                let head = visitor.send(Request::new("HEAD", &path)).await;
                let expected = if endpoint.answers_head() {
                    answer.status
                } else {
                    405
                };
                assert_eq!(head.status, expected, "HEAD {path}");
            }
        }
    }
    assert_eq!(seen, 67);
}

#[tokio::test]
async fn a_post_follows_the_redirect_with_its_body() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let email = unique_address("redirected");
    let body = json!({"email": email, "password": PASSWORD, "password_confirm": PASSWORD});

    let answer = visitor
        .send(Request::post("/api/access/users/", &body))
        .await
        .expect(308);
    let _ = visitor
        .send(Request::post(answer.header("location"), &body))
        .await
        .expect(201);
}

#[tokio::test]
async fn no_path_leads_to_another_host() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for target in [
        "//evil.example",
        "//evil.example/",
        "//evil.example/health",
        "///evil.example/api/v1/users/me",
        "/%2F%2Fevil.example/health",
        "/%5Cevil.example/health",
        "/http://evil.example/health",
        "/health%0d%0alocation:%20https://evil.example",
    ] {
        let answer = visitor.send(Request::get(target)).await;
        assert_eq!(answer.status, 404, "{target}");
        assert_eq!(answer.header("location"), "", "{target}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_a_404_in_the_one_shape() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for (method, target) in [
        ("GET", "/nothing/"),
        ("GET", "/nothing"),
        ("POST", "/api/v1/auth/"),
        ("GET", "/api/v1/auth/register/more"),
        ("GET", "/API/V1/USERS/ME/"),
        ("GET", "/favicon.ico"),
        ("GET", "/api/docs/assets/"),
        ("GET", "/api/docs/assets/..%2f..%2fetc%2fpasswd"),
    ] {
        let answer = visitor.send(Request::new(method, target)).await;
        answer.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_method_that_a_path_lacks_is_a_405_that_names_the_others() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let mut methods_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for endpoint in areas::endpoints() {
        let methods = methods_of.entry(endpoint.path()).or_default();
        methods.extend(endpoint.methods());
        methods.extend(endpoint.answers_head().then(|| "HEAD".to_owned()));
    }
    for (path, methods) in methods_of {
        let path = path.replace(['{', '}'], "");
        let mut lacked = ["PUT", "POST"].into_iter();
        let lacked = lacked.find(|method| !methods.contains(*method));
        let answer = visitor.send(Request::new(lacked.unwrap(), &path)).await;
        answer.expect_error(405, "method_not_allowed");
        let allowed: BTreeSet<&str> = answer.header("allow").split(", ").collect();
        assert!(allowed.iter().eq(methods.iter()), "{path}: {allowed:?}");
    }
}

#[tokio::test]
async fn abuse_029_a_scanner_that_asks_by_head_consumes_nothing() {
    let stack = Stack::deployed();
    let visitor = Visitor::new(&stack);
    let scanner = Visitor::through_the_gateway(&stack).await;
    let email = unique_address("scanned");
    let registered = visitor.register(&email, PASSWORD).await.expect(201);
    let token = stack.token_to(&email, 1).await;

    for path in ["/api/v1/auth/verify-email", "/api/v1/auth/verify-email/"] {
        let target = format!("{path}?token={token}");
        let answer = scanner.send(Request::new("HEAD", &target)).await;
        assert_eq!((answer.status, answer.body.len()), (405, 0));
    }
    let user = format!("USER#{}", registered.text("user_id"));
    let account = stack.identity_item(&user, "USER").await;
    assert_eq!(account["email_verified"]["BOOL"], false);

    for message in [
        "Email verified successfully",
        "Email already verified",
        "Email already verified",
    ] {
        let answer = scanner.verify_email(&token).await.expect(200);
        assert_eq!(answer.text("message"), message);
    }
    let welcomes = stack
        .tasks_about("send_welcome", registered.text("user_id"))
        .await;
    assert_eq!(welcomes.len(), 1);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_and_an_id_of_its_own() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    let mut ids = HashSet::new();
    for (method, target, status) in [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("GET", "/.well-known/jwks.json", 200),
        ("GET", "/api/schema", 200),
        ("GET", "/api/docs", 200),
        ("GET", "/api/docs/assets/docs-2.js", 200),
        ("GET", "/.well-known/jwks.json/", 308),
        ("GET", "/api/v1/auth/verify-email", 400),
        ("GET", "/api/v1/users/me", 401),
        ("GET", "/nothing/", 404),
        ("PATCH", "/", 405),
        ("POST", "/api/v1/auth/token/refresh", 415),
    ] {
        let request = Request::new(method, target).with_header("x-request-id", "of-the-caller");
        let answer = visitor.send(request).await.expect(status);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(
            answer
                .header("strict-transport-security")
                .starts_with("max-age=")
        );
        let is_public = answer.header("cache-control").starts_with("public");
        assert!(is_public || answer.header("cache-control") == "no-store");
        let id = answer.header("x-request-id").to_owned();
        assert!(!id.is_empty() && id != "of-the-caller", "{target}");
        if status >= 400 {
            assert_eq!(answer.text("request_id"), id);
        }
        assert!(ids.insert(id), "{target}");
    }
}

#[tokio::test]
async fn abuse_109_what_proxies_write_ends_no_process() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;

    for (name, value) in [
        ("x-forwarded-proto", "https,http"),
        ("x-forwarded-proto", "://"),
        ("x-forwarded-host", "a b"),
    ] {
        let request = Request::get("/").with_header(name, value);
        let _ = visitor.send(request).await.expect(200);
    }
}

#[tokio::test]
async fn browsers_may_call_from_the_front_end_alone() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let front_end = stack.output("FrontendUrl");
    let from = |request: Request, origin: &str| request.with_header("origin", origin);
    let preflight = || {
        Request::new("OPTIONS", "/api/v1/auth/register")
            .with_header("access-control-request-method", "POST")
            .with_header("access-control-request-headers", "content-type")
    };
    let allowed = |answer: &Answer| answer.header("access-control-allow-origin").to_owned();

    let asked = visitor.send(from(preflight(), front_end)).await;
    assert_eq!((asked.status, allowed(&asked)), (204, front_end.to_owned()));
    for (header, wanted) in [
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-headers", "traceparent"),
        ("access-control-allow-headers", "if-none-match"),
        ("access-control-expose-headers", "etag"),
        ("access-control-expose-headers", "retry-after"),
    ] {
        assert!(asked.header(header).contains(wanted), "{header}");
    }
    assert_eq!(asked.header("access-control-allow-credentials"), "");
    let called = visitor.send(from(Request::get("/"), front_end)).await;
    assert_eq!(allowed(&called), front_end);

    for origin in [
        "https://evil.example",
        "null",
        &format!("{front_end}.evil.example"),
    ] {
        assert_eq!(allowed(&visitor.send(from(preflight(), origin)).await), "");
        let called = visitor.send(from(Request::get("/"), origin)).await;
        assert_eq!(allowed(&called), "", "{origin}");
    }
}

#[tokio::test]
async fn abuse_025_forged_headers_change_neither_the_link_nor_the_client() {
    let stack = Stack::deployed();
    let visitor = Visitor::through_the_gateway(&stack).await;
    let email = unique_address("forged");
    let body = json!({"email": email, "password": PASSWORD, "password_confirm": PASSWORD});

    let request = Request::post("/api/v1/auth/register", &body)
        .with_header("x-forwarded-host", "evil.example")
        .with_header("x-forwarded-proto", "gopher")
        .with_header("x-forwarded-for", "198.51.100.66")
        .with_header("forwarded", "for=198.51.100.66;host=evil.example")
        .with_header("origin", "https://evil.example")
        .with_header("referer", "https://evil.example/");
    let registered = visitor.send(request).await.expect(201);

    let mail = stack.mail_to(&email, "Verify your e-mail").await;
    let expected = format!("{}/verify-email?token=", stack.output("FrontendUrl"));
    assert!(mail.link().unwrap().starts_with(&expected));
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
    let entries = stack.audit_of("CREATE", registered.text("user_id")).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"]["S"], "127.0.0.1");
}
