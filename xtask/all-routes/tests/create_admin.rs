//! `create-admin` against the deployed stack, as an operator runs it.

use std::process::Stdio;

use end_to_end::{Member, Stack, Tokens, Visitor, unique_address};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const PASSWORD: &str = "quiet harbour 27 lanterns";

/// Runs the command with the environment of the stack's functions, the password on its standard input. Gives what it
/// wrote, and whether it succeeded.
async fn create_admin(stack: &Stack, email: &str, password: &str) -> (String, bool) {
    let function = stack.function("register_user");
    let configuration = stack.aws.function_configuration(&function).await;
    let variables = configuration["Environment"]["Variables"]
        .as_object()
        .expect("a function has an environment");

    let mut command = Command::new(env!("CARGO_BIN_EXE_all-routes"));
    command
        .args(["create-admin", email])
        .envs(
            variables
                .iter()
                .map(|(name, value)| (name, value.as_str().unwrap_or_default())),
        )
        .env("AWS_ENDPOINT_URL", stack.endpoint())
        .env("AWS_REGION", stack.region())
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary is built");
    let mut stdin = child.stdin.take().expect("it is piped");
    let line = format!("{password}\n");
    let written = stdin.write_all(line.as_bytes()).await;
    written.expect("the command reads a password");
    drop(stdin);
    let output = child.wait_with_output().await.expect("the command ends");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (text, output.status.success())
}

#[tokio::test]
async fn an_operator_makes_an_administrator_who_logs_in_with_a_code() {
    let stack = Stack::deployed();
    let email = unique_address("operator");

    let (text, succeeded) = create_admin(&stack, &email, PASSWORD).await;

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

    let (text, succeeded) = create_admin(&stack, &member.email, PASSWORD).await;

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
}

#[tokio::test]
async fn an_administrator_needs_a_good_password_too() {
    let stack = Stack::deployed();
    let email = unique_address("careless");

    let (text, succeeded) = create_admin(&stack, &email, "password1234").await;

    assert!(!succeeded, "{text}");
    assert!(!text.contains("password1234"), "{text}");
    let owner = stack
        .identity_item(&format!("EMAIL#{email}"), "OWNER")
        .await;
    assert!(owner.is_null());
}
