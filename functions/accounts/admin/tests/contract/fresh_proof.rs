//! What an administrator does to others takes a proof of the last 15 minutes, and so does a file of a list.

use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The time for which a proof is fresh.
const FRESH: SignedDuration = SignedDuration::from_mins(15);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

/// An id that nothing has.
const NOBODY: &str = "019bc0f2-6d40-7c31-9a57-2f6b1c8e4d10";

/// Every call of the area that gives something away or changes it: operations that take `users:manage`, and files.
fn calls(admin: &LoggedIn) -> Vec<(String, Call)> {
    let document = api::openapi::document(admin::ENDPOINTS);
    let document = serde_json::to_value(document).unwrap();
    let mut calls = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let path = path.replace("{id}", NOBODY);
            let names: Vec<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            let target = match operation["security"][0]["bearer"][0].as_str() {
                Some("users:manage") => path,
                _ if names.contains(&"format") => format!("{path}?format=csv"),
                _ => continue,
            };
            let call = Call::new(&method, &target)
                .with_header("content-type", "application/json")
                .with_body(r#"{"role": "admin"}"#)
                .with_token(&admin.access);
            calls.push((format!("{method} {target}"), call));
        }
    }
    assert_eq!(calls.len(), 6, "{calls:?}");
    calls
}

fn is_refused(answer: &Answer) -> bool {
    answer.code() == "reauthentication_required"
}

async fn expect_refused(app: &TestApp, admin: &LoggedIn) {
    for (name, call) in calls(admin) {
        let answer = app.call(call).await;
        assert!(is_refused(&answer), "{name}: {}", answer.json);
        assert_eq!(answer.status, 403, "{name}");
    }
}

async fn expect_taken(app: &TestApp, admin: &LoggedIn) {
    for (name, call) in calls(admin) {
        let answer = app.call(call).await;
        assert!(
            !is_refused(&answer) && [200, 404].contains(&answer.status),
            "{name}: {}",
            answer.json
        );
    }
}

#[tokio::test]
async fn abuse_102_a_stale_session_of_an_administrator_changes_nobody_and_takes_no_list_out() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let eve = app.member("eve@example.com").await;
    let bob = app.member_with_role("bob@example.com", "admin").await;
    app.mark(&bob, "factor_since", app.now()).await;
    app.advance(FRESH - MOMENT);
    expect_taken(&app, &admin).await;
    let exports = app.audit_of("EXPORTED").await.len();
    let [before_eve, before_bob] = [app.stored(&eve).await, app.stored(&bob).await];
    app.advance(MOMENT);

    expect_refused(&app, &admin).await;
    let users = "/api/v1/users";
    for (method, path, body) in [
        (
            "PATCH",
            format!("{users}/{}", eve.id),
            r#"{"role":"admin"}"#,
        ),
        ("DELETE", format!("{users}/{}/mfa", bob.id), ""),
        (
            "PATCH",
            format!("{users}/{}", bob.id),
            r#"{"is_active":false}"#,
        ),
        ("POST", format!("{users}/{}/sessions/revoke", bob.id), ""),
        ("POST", format!("{users}/{}/password-reset", bob.id), ""),
    ] {
        let call = Call::new(method, &path)
            .with_header("content-type", "application/json")
            .with_body(body)
            .with_token(&admin.access);
        app.call(call)
            .await
            .expect_error(403, "reauthentication_required");
    }

    assert_eq!(app.stored(&eve).await, before_eve);
    assert_eq!(app.stored(&bob).await, before_bob);
    assert_eq!(app.granted(&eve).await, Value::Null);
    assert_eq!(app.audit_of("EXPORTED").await.len(), exports);
    // Pages are shown all the same.
    for path in [users, "/api/v1/admin/audit-log"] {
        let call = Call::get(path).with_token(&admin.access);
        let _ = app.call(call).await.expect(200);
    }
}

#[tokio::test]
async fn a_proof_that_is_given_again_makes_the_session_good_for_another_15_minutes() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.advance(FRESH);
    expect_refused(&app, &admin).await;

    let wrong = json!({ "password": "wrong horse battery" });
    let guess = TestApp::reauthenticate_call(&admin.access, &wrong);
    app.call(guess).await.expect_error(403, "wrong_password");
    expect_refused(&app, &admin).await;

    let right = json!({ "password": TestApp::PASSWORD });
    let prove = TestApp::reauthenticate_call(&admin.access, &right);
    let _ = app.call(prove).await.expect(204);

    app.advance(FRESH - MOMENT);
    expect_taken(&app, &admin).await;
    app.advance(MOMENT);
    // The access token is over by then.
    let answer = app.refresh(&admin.refresh).await.expect(200);
    expect_refused(&app, &LoggedIn::of(&answer)).await;
}

#[tokio::test]
async fn abuse_102_with_a_second_factor_the_password_is_no_proof() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("admin@kinwise.example").await;
    app.change_role(&person, "admin").await;
    let admin = app.log_in_with_factor(&person, &factor).await;
    app.advance(FRESH);

    let password = json!({ "password": TestApp::PASSWORD });
    let call = TestApp::reauthenticate_call(&admin.access, &password);
    app.call(call).await.expect_error(400, "invalid_fields");
    expect_refused(&app, &admin).await;

    let code = json!({ "code": app.next_factor_code(&factor) });
    let call = TestApp::reauthenticate_call(&admin.access, &code);
    let _ = app.call(call).await.expect(204);
    expect_taken(&app, &admin).await;
    app.deliver().await;
}

#[tokio::test]
async fn abuse_102_a_role_is_asked_for_before_a_proof() {
    let app = TestApp::start().await;
    let (_, member) = app.member_logged_in("eve@example.com").await;
    app.advance(FRESH);

    for (name, call) in calls(&member) {
        let answer = app.call(call).await;
        assert_eq!(answer.code(), "forbidden", "{name}");
    }
}
