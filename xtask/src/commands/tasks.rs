//! `cargo xtask tasks`: tasks, queues, dead letters and schedules, on the local stack or on one in AWS.

use anyhow::Result;
use clap::Args;

use crate::chosen_stack::ChosenStack;
use crate::workspace::Workspace;

/// The arguments of `tasks`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    stack: ChosenStack,
    /// What is to be done: list, show, retry, revoke, queues, dead-letters, redrive, purge, pause, resume, schedules, run, enable,
    /// disable; `help` says how
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// Run the command on the chosen stack.
pub(crate) async fn run(workspace: &Workspace, mut arguments: Arguments) -> Result<i32> {
    arguments.stack.take_from(&mut arguments.command)?;
    let mut command = arguments.stack.command(workspace, "tasks").await?;
    let status = command.args(arguments.command).status().await?;
    Ok(status.code().unwrap_or(1))
}
