//! `cargo xtask create-admin`: an administrator, on the local stack or on one in AWS.

use anyhow::Result;
use clap::Args;

use crate::chosen_stack::ChosenStack;
use crate::process::run_in_terminal;
use crate::workspace::Workspace;

/// The arguments of `create-admin`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The administrator's e-mail address
    email: String,
    #[command(flatten)]
    stack: ChosenStack,
}

/// Run the command on the chosen stack.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let mut create = arguments.stack.command(workspace, "create-admin").await?;
    create.arg(&arguments.email);
    run_in_terminal(create).await
}
