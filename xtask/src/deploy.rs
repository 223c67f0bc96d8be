//! Bringing the deployed stack up to date with the working tree, touching only what changed:
//! `sam deploy` when a template did, otherwise the code of the functions whose binary did.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use http::Method;
use local_aws::Aws;
use tokio::task::JoinSet;

use crate::cloudformation;
use crate::deploy_record::{Code, Record, hash_of};
use crate::description::Description;
use crate::functions::{self, Functions};
use crate::intrinsics::Names;
use crate::sam::{BUCKET, make_bucket, sam_deploy};
use crate::steps::Steps;
use crate::workspace::{Home, Workspace};
use crate::{intrinsics, lambda, routes, template};

/// The stack and the region of `samconfig.toml`'s `[local]`.
pub(crate) const STACK: &str = "kinwise-local";
/// The region of the stack; see `STACK`.
pub(crate) const REGION: &str = "us-east-1";
/// The emulator lets half a second pass before a function's new code serves, and does little meanwhile: with so many at once
/// a crate is done in that time.
const PARALLEL_UPDATES: usize = 16;

/// What is deployed, and where.
pub(crate) struct Target<'a> {
    /// The repository that is deployed.
    pub(crate) workspace: &'a Workspace,
    /// The folder of the stack.
    pub(crate) home: &'a Home,
    /// The functions that were built.
    pub(crate) functions: &'a Functions,
    /// The client of the emulator.
    pub(crate) aws: &'a Aws,
    /// The address of the emulator.
    pub(crate) endpoint: &'a str,
    /// The steps that the user sees.
    pub(crate) steps: &'a Steps,
}

/// The state of the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is no stack yet.
    Missing,
    /// The stack can be updated.
    Sound,
    /// CloudFormation takes no update of it.
    Broken,
}

impl Target<'_> {
    /// Deploy what changed, and describe the result.
    pub(crate) async fn bring_up_to_date(
        &self,
        api_url: &str,
        inbox_url: &str,
    ) -> Result<Description> {
        let mut record = Record::read(self.home);
        self.functions.stage(self.workspace)?;
        let staged = self.functions.fingerprints(self.workspace)?;
        let mut files = template::files(self.workspace)?;
        files.push(self.workspace.path("samconfig.toml"));
        let template = hash_of(self.workspace, &files)?;
        let state = self.state().await?;

        if state == State::Broken {
            self.start_anew("the last deploy left it broken").await?;
        }
        if state != State::Sound || record.template != template {
            self.deploy_template(&mut record, &staged).await?;
            record.template = template;
        }

        self.update_functions(&mut record, &staged).await?;
        record.write(self.home)?;
        self.describe(api_url, inbox_url).await
    }

    async fn state(&self) -> Result<State> {
        let stack = cloudformation::describe(self.aws, STACK).await?;
        Ok(match stack.as_ref().map(|stack| stack.status.as_str()) {
            None => State::Missing,
            Some("CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE") => {
                State::Sound
            }
            Some(_) => State::Broken,
        })
    }

    /// Deploy the template and note which function got its code with it.
    async fn deploy_template(
        &self,
        record: &mut Record,
        staged: &BTreeMap<String, String>,
    ) -> Result<()> {
        let mut before = lambda::list(self.aws).await?;
        if let Err(error) = sam_deploy(self).await {
            // What the emulator could undo is the template's fault, and so is what fails on an empty stack.
            if before.is_empty() || self.state().await? == State::Sound {
                return Err(error);
            }
            self.start_anew("it could not be updated").await?;
            before.clear();
            sam_deploy(self).await?;
        }
        let mut after = lambda::list(self.aws).await?;
        // A function that moves from one stack to another keeps its name: the emulator makes it in the one, and then deletes it
        // with the other. AWS would refuse to make it.
        if self.first_missing(&after)?.is_some() {
            self.start_anew("a function has moved to another stack")
                .await?;
            before.clear();
            sam_deploy(self).await?;
            after = lambda::list(self.aws).await?;
        }
        if let Some(missing) = self.first_missing(&after)? {
            bail!("{missing} was not deployed");
        }
        // Code that came with this deployment is that of the binaries as they are staged now.
        record.functions.retain(|name, _| after.contains_key(name));
        for (name, function) in &after {
            let same = before
                .get(name)
                .is_some_and(|was| was.code == function.code);
            let binary = self.crate_of(name).and_then(|package| staged.get(package));
            if let (false, Some(binary)) = (same, binary) {
                let code = Code {
                    deployed: function.code.clone(),
                    binary: binary.clone(),
                };
                record.functions.insert(name.clone(), code);
            }
        }
        Ok(())
    }

    /// A function of the templates that was not deployed.
    fn first_missing(
        &self,
        deployed: &BTreeMap<String, lambda::Deployed>,
    ) -> Result<Option<String>> {
        let functions = template::functions(self.workspace)?.into_iter();
        let mut names = functions.map(|function| format!("{STACK}-{}", function.name));
        Ok(names.find(|name| !deployed.contains_key(name)))
    }

    /// Empty the emulator: a stack that it could neither finish nor undo takes no further update.
    async fn start_anew(&self, why: &str) -> Result<()> {
        let step = self
            .steps
            .start(format_args!("empty the local stack: {why}"));
        self.aws
            .call("s3", Method::POST, "/_ministack/reset", &[], Vec::new())
            .await?;
        step.done("accounts and data are gone");
        Ok(())
    }

    /// Send the code of every function whose binary is not the one deployed.
    async fn update_functions(
        &self,
        record: &mut Record,
        staged: &BTreeMap<String, String>,
    ) -> Result<()> {
        let mut outdated: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, function) in lambda::list(self.aws).await? {
            let Some(package) = self.crate_of(&name) else {
                continue;
            };
            let current = record.functions.get(&name).is_some_and(|code| {
                Some(&code.binary) == staged.get(package) && code.deployed == function.code
            });
            if !current {
                outdated.entry(package).or_default().push(name);
            }
        }
        if outdated.is_empty() {
            return Ok(());
        }

        let step = self
            .steps
            .start(format_args!("update {}", enumerate(&outdated)));
        make_bucket(self.aws).await?;
        let mut waiting = Vec::new();
        for (package, names) in outdated {
            let archive = functions::archive(self.workspace, package);
            let code = lambda::upload(self.aws, BUCKET, package, &archive).await?;
            let binary = staged[package].clone();
            waiting.extend(
                names
                    .into_iter()
                    .map(|name| (name, code.clone(), binary.clone())),
            );
        }
        let count = waiting.len();
        let mut waiting = waiting.into_iter();
        let mut updates = JoinSet::new();
        let mut done = 0;
        loop {
            while updates.len() < PARALLEL_UPDATES
                && let Some((name, code, binary)) = waiting.next()
            {
                let aws = self.aws.clone();
                updates.spawn(async move {
                    let deployed = lambda::update_code(&aws, &name, &code).await?;
                    anyhow::Ok((name, Code { deployed, binary }))
                });
            }
            let Some(finished) = updates.join_next().await else {
                break;
            };
            let (name, code) = finished??;
            done += 1;
            step.progress(done, count as u64, short(&name));
            record.functions.insert(name, code);
        }
        step.done("");
        Ok(())
    }

    /// Look the stack up, give the API its routes, and write the description.
    async fn describe(&self, api_url: &str, inbox_url: &str) -> Result<Description> {
        let stack = cloudformation::describe(self.aws, STACK)
            .await?
            .context("the stack is gone")?;
        let api_id = self.bring_routes_up_to_date().await?;

        let deployed = lambda::list(self.aws).await?;
        let mut functions = BTreeMap::new();
        let mut by_logical = BTreeMap::new();
        let mut environment = BTreeMap::new();
        for function in template::functions(self.workspace)? {
            let physical = format!("{STACK}-{}", function.name);
            let deployed = deployed.get(&physical);
            let deployed = deployed.with_context(|| format!("{physical} is gone"))?;
            environment.extend(deployed.environment.clone());
            by_logical.insert(function.logical, deployed.environment.clone());
            functions.insert(function.name, physical);
        }
        let folders = self.functions.folders.values().flatten();
        let folders = folders.filter_map(|folder| {
            let name = folder.file_name()?.to_str()?;
            Some((name.to_owned(), folder.canonicalize().ok()?))
        });
        let description = Description {
            api_url: api_url.to_owned(),
            aws_endpoint_url: self.endpoint.to_owned(),
            region: REGION.to_owned(),
            stack_name: STACK.to_owned(),
            inbox_url: inbox_url.to_owned(),
            outputs: stack.outputs,
            environment,
            functions,
            crates: self.functions.crates.clone(),
            folders: folders.collect(),
            api_id,
        };
        description.write(self.home, &by_logical)?;
        Ok(description)
    }

    /// Make the API, which is in a stack of its own, have the routes of its template. Returns the API's id.
    async fn bring_routes_up_to_date(&self) -> Result<String> {
        let nested = cloudformation::physical_id(self.aws, STACK, routes::API).await?;
        let api = cloudformation::physical_id(self.aws, &nested, routes::API).await?;
        let stack = cloudformation::describe(self.aws, &nested).await?;
        let stack = stack.context("the stack of the API is gone")?;
        let names = Names {
            region: REGION,
            parameters: &stack.parameters,
        };
        let template = std::fs::read_to_string(self.workspace.path("infra/api.yaml"))?;
        let template = intrinsics::parse(&template).context("infra/api.yaml cannot be read")?;
        routes::synchronise(self.aws, &api, &template, &names).await?;
        Ok(api)
    }

    /// The crate whose binary serves a function, by the function's name in AWS.
    fn crate_of(&self, physical: &str) -> Option<&str> {
        let found = self.functions.crates.get(short(physical));
        found.map(String::as_str)
    }
}

/// A function's name, from the one the template gives it in AWS: `STACK-NAME`.
pub(crate) fn short(physical: &str) -> &str {
    physical
        .strip_prefix(STACK)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(physical)
}

/// One function, or how many of which crates.
fn enumerate(outdated: &BTreeMap<&str, Vec<String>>) -> String {
    let all: Vec<&String> = outdated.values().flatten().collect();
    let crates: Vec<&str> = outdated.keys().copied().collect();
    match (all.as_slice(), crates.len()) {
        ([one], _) => format!("function {}", short(one)),
        (many, 1..=3) => format!("{} functions of {}", many.len(), crates.join(", ")),
        (many, _) => format!("{} functions", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::enumerate;

    #[test]
    fn what_is_updated_is_said_in_a_few_words() {
        let of = |crates: &[(&'static str, usize)]| {
            let functions = |count| vec!["kinwise-local-show_root".to_owned(); count];
            let crates = crates.iter().map(|&(name, count)| (name, functions(count)));
            enumerate(&crates.collect())
        };

        assert_eq!(of(&[("site", 1)]), "function show_root");
        assert_eq!(of(&[("auth", 15)]), "15 functions of auth");
        assert_eq!(of(&[("auth", 15), ("mfa", 5)]), "20 functions of auth, mfa");
        let four = [("auth", 1), ("mfa", 2), ("site", 3), ("users", 4)];
        assert_eq!(of(&four), "10 functions");
    }
}
