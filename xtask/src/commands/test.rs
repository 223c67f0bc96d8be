//! `cargo xtask test`: every test of the workspace, against a stack that is theirs alone.

use anyhow::{Result, bail};
use clap::Args;

use crate::docker;
use crate::functions::cargo_with_progress;
use crate::lock::{Claim, claim};
use crate::process::{cargo, run_in_terminal};
use crate::signals::Signals;
use crate::stack::{Options, Ports, Running, prepare};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// The arguments of `test`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Passed to `cargo test`, such as `-p auth a_code_logs_in`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Run the tests.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let mut signals = Signals::listen()?;
    let steps = Steps::new();
    let selection = selection(arguments.rest);
    let running = tokio::select! {
        running = start(workspace, &steps, &selection) => running?,
        () = signals.received() => {
            steps.say("stopped");
            return Ok(130);
        }
    };

    let mut tests = cargo();
    tests
        .arg("test")
        .args(&selection)
        .current_dir(workspace.root());
    tests.env("KINWISE_STACK", workspace.home("test").stack_file());
    tests.envs(running.description.environment());
    if docker::has_runtime_image().await {
        tests.env("KINWISE_DOCKER", "1");
    } else {
        steps.say(
            "left out: `sam local invoke`, for want of Docker or of the image of Lambda's runtime",
        );
    }
    // A proxy of the user's must not come between a test and this machine.
    tests
        .env("NO_PROXY", "localhost,127.0.0.1")
        .env("no_proxy", "localhost,127.0.0.1");
    let outcome = tokio::select! {
        outcome = run_in_terminal(tests) => outcome,
        () = signals.received() => Ok(130),
    };
    running.stop().await?;
    outcome
}

/// Start the stack that the tests use. Its deploy keeps one of two cores busy; the tests are compiled on the other.
async fn start(workspace: &Workspace, steps: &Steps, selection: &[String]) -> Result<Running> {
    let home = workspace.home("test");
    let lock = match claim(&home)? {
        Claim::Ours(lock) => lock,
        Claim::Taken(pid) => {
            let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
            bail!("another `cargo xtask test`{by} is running: wait until it is done")
        }
    };
    let options = Options {
        home,
        fresh: true,
        persist: false,
        ports: Ports::default(),
    };
    let ready = prepare(workspace, options, steps, lock).await?;
    let mut compile = vec!["test", "--no-run"];
    let own = selection.iter().take_while(|argument| *argument != "--");
    compile.extend(own.map(String::as_str));
    let (running, _) = tokio::try_join!(
        ready.run(steps),
        cargo_with_progress(
            workspace,
            steps,
            "compile the tests",
            "test-build",
            &compile
        ),
    )?;
    Ok(running)
}

/// What to test: all, unless packages are named.
fn selection(arguments: Vec<String>) -> Vec<String> {
    let named = arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"));
    if named {
        return arguments;
    }
    let mut selection = vec!["--workspace".to_owned()];
    selection.extend(arguments);
    selection
}

#[cfg(test)]
mod tests {
    use super::selection;

    fn of(arguments: &[&str]) -> Vec<String> {
        selection(
            arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
        )
    }

    #[test]
    fn all_packages_are_tested_unless_some_are_named() {
        assert_eq!(of(&[]), ["--workspace"]);
        assert_eq!(of(&["some_test"]), ["--workspace", "some_test"]);
        assert_eq!(of(&["-p", "auth"]), ["-p", "auth"]);
        assert_eq!(of(&["--", "-p"]), ["--workspace", "--", "-p"]);
    }
}
