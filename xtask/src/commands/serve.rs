//! `cargo xtask serve`: all routes in one process, on the local stack's tables and queues.

use anyhow::Result;
use clap::Args;

use crate::description::Description;
use crate::process::{cargo, run_in_terminal};
use crate::workspace::Workspace;

/// The arguments of `serve`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Passed on, such as `--port 8001`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Serve all routes in one process.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let stack = Description::read(&workspace.home("local"))?;
    let mut serve = cargo();
    serve.args(["run", "--package", "all-routes", "--", "serve"]);
    serve.args(arguments.rest).current_dir(workspace.root());
    serve.envs(stack.environment());
    run_in_terminal(serve).await
}
