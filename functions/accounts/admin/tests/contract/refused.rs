//! Who is not an administrator gets nothing from any operation of the area, whatever it is.

use accounts_testing::{Call, TestApp};
use serde_json::Value;

/// An id that nothing has.
const NOBODY: &str = "019bc0f2-6d40-7c31-9a57-2f6b1c8e4d10";

struct Operation {
    method: String,
    path: String,
    takes_a_body: bool,
}

impl Operation {
    fn call(&self) -> Call {
        Call::new(&self.method, &self.path)
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Every operation of the area, as its own description has it.
fn operations() -> Vec<Operation> {
    let document =
        serde_json::to_value(api::openapi::document(admin::ENDPOINTS)).expect("a document is JSON");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("there are paths") {
        for (method, operation) in methods.as_object().expect("a path has methods") {
            assert!(
                operation["security"][0]["bearer"][0].is_string(),
                "{method} {path} names its permission"
            );
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.replace("{id}", NOBODY),
                takes_a_body: operation["requestBody"] != Value::Null,
            });
        }
    }
    assert_eq!(operations.len(), admin::ENDPOINTS.len());
    operations
}

#[tokio::test]
async fn abuse_090_a_caller_without_a_token_is_a_401() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for operation in operations() {
        let name = operation.name();
        for (how, call) in [
            ("nothing", operation.call()),
            (
                "no scheme",
                operation.call().with_header("authorization", &admin.access),
            ),
            (
                "a refresh token",
                operation.call().with_token(&admin.refresh),
            ),
            (
                "a query",
                Call::new(
                    &operation.method,
                    &format!("{}?access_token={}", operation.path, admin.access),
                ),
            ),
        ] {
            let answer = app.call(call).await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "not_authenticated"),
                "{name} with {how}"
            );
        }
    }
    assert_eq!(app.audit_of("USER_CHANGED").await.len(), 0);
}

#[tokio::test]
async fn abuse_065_every_other_role_is_a_403() {
    let app = TestApp::start().await;
    let (person, tokens) = app.member_logged_in("eve@example.com").await;
    for role in TestApp::other_roles() {
        app.change_role(&person, role).await;
        for operation in operations() {
            // With and without a body: the role is asked first, so that nobody learns what a body should be.
            let bare = operation.call().with_token(&tokens.access);
            let with_body = bare
                .clone()
                .with_header("content-type", "application/json")
                .with_body(r#"{"role": "admin", "is_active": true}"#);
            for call in [bare, with_body] {
                let answer = app.call(call).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (403, "forbidden"),
                    "{} as {role}",
                    operation.name()
                );
            }
        }
    }
    assert_eq!(app.stored(&person).await["role"], "observer");
}

/// Whoever may write accounts, and has been subverted, may make them say what they like.
#[tokio::test]
async fn abuse_103_an_account_that_only_says_it_is_an_administrators_is_a_403() {
    let app = TestApp::start().await;
    let (person, tokens) = app.member_logged_in("eve@example.com").await;
    app.say_role(&person, "admin").await;
    for operation in operations() {
        let answer = app.call(operation.call().with_token(&tokens.access)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, "forbidden"),
            "{}",
            operation.name()
        );
    }
}

#[tokio::test]
async fn abuse_091_a_call_from_another_site_changes_nothing() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let before = app.stored(&person).await;
    for operation in operations() {
        let path = operation.path.replace(NOBODY, &person.id.to_string());
        // What a browser sends along by itself: cookies, and what a form can say.
        let answer = app
            .call(
                Call::new(&operation.method, &path)
                    .with_header(
                        "cookie",
                        &format!("access={0}; session={0}; csrftoken=", admin.access),
                    )
                    .with_header("origin", "https://evil.example")
                    .with_header("x-csrftoken", "")
                    .with_header("content-type", "application/x-www-form-urlencoded")
                    .with_body("role=admin&is_active=false"),
            )
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "not_authenticated"),
            "{}",
            operation.name()
        );

        if operation.takes_a_body {
            for form in [
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "text/plain",
                "",
            ] {
                let call = Call::new(&operation.method, &path)
                    .with_token(&admin.access)
                    .with_header("content-type", form)
                    .with_body(r#"{"role": "admin"}"#);
                app.call(call)
                    .await
                    .expect_error(415, "unsupported_media_type");
            }
        }
    }
    assert_eq!(app.stored(&person).await, before);
}

#[tokio::test]
async fn abuse_021_an_administrator_who_is_one_no_more_is_refused_by_the_next_call() {
    let app = TestApp::start().await;
    let (person, tokens) = app.admin().await;
    let call = || Call::get("/api/v1/users").with_token(&tokens.access);
    let _ = app.call(call()).await.expect(200);

    app.change_role(&person, "user").await;
    app.call(call()).await.expect_error(403, "forbidden");

    app.change_role(&person, "admin").await;
    app.disable(&person).await;
    app.call(call())
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn abuse_058_what_is_not_there_is_a_404() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for operation in operations()
        .into_iter()
        .filter(|operation| operation.path.contains(NOBODY))
    {
        for id in [
            NOBODY, "1", "me%00", "%2e%2e", "%ff", "USER%23x", "null", "*",
        ] {
            let path = operation.path.replace(NOBODY, id);
            let call = Call::new(&operation.method, &path)
                .with_token(&admin.access)
                .with_header("content-type", "application/json")
                .with_body(r#"{"role": "user"}"#);
            let answer = app.call(call).await;
            assert_eq!(
                (answer.status, answer.code()),
                (404, "not_found"),
                "{} {path}",
                operation.method
            );
        }
    }
}
