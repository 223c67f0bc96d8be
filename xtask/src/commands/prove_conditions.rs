//! `cargo xtask prove-conditions`: which conditions of writes no test would miss.

use std::collections::BTreeMap;
use std::num::NonZero;

use anyhow::{Result, bail};
use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::conditions::area::{self, Area, Touch};
use crate::conditions::proof::{Candidates, Stage, Test, in_order, prove, record};
use crate::conditions::request::Part;
use crate::conditions::suite::{self, Suite};
use crate::conditions::table::{self, NAME, REASONS, Reasons, Table, Verdict};
use crate::deploy::REGION;
use crate::emulator::{Emulator, Settings};
use crate::lock::{Claim, claim};
use crate::ports;
use crate::process::credentials;
use crate::signals::Signals;
use crate::steps::Steps;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// The arguments of `prove-conditions`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The areas, as their folders below functions/ are named; all of them without any
    areas: Vec<String>,
    /// Write nothing; fail when a table is not what is found
    #[arg(long)]
    check: bool,
    /// Leave areas out that have not changed since this commit
    #[arg(long, value_name = "COMMIT")]
    since: Option<String>,
    /// Run the tests of these crates alone, and write nothing
    #[arg(long, value_name = "CRATE", conflicts_with = "check")]
    package: Vec<String>,
    /// Leave out those parts alone whose row has this text, and write nothing
    #[arg(long, value_name = "TEXT", conflicts_with = "check")]
    part: Option<String>,
    /// The number of conditions that are tried at once; a test mostly waits for the emulator
    #[arg(long, default_value = "4")]
    jobs: NonZero<usize>,
}

impl Arguments {
    /// Whether they are not about the whole of an area, of which there would be no table to write.
    fn is_partial(&self) -> bool {
        !self.package.is_empty() || self.part.is_some()
    }

    fn runs(&self, suite: &Suite) -> bool {
        self.package.is_empty() || self.package.contains(&suite.package)
    }

    fn tries(&self, part: &Part) -> bool {
        let text = self.part.as_deref().unwrap_or_default();
        table::shown(part).contains(text)
    }
}

/// Run the command.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let steps = Steps::new();
    let mut signals = Signals::listen()?;
    let areas = choose(workspace, &arguments).await?;
    if areas.is_empty() {
        steps.say("no area has changed");
        return Ok(0);
    }
    let home = workspace.home("conditions");
    let Claim::Ours(_lock) = claim(&home)? else {
        bail!("another `cargo xtask prove-conditions` is running: wait until it is done");
    };
    // The emulator alone: contract tests make what they need, and no function is deployed.
    Tool::Ministack.install(workspace, &steps).await?;
    let port = ports::check(0, "the local AWS", "")?;
    let settings = Settings {
        home: &home,
        port,
        region: REGION,
        persist: false,
    };
    let emulator = Emulator::start(workspace, &settings).await?;
    let stage = stage(port);
    let outcome = tokio::select! {
        outcome = all(workspace, &arguments, &areas, &stage, &steps) => outcome,
        () = signals.received() => Ok(130),
    };
    emulator.stop().await?;
    outcome
}

/// The areas that are asked for, each with what is to be looked at anew.
async fn choose(workspace: &Workspace, arguments: &Arguments) -> Result<Vec<(Area, Touch)>> {
    let mut areas = area::all(workspace)?;
    let is_known = |name: &&String| areas.iter().any(|area| area.name == **name);
    if let Some(unknown) = arguments.areas.iter().find(|name| !is_known(name)) {
        bail!("functions/{unknown} has no contract tests");
    }
    if !arguments.areas.is_empty() {
        areas.retain(|area| arguments.areas.contains(&area.name));
    }
    let changed = match &arguments.since {
        Some(commit) => area::changed_since(workspace, commit).await,
        None => None,
    };
    let touch = |area: &Area| {
        let changed = changed.as_deref();
        changed.map_or(Touch::Own, |changed| area::touch(&area.name, changed))
    };
    let touched = areas.into_iter().map(|area| {
        let touch = touch(&area);
        (area, touch)
    });
    Ok(touched.filter(|(_, touch)| *touch != Touch::None).collect())
}

fn stage(emulator: u16) -> Stage {
    let mut environment: BTreeMap<String, String> = credentials(REGION)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    // A proxy of the user's must not come between a test and this machine.
    for name in ["NO_PROXY", "no_proxy"] {
        environment.insert(name.to_owned(), "localhost,127.0.0.1".to_owned());
    }
    Stage {
        emulator,
        environment,
    }
}

async fn all(
    workspace: &Workspace,
    arguments: &Arguments,
    areas: &[(Area, Touch)],
    stage: &Stage,
    steps: &Steps,
) -> Result<i32> {
    let mut failures = 0;
    for (area, touch) in areas {
        let mut suites = suite::build(workspace, steps, &area.folder, &arguments.package).await?;
        suites.retain(|suite| arguments.runs(suite));
        let mut candidates = Candidates::new();
        for suite in &suites {
            let step = steps.start(format_args!("record what {} sends", suite.package));
            record(stage, suite, &mut candidates).await?;
            step.done("");
        }
        candidates.retain(|part, _| arguments.tries(part));
        let known = match touch {
            Touch::Own => BTreeMap::new(),
            // The tests are those of the table: what it says of them holds.
            Touch::Common | Touch::None => known(workspace, area, &candidates, &suites)?,
        };
        let mut new = candidates.clone();
        new.retain(|part, _| !known.contains_key(part));
        let mut proved = try_all(arguments, area, stage, steps, &suites, &new).await?;
        proved.extend(
            known
                .into_iter()
                .filter_map(|(part, test)| Some((part, test?))),
        );
        if arguments.is_partial() {
            for part in candidates.keys() {
                let test = proved.get(part).map(table::named);
                let test = test.unwrap_or_else(|| "nothing".to_owned());
                steps.say(format_args!(
                    "  {test} fails without {}",
                    table::shown(part)
                ));
            }
            continue;
        }
        let (found, needless) = judge(workspace, area, &candidates, &proved)?;
        for part in &needless {
            steps.say(format_args!(
                "  take the reason out of {REASONS}, it is proved or sent no more: {part}"
            ));
        }
        failures += needless.len() + report(area, arguments.check, &found, steps)?;
    }
    Ok(i32::from(failures > 0))
}

/// The parts of which the tables of the areas say already which test misses them, or why none does: `None` for a test of another
/// area, and for a reason.
fn known(
    workspace: &Workspace,
    area: &Area,
    candidates: &Candidates,
    suites: &[Suite],
) -> Result<BTreeMap<Part, Option<Test>>> {
    let mut own = table::proved(&area.folder);
    own.retain(|_, test| suites.iter().any(|suite| suite.has(test)));
    let (found, _) = judge(workspace, area, candidates, &own)?;
    let known = found
        .into_iter()
        .filter_map(|(part, verdict)| match verdict {
            Verdict::Proved(test) => Some((part, Some(test))),
            Verdict::ProvedIn(..) | Verdict::Reasoned(_) => Some((part, None)),
            Verdict::Unproved => None,
        });
    Ok(known.collect())
}

/// Leave each part out, and give the test that misses it.
async fn try_all(
    arguments: &Arguments,
    area: &Area,
    stage: &Stage,
    steps: &Steps,
    suites: &[Suite],
    candidates: &Candidates,
) -> Result<BTreeMap<Part, Test>> {
    let last = table::proved(&area.folder);
    let parts = u64::try_from(candidates.len())?;
    let step = steps.start(format_args!("leave out {parts} parts of conditions"));
    let attempts = candidates.keys().map(async |part| {
        let last = last
            .get(part)
            .filter(|last| suites.iter().any(|suite| suite.has(last)));
        let tests = in_order(part, candidates, last);
        let test = prove(stage, suites, part, &tests, last).await?;
        anyhow::Ok((part.clone(), test))
    });
    let mut attempts = stream::iter(attempts).buffer_unordered(arguments.jobs.get());
    let mut proved = BTreeMap::new();
    let mut done = 0;
    while let Some((part, test)) = attempts.try_next().await? {
        done += 1;
        step.progress(done, parts, &table::shown(&part));
        proved.extend(test.map(|test| (part, test)));
    }
    drop(attempts);
    step.done(format_args!("{} are missed", proved.len()));
    Ok(proved)
}

/// What is known of each part: by the tests of this area, by those of another, by a reason. And the reasons that none needs.
fn judge(
    workspace: &Workspace,
    area: &Area,
    candidates: &Candidates,
    proved: &BTreeMap<Part, Test>,
) -> Result<(Table, Vec<String>)> {
    let mut others = Vec::new();
    for other in area::all(workspace)? {
        if other != *area {
            let known = (table::proved(&other.folder), table::reasons(&other.folder)?);
            others.push((other.name, known));
        }
    }
    let mut reasons: Reasons = table::reasons(&area.folder)?;
    let mut verdict = |part: &Part| {
        if let Some(test) = proved.get(part) {
            return Verdict::Proved(test.clone());
        }
        let elsewhere = others
            .iter()
            .find_map(|(name, (proved, _))| Some((name, proved.get(part)?)));
        if let Some((name, test)) = elsewhere {
            return Verdict::ProvedIn(name.clone(), test.clone());
        }
        let shown = table::shown(part);
        let elsewhere = || {
            others
                .iter()
                .find_map(|(_, (_, reasons))| reasons.get(&shown))
        };
        let because = reasons.remove(&shown).or_else(|| elsewhere().cloned());
        because.map_or(Verdict::Unproved, Verdict::Reasoned)
    };
    let found = candidates
        .keys()
        .map(|part| (part.clone(), verdict(part)))
        .collect();
    Ok((found, reasons.into_keys().collect()))
}

/// Writes the table, or compares it, and says what is missing. Gives the number of failures.
fn report(area: &Area, check: bool, found: &Table, steps: &Steps) -> Result<usize> {
    let path = area.folder.join(NAME);
    let is_unproved = |verdict: &&Verdict| **verdict == Verdict::Unproved;
    // What the table says already is no news.
    let mut failures = if check {
        0
    } else {
        found.values().filter(is_unproved).count()
    };
    for (part, _) in found.iter().filter(|(_, verdict)| is_unproved(verdict)) {
        steps.say(format_args!(
            "  nothing fails without {}",
            table::shown(part)
        ));
    }
    if check {
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if !table::agree(&area.name, found, &kept) {
            failures += 1;
            steps.say(format_args!(
                "  not what is found: run `cargo xtask prove-conditions {}` and commit {NAME}",
                area.name
            ));
        }
    } else if found.is_empty() {
        let _ = std::fs::remove_file(&path);
    } else {
        std::fs::write(&path, table::render(&area.name, found))?;
    }
    Ok(failures)
}
