//! What a body says of whom it is about, where it has no say.

use end_to_end::{Member, Request, Stack, Visitor, sample_event};
use serde_json::{Value, json};

use super::{NOTHING, Operation};

/// The body of a function's sample, with the right password where it asks for one.
fn sample(operation: &Operation, password: &str) -> Value {
    // One function has two operations.
    let function = operation.id.trim_end_matches("_by_post");
    let event = sample_event(function);
    let body = event["body"].as_str().unwrap_or("{}");
    let mut body: Value = serde_json::from_str(body).unwrap();
    let asked = if body["password_confirm"].is_null() {
        "password"
    } else {
        "current_password"
    };
    if body[asked].is_string() {
        body[asked] = password.into();
    }
    body
}

#[tokio::test]
async fn abuse_041_no_operation_takes_somebody_elses_id_from_a_body() {
    let stack = Stack::deployed();
    let victim = Member::join(&stack).await;
    let theirs = victim.sign_in().await;
    let before = victim.stored().await;
    let mut attacker = Member::join(&stack).await;

    let mut tried = 0;
    for operation in Operation::all() {
        if ["GET", "DELETE"].contains(&operation.method.as_str()) {
            continue;
        }
        attacker.visitor = Visitor::new(&stack);
        let tokens = attacker.sign_in().await;
        let mut body = sample(&operation, &attacker.password);
        for field in ["id", "user_id", "user", "sub", "account_id", "owner"] {
            body[field] = json!(victim.id);
        }
        for field in ["sid", "session_id"] {
            body[field] = json!(theirs.session_id());
        }
        for (field, value) in [("role", json!("admin")), ("is_active", json!(false))] {
            body[field] = value;
        }
        let path = operation.path.replace("{id}", NOTHING);
        let request = Request::new(&operation.method, &path).with_body(&body.to_string());

        let answer = attacker
            .visitor
            .send(request.with_token(&tokens.access))
            .await;

        assert!(answer.status < 500, "{}: {}", operation.id, answer.json);
        assert_eq!(victim.stored().await, before, "{}", operation.id);
        let role = &attacker.stored().await["role"];
        assert!(role.is_null(), "{}", operation.id);
        tried += 1;
        if ["change_password", "delete_account"].contains(&operation.id.as_str()) {
            assert!(answer.status < 300, "{}: {}", operation.id, answer.json);
            attacker = Member::join(&stack).await;
        }
    }

    assert!(tried > 20, "{tried}");
    let _ = victim.visitor.me(&theirs.access).await.expect(200);
}
