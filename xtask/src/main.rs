//! `cargo xtask`: the project's own commands.
//!
//! A command is a file in `commands/` with its arguments and a `run`; to add one, write the file and
//! give it a variant below. What several commands need is a file beside this one.

mod benchmark;
mod chosen_stack;
mod cloudformation;
mod commands;
mod conditions;
mod counts;
mod deploy;
mod deploy_record;
mod description;
mod docker;
mod emulator;
mod functions;
mod gateway;
mod inbox_server;
mod intrinsics;
mod lambda;
mod lock;
mod log_lines;
mod mailbox;
mod output;
mod placeholders;
mod ports;
mod process;
mod proxy;
mod routes;
mod sam;
mod sample;
mod signals;
mod stack;
mod steps;
mod template;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use crate::workspace::Workspace;

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Build, start a local AWS, deploy onto it, print the addresses and follow the logs
    Up(commands::up::Arguments),
    /// Stop the local stack
    Down,
    /// Run all tests against a local stack of their own
    Test(commands::test::Arguments),
    /// Serve all routes in one process, against the local stack: the quick loop
    Serve(commands::serve::Arguments),
    /// Show the mail sent so far, newest first, with its links and codes
    Inbox(commands::inbox::Arguments),
    /// Show the functions' logs
    Logs(commands::logs::Arguments),
    /// Call a function with its sample event, or another
    Invoke(commands::invoke::Arguments),
    /// Make an administrator, on the local stack or any other
    CreateAdmin(commands::create_admin::Arguments),
    /// Set the lists of accounts right by the accounts, on the local stack or any other
    IndexPeople(commands::index_people::Arguments),
    /// Look after tasks, queues, dead letters and schedules, on the local stack or any other
    Tasks(commands::tasks::Arguments),
    /// Send a test mail, from the local stack or any other
    SendTestEmail(commands::send_test_email::Arguments),
    /// Write the files that are made of the endpoints and the template: docs/, events/, infra/api.yaml, the routes in Cargo.toml
    Generate(commands::generate::Arguments),
    /// Leave the conditions of writes out, one at a time, and say which of them no test misses
    ProveConditions(commands::prove_conditions::Arguments),
    /// Measure the functions and write docs/BENCHMARKS.md
    Bench(commands::bench::Arguments),
    /// Build the functions for AWS
    Package(commands::package::Arguments),
    /// Call every route of a deployed API once, and say which did not reach its function
    Smoke(commands::smoke::Arguments),
    /// Check the templates as CI does
    LintTemplate,
}

fn main() -> ExitCode {
    let Some(command) = Arguments::parse().command else {
        output::line(Arguments::command().render_help());
        return ExitCode::SUCCESS;
    };
    match run(command) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            output::error(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Run a command; its exit code is ours.
fn run(command: Command) -> Result<i32> {
    let workspace = Workspace::find()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let code = runtime.block_on(async {
        match command {
            Command::Up(arguments) => commands::up::run(&workspace, arguments).await,
            Command::Down => commands::down::run(&workspace).await,
            Command::Test(arguments) => commands::test::run(&workspace, arguments).await,
            Command::Serve(arguments) => commands::serve::run(&workspace, arguments).await,
            Command::Inbox(arguments) => commands::inbox::run(&workspace, arguments).await,
            Command::Logs(arguments) => commands::logs::run(&workspace, arguments).await,
            Command::Invoke(arguments) => commands::invoke::run(&workspace, arguments).await,
            Command::CreateAdmin(arguments) => {
                commands::create_admin::run(&workspace, arguments).await
            }
            Command::SendTestEmail(arguments) => {
                commands::send_test_email::run(&workspace, arguments).await
            }
            Command::IndexPeople(arguments) => {
                commands::index_people::run(&workspace, arguments).await
            }
            Command::Tasks(arguments) => commands::tasks::run(&workspace, arguments).await,
            Command::Generate(arguments) => commands::generate::run(&workspace, arguments).await,
            Command::ProveConditions(arguments) => {
                commands::prove_conditions::run(&workspace, arguments).await
            }
            Command::Bench(arguments) => commands::bench::run(&workspace, arguments).await,
            Command::Package(arguments) => commands::package::run(&workspace, arguments).await,
            Command::Smoke(arguments) => commands::smoke::run(&workspace, arguments).await,
            Command::LintTemplate => commands::lint_template::run(&workspace).await,
        }
    });
    // A blocking task under way (hashing, a lock) must not hold up the end of a stopped command.
    runtime.shutdown_background();
    code
}
