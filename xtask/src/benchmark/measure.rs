//! Measuring one binary: it is run as Lambda runs it, with nothing between it and the stop-watch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lambda_harness::{Function, Launch, Outcome, Usage};
use serde_json::Value;

use super::callgrind::Callgrind;
use super::hash::{Hash, hashes_of};
use super::stage::Scene;
use crate::counts::recorder::{Call, Recorder};
use crate::counts::table::Instructions;
use crate::counts::tally::usual;

/// How often a function is started and called.
#[derive(Clone, Copy)]
pub(crate) struct Repeats {
    /// Processes started, for the median of start-up and first call.
    starts: usize,
    /// Calls before the warm ones are counted: connections and caches are there by then.
    warm_up: usize,
    /// Warm calls, for their median.
    warm_calls: usize,
}

impl Repeats {
    /// For calls that take milliseconds.
    pub(crate) const MANY: Self = Self {
        starts: 15,
        warm_up: 20,
        warm_calls: 100,
    };
    /// For calls that take seconds.
    pub(crate) const FEW: Self = Self {
        starts: 3,
        warm_up: 1,
        warm_calls: 5,
    };
}

/// Calls before those that are recorded, and those: they differ only where something has grown old.
const RECORDED: (usize, usize) = (2, 5);
/// Instructions vary by the seeds of hash maps alone; the median of three repeats.
const COUNTS: usize = 3;
/// The calls of the two runs between which the instructions of warm ones lie.
const CALLS: (usize, usize) = (4, 12);
/// A process that does not come to rest in this time hangs.
const REST_LIMIT: Duration = Duration::from_mins(1);

/// What a function asks of AWS.
pub(crate) struct Recorded {
    /// The number of calls before the first event.
    pub(crate) ahead: u32,
    /// The calls of a warm call.
    pub(crate) calls: Vec<Call>,
    /// What the warm calls were answered, each answer once.
    pub(crate) answer: String,
}

/// What was measured of a function.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// What the function is called in the table.
    pub(crate) name: String,
    /// The calls of AWS before the first event.
    pub(crate) ahead: u32,
    /// CPU from exec to the first `/next`.
    pub(crate) start: Duration,
    /// CPU of the first call.
    pub(crate) first: Duration,
    /// CPU of a warm call.
    pub(crate) warm: Duration,
    /// CPU of the cheapest warm call.
    pub(crate) cheapest: Duration,
    /// The most memory it had resident, in bytes.
    pub(crate) resident: u64,
    /// The size of its binary, which others of its crate share, in bytes.
    pub(crate) size: u64,
}

/// A binary and what it is run with.
pub(crate) struct Subject<'a> {
    /// The name of the function.
    pub(crate) name: &'a str,
    /// What it is called in the table.
    pub(crate) label: &'a str,
    /// How often it is called.
    pub(crate) repeats: Repeats,
    /// The binary that serves the function.
    pub(crate) binary: PathBuf,
    /// The folder of its code, where it reads files from there.
    pub(crate) root: Option<&'a Path>,
    /// The environment of the function.
    pub(crate) environment: &'a BTreeMap<String, String>,
    /// What it is called with.
    pub(crate) scene: Scene,
}

impl Subject<'_> {
    fn launch(&self) -> Launch {
        let launch = Launch::new(&self.binary).handler(self.name);
        let root = self.root.and_then(Path::to_str);
        let root = root.map(|root| ("LAMBDA_TASK_ROOT", root));
        launch.envs(self.environment).envs(root).quiet()
    }

    /// Record what AWS is asked in a warm call, through a proxy at this address. Gives the calls, and the answer to the event.
    pub(crate) async fn record(&mut self, recorder: &Recorder, proxy: &str) -> Result<Recorded> {
        let launch = self.launch().envs([("AWS_ENDPOINT_URL", proxy)]);
        let function = Function::start(&launch).await?;
        recorder.follow(function.pid());
        function
            .ready()
            .await
            .with_context(|| self.name.to_owned())?;
        at_rest(&function).await?;
        let ahead = recorder.take().await?.len();
        let (warm_up, calls) = RECORDED;
        let mut warm = Vec::new();
        let mut answers = BTreeSet::new();
        for number in 0..warm_up + calls {
            let event = self.scene.next().await?;
            recorder.take().await?;
            let outcome = self.call(&function, &event).await?;
            at_rest(&function).await?;
            let asked = recorder.take().await?;
            if number >= warm_up {
                answers.insert(describe(&outcome));
                warm.push(asked);
            }
        }
        Ok(Recorded {
            ahead: u32::try_from(ahead)?,
            calls: usual(warm),
            answer: Vec::from_iter(answers).join(", "),
        })
    }

    /// Count the instructions of a function, without those of its password hashes.
    pub(crate) async fn instructions(
        &mut self,
        callgrind: &Callgrind,
        hash: &Hash,
    ) -> Result<Instructions> {
        let mut starts = Vec::new();
        for _ in 0..COUNTS {
            starts.push(self.count(callgrind, 0).await?);
        }
        let (fewer, more) = CALLS;
        let fewest = self.count(callgrind, fewer).await?;
        let rest = self.count(callgrind, more).await?.saturating_sub(fewest);
        let warm = rest / u64::try_from(more - fewer)?;
        let hashes = u64::from(hashes_of(self.name)) * hash.instructions.unwrap_or_default();
        Ok(Instructions {
            start: median(starts),
            warm: warm.saturating_sub(hashes),
        })
    }

    /// Measure what a function takes of time and memory.
    pub(crate) async fn measure(&mut self) -> Result<Measured> {
        let mut starts = Vec::new();
        let mut firsts = Vec::new();
        for _ in 1..self.repeats.starts {
            let (_, start, first) = self.start().await?;
            starts.push(start);
            firsts.push(first);
        }
        let (function, start, first) = self.start().await?;
        starts.push(start);
        firsts.push(first);

        for _ in 0..self.repeats.warm_up {
            let event = self.scene.next().await?;
            self.call(&function, &event).await?;
        }
        let mut calls = Vec::new();
        for _ in 0..self.repeats.warm_calls {
            let event = self.scene.next().await?;
            let before = at_rest(&function).await?;
            self.call(&function, &event).await?;
            calls.push(at_rest(&function).await?.cpu.saturating_sub(before.cpu));
        }
        Ok(Measured {
            name: self.label.to_owned(),
            ahead: 0,
            start: median(starts),
            first: median(firsts),
            cheapest: calls.iter().copied().min().unwrap_or_default(),
            warm: median(calls),
            resident: at_rest(&function).await?.peak_resident,
            size: std::fs::metadata(&self.binary)?.len(),
        })
    }

    /// Start a process and call it once.
    async fn start(&mut self) -> Result<(Function, Duration, Duration)> {
        let event = self.scene.next().await?;
        let function = Function::start(&self.launch()).await?;
        function
            .ready()
            .await
            .with_context(|| self.name.to_owned())?;
        let start = at_rest(&function).await?.cpu;
        self.call(&function, &event).await?;
        let first = at_rest(&function).await?.cpu.saturating_sub(start);
        Ok((function, start, first))
    }

    /// Call the function and wait until it has asked for the next event.
    async fn call(&self, function: &Function, event: &Value) -> Result<Outcome> {
        let polls = function.polls();
        let outcome = function.invoke(event).await;
        if let Outcome::Died(status) = outcome {
            bail!("{} died of its event: {status}", self.name);
        }
        function.polled(polls + 1).await;
        Ok(outcome)
    }

    /// Run it under callgrind, and call it so many times. Then SIGTERM ends it and the count.
    async fn count(&mut self, callgrind: &Callgrind, calls: usize) -> Result<u64> {
        let launch = self.launch().under(callgrind.command());
        let function = Function::start(&launch).await?;
        function
            .ready()
            .await
            .with_context(|| format!("{} under valgrind", self.name))?;
        for _ in 0..calls {
            let event = self.scene.next().await?;
            self.call(&function, &event).await?;
        }
        at_rest(&function).await?;
        function.terminate().await;
        callgrind.count()
    }
}

/// What the process has cost, once it rests: the system books a thread's time when it stops running.
pub(crate) async fn at_rest(function: &Function) -> Result<Usage> {
    let started = Instant::now();
    let mut before = function.usage()?;
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = function.usage()?;
        if now.idle && now.cpu == before.cpu {
            return Ok(now);
        }
        if started.elapsed() > REST_LIMIT {
            bail!("the function does not come to rest");
        }
        before = now;
    }
}

/// An HTTP answer's status, what a worker has not done, or that there was an answer.
fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered(answer) => {
            let failed = answer["batchItemFailures"].as_array().map_or(0, Vec::len);
            match answer["statusCode"].as_u64() {
                Some(status) => status.to_string(),
                None if failed > 0 => format!("{failed} failed"),
                None => "ok".to_owned(),
            }
        }
        Outcome::Failed(error) => error["errorType"].as_str().unwrap_or("error").to_owned(),
        Outcome::Died(status) => status.to_string(),
    }
}

/// The middle one of some values.
pub(crate) fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
