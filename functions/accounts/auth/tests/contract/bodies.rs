//! What every endpoint makes of a body that is none, and what every answer carries.

use accounts_testing::{Answer, Call, TestApp};
use serde_json::json;

/// Every path of the area that takes a body.
const PATHS: [&str; 10] = [
    "/api/v1/auth/register",
    "/api/v1/auth/verify-email",
    "/api/v1/auth/resend-verification",
    "/api/v1/auth/otp/request",
    "/api/v1/auth/otp/verify",
    "/api/v1/auth/token",
    "/api/v1/auth/token/refresh",
    "/api/v1/auth/password/forgot",
    "/api/v1/auth/password/reset",
    "/api/v1/auth/not-me",
];

/// One field of each of them.
const FIELDS: [&str; 10] = [
    "password", "token", "email", "email", "code", "password", "refresh", "email", "token", "token",
];

fn raw(path: &str, body: impl Into<Vec<u8>>) -> Call {
    Call::new("POST", path)
        .with_header("content-type", "application/json")
        .with_body(body.into())
}

#[track_caller]
fn expect_headers(answer: &Answer) {
    assert!(!answer.header("x-request-id").is_empty());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=63072000; includeSubDomains"
    );
    assert!(!answer.header("cache-control").is_empty());
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_400() {
    let app = TestApp::start().await;
    for (path, field) in PATHS.into_iter().zip(FIELDS) {
        for body in [
            &b""[..],
            b"{",
            b"{\"FIELD\": \"ann@example.com\"",
            b"null",
            b"true",
            b"5",
            b"\"text\"",
            b"[]",
            b"[{}]",
            b"[\"ann@example.com\", \"000000\"]",
            b"{} {}",
            b"{\"FIELD\": \"\xff\xfe\"}",
            b"{\"unknown\": \"\xff\xfe\"}",
            b"\xff\xfe{\0}\0",
            b"{\"FIELD\": \"\\ud800\"}",
            b"{\"FIELD\": \"\0\"}",
            b"{'FIELD': 'a'}",
            b"FIELD=ann@example.com",
            b"\xef\xbb\xbf{}",
            b"{\"FIELD\": NaN}",
            b"{\"FIELD\": 1e999}",
        ] {
            let shown = String::from_utf8_lossy(body).into_owned();
            let answer = app.call(raw(path, with_field(body, field))).await;
            let said = (answer.status, answer.code());
            assert_eq!(said, (400, "malformed_json"), "{path} {shown}");
            answer.expect_error(400, "malformed_json");
            expect_headers(&answer);
        }
    }
}

/// The body with the name of a field of its path in the place of `FIELD`.
fn with_field(body: &[u8], field: &str) -> Vec<u8> {
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some(position) = rest.windows(5).position(|window| window == b"FIELD") {
        parts.extend_from_slice(&rest[..position]);
        parts.extend_from_slice(field.as_bytes());
        rest = &rest[position + 5..];
    }
    parts.extend_from_slice(rest);
    parts
}

#[tokio::test]
async fn a_body_of_any_depth_is_refused_in_order() {
    let app = TestApp::start().await;
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    for path in PATHS {
        for (body, code) in [
            (deep.clone(), "malformed_json"),
            ("[".repeat(60_000), "malformed_json"),
            ("{\"a\":".repeat(10_000), "malformed_json"),
            (format!("{{\"unknown\": {deep}}} x"), "malformed_json"),
        ] {
            app.call(raw(path, body)).await.expect_error(400, code);
        }
        // A field nobody knows is passed over, however deep: what is missing is still missing.
        let passed_over = app
            .call(raw(path, format!("{{\"unknown\": {deep}}}")))
            .await;
        assert!([400, 401].contains(&passed_over.status));
    }
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_a_400_that_names_it() {
    let app = TestApp::start().await;
    for (path, field) in PATHS.into_iter().zip(FIELDS) {
        for (value, found) in [
            (json!(5), "a number"),
            (json!(null), "null"),
            (json!(true), "true or false"),
            (json!(["s3cret"]), "a list"),
            (json!({"$gt": "s3cret"}), "an object"),
            (json!(1.5), "a fraction"),
        ] {
            let answer = app.call(Call::post(path, &json!({ field: value }))).await;
            answer.expect_error(400, "invalid_fields");
            assert_eq!(
                answer.detail(field),
                format!("This must be a string, not {found}.")
            );
            assert!(!answer.json.to_string().contains("s3cret"));
        }
    }
}

#[tokio::test]
async fn a_field_given_twice_is_a_400() {
    let app = TestApp::start().await;
    let body = r#"{"email": "ann@example.com", "email": "eve@example.com"}"#;

    let answer = app.call(raw("/api/v1/auth/otp/request", body)).await;

    assert_eq!(answer.status, 400);
    assert!(app.tasks().await.is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_called_json_is_a_415() {
    let app = TestApp::start().await;
    for path in PATHS {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "",
            "application/jsonp",
            "text/json",
        ] {
            let call = Call::new("POST", path)
                .with_header("content-type", kind)
                .with_body("{}");
            app.call(call)
                .await
                .expect_error(415, "unsupported_media_type");
        }
        app.call(Call::new("POST", path).with_body("{}"))
            .await
            .expect_error(415, "unsupported_media_type");
    }
}

#[tokio::test]
async fn json_may_be_called_so_in_every_usual_way() {
    let app = TestApp::start().await;
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;charset=UTF-8",
    ] {
        let call = Call::new("POST", "/api/v1/auth/register")
            .with_header("content-type", kind)
            .with_body("{}");
        app.call(call).await.expect_error(400, "invalid_fields");
    }
}

#[tokio::test]
async fn a_body_of_a_hundred_kilobytes_is_a_413() {
    let app = TestApp::start().await;
    let body =
        json!({"email": "a".repeat(100_000), "token": "", "code": "", "refresh": ""}).to_string();
    for path in PATHS {
        let answer = app.call(raw(path, body.as_str())).await;
        answer.expect_error(413, "too_large");
        expect_headers(&answer);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    for (call, status) in [
        (TestApp::verify_otp_call("ann@example.com", &code), 200),
        (TestApp::verify_otp_call("ann@example.com", &code), 400),
        (TestApp::refresh_call("x"), 401),
        (TestApp::me_call("x"), 401),
        (Call::get("/.well-known/jwks.json"), 200),
        (Call::get("/api/v1/auth/register"), 405),
        (Call::get("/nothing/here"), 404),
        (Call::get("/nothing/here/"), 308),
        (Call::get("/api/v1/users/7/"), 308),
        (Call::get("/api/v1/users/%FF/"), 308),
        (Call::new("HEAD", "/api/v1/users/me"), 401),
        (Call::new("HEAD", "/api/v1/auth/verify-email"), 405),
        (Call::new("OPTIONS", "/api/v1/users/me"), 204),
    ] {
        let answer = app.call(call).await.expect(status);
        expect_headers(&answer);
        let is_public = answer.header("cache-control").starts_with("public");
        assert!(is_public || answer.header("cache-control") == "no-store");
        assert_eq!(answer.header("server"), "");
    }
}

#[tokio::test]
async fn an_unknown_path_is_a_404_in_the_shape_of_errors() {
    let app = TestApp::start().await;
    for path in [
        "/nothing",
        "/api/v1/auth",
        "/api/v1/auth/register/x",
        "//",
        "//evil.example",
        "//evil.example/",
        "/\\evil.example/",
        "/api/v1/users/me/..",
    ] {
        app.call(Call::get(path))
            .await
            .expect_error(404, "not_found");
    }
}

/// A gateway's route for a path with a slash may take those of other functions: without it they have one route.
#[tokio::test]
async fn a_function_sends_on_what_another_may_serve_and_never_in_a_circle() {
    let app = TestApp::start().await;
    for (path, location) in [
        ("/api/v1/auth/x/?a=b", "/api/v1/auth/x?a=b"),
        // The path of an account, and no id of one.
        ("/api/v1/users/them/?a=b", "/api/v1/users/them?a=b"),
    ] {
        let answer = app.call(Call::get(path)).await.expect(308);

        assert_eq!(answer.header("location"), location);
    }
    app.call(Call::get("/api/v1/auth/x"))
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn a_request_id_is_the_gateways() {
    let app = TestApp::start().await;
    let call =
        Call::get("/.well-known/jwks.json").with_header("x-request-id", "chosen-by-the-caller");

    let answer = app.call(call).await.expect(200);

    assert!(answer.header("x-request-id").starts_with("request-"));
}
