use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use kernel::settings::{Check, Environment};
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::metrics::Lines;
use crate::{Ahead, App, read_ahead};

/// The variable in which Lambda hands over the template's `Handler`.
const HANDLER: &str = "_HANDLER";

/// The name of the function that this process is: the `Handler` of its resource in the template. Other things than Lambda
/// may set none.
pub fn handler() -> Option<String> {
    std::env::var(HANDLER).ok()
}

/// Says in one line why a process does not start, and gives what it exits with.
pub fn refuse(reason: impl Display) -> ExitCode {
    start_logs();
    tracing::error!(error = %reason, "the function does not run");
    ExitCode::FAILURE
}

/// Runs a function until Lambda ends its process: logs, App, runtime, and then `work`. A function that cannot start says
/// why in one line and exits.
///
/// `sections` are the settings that it works with, besides those of every function; `ahead` is what it reads before its first
/// event.
pub fn run<F, E>(
    name: &str,
    sections: &[Check],
    ahead: &[Ahead],
    work: impl FnOnce(App) -> F,
) -> ExitCode
where
    F: Future<Output = Result<(), E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    start_logs();
    let started = || {
        let app = App::from_env()?;
        let environment = Environment::of_process();
        for check in sections {
            check(&environment)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(read_ahead(&app, ahead));
        runtime.block_on(work(app)).map_err(Into::into)
    };
    let outcome: Result<(), Box<dyn std::error::Error + Send + Sync>> = started();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(function = name, error = %error, "the function does not run");
            ExitCode::FAILURE
        }
    }
}

/// Sends log lines to standard output as JSON, one object a line, at the level that Lambda sets in `AWS_LAMBDA_LOG_LEVEL`.
fn start_logs() {
    let stack = Environment::of_process().optional("STACK_NAME");
    lines_to(&stack.unwrap_or_default(), io::stdout).init();
}

/// Log lines as functions write them, to another place: what a test reads. `stack` is the namespace of their
/// [metrics](crate::metrics).
pub fn lines_to<W>(stack: &str, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .fmt_fields(JsonFields::new())
        .event_format(Lines::new(stack))
        .with_max_level(level)
        .with_writer(writer)
        .finish()
}
