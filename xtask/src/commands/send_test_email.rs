//! `cargo xtask send-test-email`: a mail that says that mail arrives, from the local stack or from one in AWS.

use anyhow::Result;
use clap::Args;

use crate::chosen_stack::ChosenStack;
use crate::process::run_in_terminal;
use crate::workspace::Workspace;

/// The arguments of `send-test-email`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The address that the mail goes to
    address: String,
    #[command(flatten)]
    stack: ChosenStack,
}

/// Run the command on the chosen stack.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let mut send = arguments
        .stack
        .command(workspace, "send-test-email")
        .await?;
    send.arg(&arguments.address);
    run_in_terminal(send).await
}
