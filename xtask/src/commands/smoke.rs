//! `cargo xtask smoke`: every route of a deployed API, called once.

use anyhow::Result;
use clap::Args;

use crate::process::{program, run_in_terminal};
use crate::tools::find_python;
use crate::workspace::Workspace;

/// What calls the routes. Python's standard library, which is needed anyway, speaks HTTPS; no crate of ours does.
const SCRIPT: &str = "xtask/src/smoke.py";
/// The paths, each with the methods it answers.
const ROUTES: &str = "functions/site/routes.txt";

/// The arguments of `smoke`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The address of the API, such as the output `ApiUrl` of the stack
    url: String,
}

/// Call every route, with and without a slash, and say which did not reach its function.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let mut python = program(find_python().await?);
    python.arg(workspace.path(SCRIPT)).arg(arguments.url);
    python.arg(workspace.path(ROUTES));
    run_in_terminal(python).await
}
