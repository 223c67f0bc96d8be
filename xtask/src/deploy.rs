//! Bringing the deployed stack up to date with the working tree, touching only what changed:
//! `sam deploy` when the template did, else the code of the functions whose binary did.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use http::Method;
use local_aws::Aws;
use tokio::task::JoinSet;

use crate::cloudformation::{self, Resource};
use crate::deploy_record::{Code, Record, hash_of};
use crate::description::Description;
use crate::functions::{Functions, fingerprint, staged};
use crate::intrinsics::Names;
use crate::sam::sam_deploy;
use crate::steps::Steps;
use crate::workspace::{Home, Workspace};
use crate::{lambda, routes};

/// The stack and the region of `samconfig.toml`'s `[local]`.
pub(crate) const STACK: &str = "kinwise-local";
/// See `STACK`.
pub(crate) const REGION: &str = "us-east-1";
/// A function's code travels as 12 MB of base64; more at once gain nothing.
const PARALLEL_UPDATES: usize = 4;

/// Where and with what to deploy.
pub(crate) struct Target<'a> {
    /// The repository.
    pub(crate) workspace: &'a Workspace,
    /// The stack's folder.
    pub(crate) home: &'a Home,
    /// The functions, built.
    pub(crate) functions: &'a Functions,
    /// The emulator.
    pub(crate) aws: &'a Aws,
    /// The emulator's address.
    pub(crate) endpoint: &'a str,
    /// For what the user sees.
    pub(crate) steps: &'a Steps,
}

/// How the stack stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is none.
    Missing,
    /// It can be updated.
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
        let template = hash_of(
            self.workspace,
            &["template.yaml", "samconfig.toml", "infra"],
        )?;
        let state = self.state().await?;

        if state == State::Broken {
            self.start_anew("the last deploy left it broken").await?;
        }
        if state != State::Sound || record.template != template {
            self.deploy_template(&mut record).await?;
            record.template = template;
        }

        self.update_functions(&mut record).await?;
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
    async fn deploy_template(&self, record: &mut Record) -> Result<()> {
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
        // Code that came with this deployment is that of the binaries as they are staged now.
        let after = lambda::list(self.aws).await?;
        record.functions.retain(|name, _| after.contains_key(name));
        for (name, function) in &after {
            let same = before
                .get(name)
                .is_some_and(|was| was.code == function.code);
            if let (false, Some(binary)) = (same, self.staged_for(name)) {
                let code = Code {
                    deployed: function.code.clone(),
                    binary: fingerprint(&binary)?,
                };
                record.functions.insert(name.clone(), code);
            }
        }
        Ok(())
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
    async fn update_functions(&self, record: &mut Record) -> Result<()> {
        let mut outdated = Vec::new();
        for (name, function) in lambda::list(self.aws).await? {
            let Some(binary) = self.staged_for(&name) else {
                continue;
            };
            let wanted = fingerprint(&binary)?;
            let current = record
                .functions
                .get(&name)
                .is_some_and(|code| code.binary == wanted && code.deployed == function.code);
            if !current {
                outdated.push((name, binary, wanted));
            }
        }
        if outdated.is_empty() {
            return Ok(());
        }

        let count = outdated.len();
        let names: Vec<&str> = outdated.iter().map(|(name, ..)| short(name)).collect();
        let step = self
            .steps
            .start(format_args!("update {}", enumerate(&names)));
        let mut updates = JoinSet::new();
        let mut waiting = outdated.into_iter();
        let mut done = 0;
        loop {
            while updates.len() < PARALLEL_UPDATES
                && let Some((name, path, binary)) = waiting.next()
            {
                let aws = self.aws.clone();
                updates.spawn(async move {
                    let deployed = lambda::update_code(&aws, &name, path).await?;
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
        let resources = cloudformation::resources(self.aws, STACK).await?;
        let template = cloudformation::processed_template(self.aws, STACK).await?;
        let names = Names {
            region: REGION,
            stack: &stack,
            resources: &resources,
            conditions: &template["Conditions"],
        };
        let apis = routes::synchronise(self.aws, &template, &names).await?;

        let deployed = lambda::list(self.aws).await?;
        let mut functions = BTreeMap::new();
        let mut by_logical = BTreeMap::new();
        let mut environment = BTreeMap::new();
        for resource in resources.iter().filter(|one| is_function(one)) {
            let Some(function) = deployed.get(&resource.physical) else {
                continue;
            };
            environment.extend(function.environment.clone());
            by_logical.insert(resource.logical.clone(), function.environment.clone());
            if self.staged_for(&resource.physical).is_some() {
                let name = short(&resource.physical).to_owned();
                functions.insert(name, resource.physical.clone());
            }
        }
        let description = Description {
            api_url: api_url.to_owned(),
            aws_endpoint_url: self.endpoint.to_owned(),
            region: REGION.to_owned(),
            stack_name: STACK.to_owned(),
            inbox_url: inbox_url.to_owned(),
            outputs: stack.outputs,
            environment,
            functions,
            api_id: apis.into_iter().next().unwrap_or_default(),
        };
        description.write(self.home, &by_logical)?;
        Ok(description)
    }

    /// The staged binary of a function, by its name in AWS.
    fn staged_for(&self, physical: &str) -> Option<PathBuf> {
        let name = short(physical);
        let known = self.functions.names.iter().any(|one| one == name);
        known.then(|| staged(self.workspace, name))
    }
}

fn is_function(resource: &Resource) -> bool {
    resource.kind == "AWS::Lambda::Function"
}

/// A function's name, from the one the template gives it in AWS: `STACK-NAME`.
pub(crate) fn short(physical: &str) -> &str {
    physical
        .strip_prefix(STACK)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(physical)
}

/// A few names, or their number.
fn enumerate(names: &[&str]) -> String {
    match names {
        [one] => format!("function {one}"),
        [_, _] | [_, _, _] => format!("functions {}", names.join(", ")),
        many => format!("{} functions", many.len()),
    }
}
