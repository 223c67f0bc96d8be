//! `cargo xtask invoke`: call a function of the local stack with an event.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::description::Description;
use crate::lambda;
use crate::output::line;
use crate::sample;
use crate::workspace::Workspace;

/// The arguments of `invoke`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The function's name, such as `register_user`
    function: String,
    /// A file with the event [default: events/AREA/FUNCTION.json]
    event: Option<PathBuf>,
}

/// Run a function once with an event.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let stack = Description::read(&workspace.home("local"))?;
    let physical = physical_name(&stack, &arguments.function)?;
    let file = match arguments.event {
        Some(file) => file,
        None => sample::of(workspace, &arguments.function)?,
    };
    let event = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;

    let invocation = lambda::invoke(&stack.aws(), physical, event).await?;

    let mut answer = invocation.answer;
    // An HTTP answer's body is JSON in a string; people want to read it.
    if let Some(body) = answer["body"].as_str()
        && let Ok(body) = serde_json::from_str::<Value>(body)
    {
        answer["body"] = body;
    }
    line(serde_json::to_string_pretty(&answer)?);
    Ok(i32::from(invocation.failed))
}

/// A function's name in AWS, or a sentence that names those there are.
pub(crate) fn physical_name<'a>(stack: &'a Description, name: &str) -> Result<&'a str> {
    let Some(physical) = stack.functions.get(name) else {
        let known: Vec<_> = stack.functions.keys().map(String::as_str).collect();
        bail!(
            "there is no function {name}; there are {}",
            known.join(", ")
        );
    };
    Ok(physical)
}
