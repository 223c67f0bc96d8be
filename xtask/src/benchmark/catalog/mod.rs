//! `cargo xtask bench catalog`: what lists and searches of products cost, by how many products there are. The function runs as
//! on Lambda; what it asks of AWS is answered from memory.

mod replay;
mod requests;
mod rows;
mod section;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use lambda_harness::{Function, Launch, Outcome};
use serde_json::Value;

use super::files::Files;
use super::measure::{at_rest, median};
use super::stage::Stage;
use crate::description::Description;
use crate::functions::{Functions, release};
use crate::process::{program, run_logged};
use crate::proxy::Proxy;
use crate::steps::Steps;
use crate::workspace::Workspace;
use replay::Replay;
use requests::{Requests, asking};
pub(crate) use section::render;

/// The function that answers lists.
const FUNCTION: &str = "list_products";
/// How many products there are.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Processes started, for the median of the first request.
const STARTS: usize = 7;
/// Requests of a kind that are not measured, after which caches are filled.
const WARM_UP: usize = 20;

/// What was measured with so many products.
pub(crate) struct Sized {
    products: usize,
    index: Written,
    first: First,
    kinds: Vec<Kind>,
    /// The most memory that the process had resident, in octets.
    resident: u64,
}

/// An index, as it lies in the bucket.
struct Written {
    octets: u64,
    files: usize,
}

/// The first request of a process, in processor time.
struct First {
    /// From exec until the function asks for an event.
    start: Duration,
    /// The whole request.
    request: Duration,
    /// What of it loading the index takes, as the function says itself.
    load: Load,
}

/// Parts of loading an index, in processor time.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Load {
    /// Until all octets are there.
    download: Duration,
    /// Until it can be asked.
    open: Duration,
}

/// Requests of a kind.
struct Kind {
    name: String,
    /// Processor times, ascending.
    cpu: Vec<Duration>,
    /// Times on the wall, ascending.
    wall: Vec<Duration>,
}

/// What is measured, and on what.
pub(crate) struct Bench<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) functions: &'a Functions,
    pub(crate) stack: &'a Description,
    pub(crate) stage: &'a Stage<'a>,
    pub(crate) steps: &'a Steps,
}

impl Bench<'_> {
    /// Measures all sizes.
    pub(crate) async fn run(&self) -> Result<Vec<Sized>> {
        // Nothing but the catalogue's own functions would see the index, and they would replace it.
        self.stage.run_beside(false).await?;
        let port = self.stack.aws_endpoint_url.rsplit(':').next();
        let port = port.unwrap_or_default().parse();
        let port: u16 = port.context("the local AWS has no port")?;
        let writer = ["--package", "catalog-index", "--example", "measure"];
        let label = "build what writes indexes";
        release(self.workspace, self.steps, label, "bench-catalog", &writer).await?;
        let mut measured = Vec::new();
        for products in SIZES {
            let folder = self.write(products).await?;
            let index = self.upload(&folder).await?;
            let requests = Requests::read(&folder.join("requests.tsv"))?;
            let replay = Proxy::start(port, Replay::new()).await?;
            let step = self
                .steps
                .start(format_args!("measure {products} products"));
            measured.push(self.measure(products, index, &requests, &replay).await?);
            step.done("");
        }
        Ok(measured)
    }

    /// Writes an index of so many products below a folder, and requests.
    async fn write(&self, products: usize) -> Result<PathBuf> {
        let folder = self
            .functions
            .target
            .join("catalogue")
            .join(products.to_string());
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let mut command = program(self.functions.binary("examples/measure"));
        command.arg("write").arg(products.to_string()).arg(&folder);
        let log = self.workspace.home("bench").file("catalogue.log");
        let step = self
            .steps
            .start(format_args!("write an index of {products} products"));
        let status = run_logged(command, &log, |_| {}).await?;
        if !status.success() {
            bail!("no index was written (log: {})", self.workspace.shown(&log));
        }
        step.done("");
        Ok(folder)
    }

    /// Puts the index into the bucket.
    async fn upload(&self, folder: &Path) -> Result<Written> {
        let bucket: Files = self.stage.files()?;
        let mut written = Written {
            octets: 0,
            files: 0,
        };
        for version in fs::read_dir(folder)? {
            let version = version?.path();
            if !version.is_dir() {
                continue;
            }
            for file in fs::read_dir(&version)? {
                let path = file?.path();
                let relative = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                let octets = fs::read(&path)?;
                written.octets += octets.len() as u64;
                written.files += 1;
                bucket.put(&format!("index/{relative}"), octets).await?;
            }
        }
        Ok(written)
    }

    async fn measure(
        &self,
        products: usize,
        index: Written,
        requests: &Requests,
        replay: &Proxy,
    ) -> Result<Sized> {
        let sample = self.stage.sample(FUNCTION)?;
        let (mut starts, mut firsts, mut loads) = (Vec::new(), Vec::new(), Vec::new());
        let mut process = None;
        // The first one of all fills the memory of answers.
        for number in 0..=STARTS {
            let log = self.workspace.home("bench").file("list_products.log");
            let function = Function::start(&self.launch(&log, replay.url())).await?;
            function.ready().await?;
            let start = at_rest(&function).await?.cpu;
            let event = asking(&sample, "", number);
            answered(&function, &event).await?;
            let first = at_rest(&function).await?.cpu.saturating_sub(start);
            if number > 0 {
                starts.push(start);
                firsts.push(first);
                loads.push(requests::load_in(&fs::read_to_string(&log)?)?);
            }
            process = Some(function);
        }
        let function = process.context("one is started")?;
        let mut kinds = Vec::new();
        let mut number = STARTS;
        for (name, queries) in requests.kinds() {
            let (mut cpu, mut wall) = (Vec::new(), Vec::new());
            for (place, query) in queries.iter().enumerate() {
                number += 1;
                let event = asking(&sample, query, number);
                let before = at_rest(&function).await?;
                let took = answered(&function, &event).await?;
                let used = at_rest(&function).await?.cpu.saturating_sub(before.cpu);
                if place >= WARM_UP {
                    cpu.push(used);
                    wall.push(took);
                }
            }
            cpu.sort_unstable();
            wall.sort_unstable();
            kinds.push(Kind {
                name: name.to_owned(),
                cpu,
                wall,
            });
        }
        Ok(Sized {
            products,
            index,
            first: First {
                start: median(starts),
                request: median(firsts),
                load: median(loads),
            },
            kinds,
            resident: function.usage()?.peak_resident,
        })
    }

    fn launch(&self, log: &Path, endpoint: &str) -> Launch {
        let package = &self.functions.crates[FUNCTION];
        Launch::new(self.functions.binary(package))
            .handler(FUNCTION)
            .envs(self.stack.environment())
            .envs([("AWS_ENDPOINT_URL", endpoint)])
            .logging_to(log)
    }
}

/// Calls the function, and takes only success for an answer. Gives the time that it took on the wall.
async fn answered(function: &Function, event: &Value) -> Result<Duration> {
    let polls = function.polls();
    let began = Instant::now();
    let outcome = function.invoke(event).await;
    let took = began.elapsed();
    let Outcome::Answered(answer) = outcome else {
        bail!("{FUNCTION} failed: {outcome:?}");
    };
    if answer["statusCode"] != 200 {
        bail!("{FUNCTION} refused {}: {answer}", event["rawQueryString"]);
    }
    function.polled(polls + 1).await;
    Ok(took)
}
