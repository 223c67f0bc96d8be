//! Measuring one binary: it is run as Lambda runs it, with nothing between it and the stop-watch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lambda_harness::{Function, Launch, Outcome, Usage};
use serde_json::Value;

use super::stage::Scene;

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

/// Instructions vary by the seeds of hash maps alone; the median of three repeats.
const COUNTS: usize = 3;
/// A process that does not come to rest in this time hangs.
const REST_LIMIT: Duration = Duration::from_mins(1);

/// What was measured of a function.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// What the function is called in the table.
    pub(crate) name: String,
    /// Instructions from exec to the first `/next`, where valgrind counts them.
    pub(crate) instructions: Option<u64>,
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
    /// What the warm calls were answered, each answer once.
    pub(crate) answer: String,
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
    /// The environment of the function.
    pub(crate) environment: &'a BTreeMap<String, String>,
    /// What it is called with.
    pub(crate) scene: Scene,
}

impl Subject<'_> {
    fn launch(&self) -> Launch {
        let launch = Launch::new(&self.binary).handler(self.name);
        launch.envs(self.environment).quiet()
    }

    /// Measure everything about a function.
    pub(crate) async fn measure(&mut self, valgrind: Option<&Path>) -> Result<Measured> {
        let instructions = match valgrind {
            Some(valgrind) => Some(self.count_instructions(valgrind).await?),
            None => None,
        };
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
        let mut answers = BTreeSet::new();
        for _ in 0..self.repeats.warm_calls {
            let event = self.scene.next().await?;
            let before = at_rest(&function).await?;
            answers.insert(describe(&self.call(&function, &event).await?));
            calls.push(at_rest(&function).await?.cpu.saturating_sub(before.cpu));
        }
        Ok(Measured {
            name: self.label.to_owned(),
            instructions,
            start: median(starts),
            first: median(firsts),
            cheapest: calls.iter().copied().min().unwrap_or_default(),
            warm: median(calls),
            resident: at_rest(&function).await?.peak_resident,
            size: std::fs::metadata(&self.binary)?.len(),
            answer: Vec::from_iter(answers).join(", "),
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

    /// Run it under callgrind up to its first `/next`, where SIGTERM ends it and the count.
    async fn count_instructions(&self, valgrind: &Path) -> Result<u64> {
        let mut counts = Vec::new();
        for _ in 0..COUNTS {
            let counted = std::env::temp_dir().join(format!("callgrind.{}", std::process::id()));
            let launch = self.launch().under([
                valgrind.as_os_str().to_owned(),
                "--tool=callgrind".into(),
                format!("--callgrind-out-file={}", counted.display()).into(),
            ]);
            let function = Function::start(&launch).await?;
            function
                .ready()
                .await
                .with_context(|| format!("{} under valgrind", self.name))?;
            at_rest(&function).await?;
            function.terminate().await;
            let text = std::fs::read_to_string(&counted)
                .context("valgrind wrote no count of instructions")?;
            std::fs::remove_file(&counted)?;
            let total = text
                .lines()
                .find_map(|line| line.strip_prefix("totals: "))
                .context("valgrind's count has no total")?;
            counts.push(total.trim().parse()?);
        }
        Ok(median(counts))
    }
}

/// What the process has cost, once it rests: the system books a thread's time when it stops running.
async fn at_rest(function: &Function) -> Result<Usage> {
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

fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
