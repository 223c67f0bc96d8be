//! `cargo xtask bench`: what each function costs, measured without an emulator in between.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use local_aws::now;
use serde_json::json;

use crate::benchmark::files::{PICTURE, large_picture};
use crate::benchmark::measure::{Measured, Repeats, Subject};
use crate::benchmark::report::{LARGE_PICTURE, Report, machine, write};
use crate::benchmark::stage::{Scene, Stage};
use crate::description::Description;
use crate::functions::{Functions, release};
use crate::lock::{Claim, claim};
use crate::output::line;
use crate::process::program;
use crate::signals::Signals;
use crate::stack::{Options, Ports, prepare};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What is rebuilt against the clock, and what is changed in it: the largest crate of functions.
const REBUILT: (&str, &str) = ("auth", "register_user");

/// The function that is measured with a large picture, too.
const PICTURES: &str = "process_avatar";

/// Our own emulator and build leave about this much load behind; more comes from something else.
const QUIET: f64 = 2.5;

/// The arguments of `bench`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Measure only these functions; the document is then left alone
    functions: Vec<String>,
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
    let chosen = choose(&functions, &arguments.functions)?;
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
    let valgrind = find_program("valgrind");
    if valgrind.is_none() {
        steps.say(
            "  valgrind is not installed, so no instructions are counted (Debian and Ubuntu: `apt \
             install valgrind`)",
        );
    }

    if let Some(load) = load()
        && load > QUIET
    {
        steps.say(format_args!(
            "  the machine is busy (load {load}), so the CPU times will be too high"
        ));
    }

    let environment = stack.environment();
    let stage = Stage::open(workspace, stack).await?;
    let empty = Subject {
        name: "empty_function",
        label: "empty_function",
        repeats: Repeats::MANY,
        binary: functions.binary("empty_function"),
        environment: &BTreeMap::new(),
        scene: Scene::bare(json!({})),
    };
    let empty = measure(steps, empty, valgrind.as_deref()).await?;
    let mut measured = Vec::new();
    for (name, package) in chosen {
        let subject = Subject {
            name,
            label: name,
            repeats: Repeats::MANY,
            binary: functions.binary(package),
            environment: &environment,
            scene: stage.scene(name, PICTURE.to_vec()).await?,
        };
        measured.push(measure(steps, subject, valgrind.as_deref()).await?);
        if name == PICTURES {
            let subject = Subject {
                name,
                label: LARGE_PICTURE,
                repeats: Repeats::FEW,
                binary: functions.binary(package),
                environment: &environment,
                scene: stage.scene(name, large_picture()?).await?,
            };
            measured.push(measure(steps, subject, valgrind.as_deref()).await?);
        }
    }
    let report = Report {
        functions: measured,
        empty,
        hash: cost_of_hash(&functions).await?,
        rebuild,
    };
    let (section, breaches) = report.render(&machine());
    line(format_args!("\n{section}"));
    if arguments.functions.is_empty() {
        write(&workspace.path("docs/BENCHMARKS.md"), &section)?;
        line("Written to docs/BENCHMARKS.md.");
    }
    Ok(i32::from(breaches > 0))
}

async fn measure(
    steps: &Steps,
    mut subject: Subject<'_>,
    valgrind: Option<&Path>,
) -> Result<Measured> {
    let step = steps.start(format_args!("measure {}", subject.label));
    let measured = subject.measure(valgrind).await?;
    step.done("");
    Ok(measured)
}

/// The functions to measure, each with the package of its binary.
fn choose<'a>(functions: &'a Functions, only: &[String]) -> Result<Vec<(&'a str, &'a str)>> {
    let crates = &functions.crates;
    if let Some(unknown) = only.iter().find(|name| !crates.contains_key(*name)) {
        bail!("there is no function {unknown}");
    }
    let is_chosen = |name: &String| only.is_empty() || only.contains(name);
    let chosen = crates.iter().filter(|(name, _)| is_chosen(name));
    Ok(chosen
        .map(|(name, package)| (name.as_str(), package.as_str()))
        .collect())
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

async fn cost_of_hash(functions: &Functions) -> Result<Duration> {
    let output = program(functions.binary("hash_password")).output().await?;
    let nanoseconds = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// The number of processes that wanted to run, over the last minute.
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// A program's whole path: a process without an environment has no search path.
fn find_program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
