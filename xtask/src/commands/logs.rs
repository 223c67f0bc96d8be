//! `cargo xtask logs`: what the functions of the local stack have logged.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::description::Description;
use crate::log_lines::{Tail, View};
use crate::output::line;
use crate::workspace::Workspace;

/// The arguments of `logs`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Show only the lines of this function
    function: Option<String>,
    /// Keep showing lines as they come
    #[arg(long, short)]
    follow: bool,
    /// The number of minutes to look back
    #[arg(long, default_value_t = 60)]
    minutes: u64,
}

/// Print the log lines of the functions.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let stack = Description::read(&workspace.home("local"))?;
    if let Some(function) = &arguments.function {
        super::invoke::physical_name(&stack, function)?;
    }
    let view = View {
        function: arguments.function,
        colour: std::io::stdout().is_terminal(),
    };
    let back = Duration::from_secs(arguments.minutes.saturating_mul(60));
    let mut tail = Tail::new(stack.aws(), view, back);
    for text in tail.next().await? {
        line(text);
    }
    if arguments.follow {
        tail.follow().await?;
    }
    Ok(0)
}
