//! `cargo xtask index-people`: the people table, set right by the accounts, on the local stack or on one in AWS.

use anyhow::{Result, bail};
use clap::Args;

use crate::chosen_stack::ChosenStack;
use crate::output;
use crate::process::run_logged;
use crate::steps::Steps;
use crate::workspace::Workspace;

/// The arguments of `index-people`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    stack: ChosenStack,
}

/// Run the command on the chosen stack.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let index = arguments.stack.command(workspace, "index-people").await?;
    let log = workspace.path("target/index-people.log");
    let steps = Steps::new();
    let step = steps.start("index people");
    let mut lines = Vec::new();
    let status = run_logged(index, &log, |line| {
        step.note(line);
        lines.push(line.to_owned());
    })
    .await?;

    if !status.success() {
        drop(step);
        let is_error = |line: &String| line.to_ascii_lowercase().starts_with("error");
        let first = lines.iter().position(is_error).unwrap_or(0);
        for line in &lines[first..] {
            output::error(line);
        }
        bail!(
            "not everybody is indexed; mend the cause and run this again (log: {})",
            workspace.shown(&log)
        );
    }
    step.done("");
    if let Some(counts) = lines.last() {
        output::line(counts);
    }
    Ok(0)
}
