//! A run of the benchmark: one function after another is counted, then measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::callgrind::Callgrind;
use super::files::large_picture;
use super::hash::Hash;
use super::measure::{Measured, Recorded, Repeats, Subject};
use super::report::LARGE_PICTURE;
use super::stage::{Scene, Stage};
use crate::counts::recorder::Recorder;
use crate::counts::table::Counted;
use crate::counts::tally::{Counts, shown, transactions};
use crate::description::Description;
use crate::functions::Functions;
use crate::proxy::Proxy;
use crate::steps::Steps;

/// The function that is measured with a large picture, too.
const PICTURES: &str = "process_avatar";

/// The functions that are chosen, and what they are run on.
pub(crate) struct Run<'a> {
    /// The functions to measure, each with the package of its binary.
    chosen: Vec<(&'a str, &'a str)>,
    functions: &'a Functions,
    environment: BTreeMap<String, String>,
    /// The port of the emulator.
    emulator: u16,
    stage: Stage<'a>,
    recorder: Arc<Recorder>,
    /// Each call of AWS is told.
    is_traced: bool,
    steps: &'a Steps,
}

impl<'a> Run<'a> {
    /// A run on this stage, of the functions of these names or, without any, of all.
    pub(crate) fn new(
        functions: &'a Functions,
        names: &[String],
        stack: &Description,
        stage: Stage<'a>,
        steps: &'a Steps,
    ) -> Result<Self> {
        let port = stack.aws_endpoint_url.rsplit(':').next();
        let port = port.unwrap_or_default().parse();
        Ok(Self {
            chosen: choose(functions, names)?,
            functions,
            environment: stack.environment(),
            emulator: port.context("the local AWS has no port")?,
            stage,
            recorder: Recorder::new(),
            is_traced: !names.is_empty(),
            steps,
        })
    }

    /// Count what the functions ask of AWS.
    pub(crate) async fn count(&self) -> Result<Vec<Counted>> {
        let proxy = Proxy::start(self.emulator, Arc::clone(&self.recorder)).await?;
        let mut counted = Vec::new();
        for (name, package) in &self.chosen {
            let mut subject = self.subject(name, package).await?;
            counted.push(self.count_one(&mut subject, &proxy).await?);
        }
        Ok(counted)
    }

    /// Count and measure everything about the functions.
    pub(crate) async fn measure(
        &self,
        callgrind: Option<&Callgrind>,
        hash: &Hash,
    ) -> Result<(Vec<Counted>, Vec<Measured>)> {
        let proxy = Proxy::start(self.emulator, Arc::clone(&self.recorder)).await?;
        let (mut counted, mut measured) = (Vec::new(), Vec::new());
        for (name, package) in &self.chosen {
            let mut subject = self.subject(name, package).await?;
            let mut one = self.count_one(&mut subject, &proxy).await?;
            if let Some(callgrind) = callgrind {
                let label = format_args!("count the instructions of {name}");
                let step = self.steps.start(label);
                one.instructions = Some(subject.instructions(callgrind, hash).await?);
                step.done("");
            }
            let ahead = one.ahead;
            counted.push(one);
            measured.push(Measured {
                ahead,
                ..measure(self.steps, &mut subject).await?
            });
            if *name == PICTURES {
                subject.scene.upload_instead(large_picture()?);
                subject.label = LARGE_PICTURE;
                subject.repeats = Repeats::FEW;
                measured.push(measure(self.steps, &mut subject).await?);
            }
        }
        Ok((counted, measured))
    }

    /// Count what a function asks of AWS.
    async fn count_one(&self, subject: &mut Subject<'_>, proxy: &Proxy) -> Result<Counted> {
        let step = self.steps.start(format_args!("count {}", subject.name));
        let Recorded {
            ahead,
            calls,
            answer,
        } = subject.record(&self.recorder, proxy.url()).await?;
        step.done("");
        if self.is_traced && !calls.is_empty() {
            self.steps.say(shown(&calls).trim_end());
        }
        Ok(Counted {
            name: subject.name.to_owned(),
            counts: Counts::of(&calls),
            ahead,
            transactions: transactions(&calls),
            has_caller: subject.scene.has_caller(),
            instructions: None,
            answer,
        })
    }

    /// Measure a function that does nothing.
    pub(crate) async fn measure_empty(&self) -> Result<Measured> {
        let mut subject = Subject {
            name: "empty_function",
            label: "empty_function",
            repeats: Repeats::MANY,
            binary: self.functions.binary("empty_function"),
            root: None,
            environment: &BTreeMap::new(),
            scene: Scene::bare(json!({})),
        };
        measure(self.steps, &mut subject).await
    }

    /// A function with what it is called with.
    async fn subject<'s>(&'s self, name: &'s str, package: &str) -> Result<Subject<'s>> {
        Ok(Subject {
            name,
            label: name,
            repeats: Repeats::MANY,
            binary: self.functions.binary(package),
            root: self.functions.root(package),
            environment: &self.environment,
            scene: self.stage.scene(name).await?,
        })
    }
}

async fn measure(steps: &Steps, subject: &mut Subject<'_>) -> Result<Measured> {
    let step = steps.start(format_args!("measure {}", subject.label));
    let measured = subject.measure().await?;
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
