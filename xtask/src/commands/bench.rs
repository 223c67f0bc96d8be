//! `cargo xtask bench`: what each function costs. What it asks of AWS is counted, and what it takes of time and memory is
//! measured without an emulator in between.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use local_aws::now;

use crate::benchmark::callgrind::Callgrind;
use crate::benchmark::catalog::{self, Bench};
use crate::benchmark::hash::Hash;
use crate::benchmark::report::{Report, machine, write};
use crate::benchmark::run::Run;
use crate::benchmark::stage::Stage;
use crate::counts::budget;
use crate::counts::table::judge;
use crate::description::Description;
use crate::functions::{Functions, release};
use crate::lock::{Claim, claim};
use crate::output::line;
use crate::signals::Signals;
use crate::stack::{Options, Ports, prepare};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What is rebuilt against the clock, and what is changed in it: the largest crate of functions.
const REBUILT: (&str, &str) = ("auth", "register_user");

/// Our own emulator and build leave about this much load behind; more comes from something else.
const QUIET: f64 = 2.5;

/// The arguments of `bench`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    of: Option<Of>,
    /// Measure only these functions, and tell each of their calls of AWS; the document is then left alone
    functions: Vec<String>,
    /// Count steps, calls of AWS and units alone, in some minutes; the document is left alone
    #[arg(long)]
    counts: bool,
}

/// What has a benchmark of its own.
#[derive(Clone, Copy, Subcommand)]
enum Of {
    /// Measure lists and searches of 1,000, 10,000 and 100,000 products instead
    Catalog,
}

/// Run the benchmark.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let steps = Steps::new();
    let mut signals = Signals::listen()?;
    // A stack of its own: the events leave accounts, keys and messages behind.
    let home = workspace.home("bench");
    let Claim::Ours(lock) = claim(&home)? else {
        bail!("another `cargo xtask bench` is running: wait until it is done");
    };
    let options = Options {
        home,
        fresh: true,
        persist: false,
        ports: Ports::default(),
    };
    let start = async {
        prepare(workspace, options, &steps, lock)
            .await?
            .run(&steps)
            .await
    };
    let running = tokio::select! {
        running = start => running?,
        () = signals.received() => return Ok(130),
    };
    let outcome = tokio::select! {
        outcome = bench(workspace, &arguments, &running.description, &steps) => outcome,
        () = signals.received() => Ok(130),
    };
    running.stop().await?;
    outcome
}

async fn bench(
    workspace: &Workspace,
    arguments: &Arguments,
    stack: &Description,
    steps: &Steps,
) -> Result<i32> {
    let functions = Functions::find(workspace).await?;
    let pages = budget::pages(workspace)?;
    let stage = Stage::open(workspace, stack).await?;
    if let Some(Of::Catalog) = arguments.of {
        let bench = Bench {
            workspace,
            functions: &functions,
            stack,
            stage: &stage,
            steps,
        };
        let (section, breaches) = catalog::render(&bench.run().await?, &machine());
        line(format_args!("\n{section}"));
        write(&document(workspace), "cargo xtask bench catalog", &section)?;
        return Ok(i32::from(breaches > 0));
    }
    let run = Run::new(&functions, &arguments.functions, stack, stage, steps)?;
    if arguments.counts {
        let counted = run.count().await?;
        let judged = judge(workspace, &pages, &counted);
        line(format_args!("\n{}\n{}", judged.table, judged.rows));
        return Ok(i32::from(judged.breaches > 0));
    }

    let yardsticks = [
        "--package",
        "lambda-harness",
        "--bins",
        "--features",
        "yardsticks",
    ];
    let label = "build the yardsticks";
    release(workspace, steps, label, "bench-build", &yardsticks).await?;
    let rebuild = time_rebuild(workspace, &functions, steps).await?;
    if let Some(load) = load()
        && load > QUIET
    {
        steps.say(format_args!(
            "  the machine is busy (load {load}), so the CPU times will be too high"
        ));
    }

    let callgrind = Callgrind::find();
    if callgrind.is_none() {
        steps.say(
            "  valgrind is not installed, so no instructions are counted (Debian and Ubuntu: `apt \
             install valgrind`)",
        );
    }
    let hash = Hash::measure(&functions, callgrind.as_ref()).await?;
    let (counted, measured) = run.measure(callgrind.as_ref(), &hash).await?;
    let report = Report {
        functions: measured,
        empty: run.measure_empty().await?,
        hash,
        rebuild,
    };
    let judged = judge(workspace, &pages, &counted);
    let (section, breaches) = report.render(&judged, &machine());
    line(format_args!("\n{section}\n{}", judged.rows));
    if arguments.functions.is_empty() {
        write(&document(workspace), "cargo xtask bench", &section)?;
        line("Written to docs/BENCHMARKS.md.");
    }
    Ok(i32::from(breaches > 0))
}

fn document(workspace: &Workspace) -> PathBuf {
    workspace.path("docs/BENCHMARKS.md")
}

/// Touch a function's source and build the binary that serves it.
async fn time_rebuild(
    workspace: &Workspace,
    functions: &Functions,
    steps: &Steps,
) -> Result<Duration> {
    let (package, name) = REBUILT;
    let source = workspace.path(&format!("functions/accounts/{package}/src/{name}.rs"));
    let file = std::fs::File::options()
        .append(true)
        .open(&source)
        .with_context(|| format!("cannot open {}", source.display()))?;
    file.set_modified(now())?;
    let started = Instant::now();
    let label = format!("rebuild {package} after a change of {name}");
    // The same packages as for all functions, or cargo would choose other features for what they
    // stand on and build that anew.
    let mut selection = vec!["--bin", package];
    selection.extend(functions.selection());
    release(workspace, steps, &label, "bench-rebuild", &selection).await?;
    Ok(started.elapsed())
}

/// The number of processes that wanted to run, over the last minute.
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
