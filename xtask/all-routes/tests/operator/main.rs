//! Operators' commands against the deployed stack, as an operator runs them.

mod create_admin;
mod index_people;

use std::process::Stdio;

use end_to_end::Stack;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Runs a command with the environment of the stack's functions, and a line on its standard input. Gives what it wrote, and
/// whether it succeeded.
async fn run(stack: &Stack, arguments: &[&str], line: &str) -> (String, bool) {
    let function = stack.function("register_user");
    let configuration = stack.aws.function_configuration(&function).await;
    let variables = configuration["Environment"]["Variables"]
        .as_object()
        .expect("a function has an environment");

    let mut command = Command::new(env!("CARGO_BIN_EXE_all-routes"));
    command
        .args(arguments)
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
    // A command that reads nothing may be over by now.
    let _ = stdin.write_all(format!("{line}\n").as_bytes()).await;
    drop(stdin);
    let output = child.wait_with_output().await.expect("the command ends");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (text, output.status.success())
}
