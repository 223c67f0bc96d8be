use end_to_end::{Member, Stack, Tokens, Visitor, unique_address};
use serde_json::json;

use crate::run;

const PASSWORD: &str = "quiet harbour 27 lanterns";

#[tokio::test]
async fn an_operator_makes_an_administrator_who_logs_in_with_a_code() {
    let stack = Stack::deployed();
    let email = unique_address("operator");

    let (text, succeeded) = run(&stack, &["create-admin", &email], PASSWORD).await;

    assert!(succeeded, "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    let visitor = Visitor::new(&stack);
    let _ = visitor.request_code(&email).await.expect(200);
    let code = stack.code_to(&email, 1).await;
    let answer = visitor.verify_code(&email, &code).await.expect(200);
    assert_eq!(answer.json["user"]["role"], "admin");
    let me = visitor.me(&Tokens::of(&answer).access).await.expect(200);
    assert_eq!(
        (me.text("role"), &me.json["email_verified"]),
        ("admin", &true.into())
    );
}

#[tokio::test]
async fn an_account_that_is_promoted_logs_in_anew() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let before = member.log_in().await;

    let (text, succeeded) = run(&stack, &["create-admin", &member.email], PASSWORD).await;

    assert!(succeeded, "{text}");
    let me = member.visitor.me(&before.access).await;
    me.expect_error(401, "not_authenticated");
    let after = member.log_in().await;
    let me = member.visitor.me(&after.access).await.expect(200);
    assert_eq!(
        (me.text("role"), me.text("id")),
        ("admin", member.id.as_str())
    );
    let entries = stack
        .audit_about("ROLE_CHANGED", &format!("user/{}", member.id))
        .await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"]["S"], "operator");
    let change = &entries[0]["changes"]["L"][0]["M"];
    assert_eq!(
        (&change["field"], &change["before"], &change["after"]),
        (
            &json!({"S": "role"}),
            &json!({"S": "user"}),
            &json!({"S": "admin"})
        )
    );
}

#[tokio::test]
async fn an_administrator_needs_a_good_password_too() {
    let stack = Stack::deployed();
    let email = unique_address("careless");

    let (text, succeeded) = run(&stack, &["create-admin", &email], "password1234").await;

    assert!(!succeeded, "{text}");
    assert!(!text.contains("password1234"), "{text}");
    let owner = stack
        .identity_item(&format!("EMAIL#{email}"), "OWNER")
        .await;
    assert!(owner.is_null());
}
