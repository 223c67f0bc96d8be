//! Bringing the deployed stack up to date with the working tree, touching only what changed:
//! `sam deploy` when the template did, else the code of the functions whose binary did.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use http::Method;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use crate::aws::Aws;
use crate::cloudformation::{self, Resource};
use crate::description::Description;
use crate::functions::{Functions, fingerprint, staged};
use crate::lambda;
use crate::process::{aim_at_emulator, run_logged};
use crate::routes::{self, Names};
use crate::steps::Steps;
use crate::tools::{Tool, hex};
use crate::workspace::{Home, Workspace};

/// The stack and the region of `samconfig.toml`'s `[local]`.
pub(crate) const STACK: &str = "kinwise-local";
/// See `STACK`.
pub(crate) const REGION: &str = "us-east-1";
/// Where `sam deploy` puts code and nested templates on its way.
const BUCKET: &str = "kinwise-local-deploy";
/// A function's code travels as 12 MB of base64; more at once gain nothing.
const PARALLEL_UPDATES: usize = 4;

/// What was deployed, kept beside the emulator's state.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    /// The fingerprint of the template and its settings.
    template: String,
    /// The fingerprint of the nested templates.
    infra: String,
    /// By the function's name in AWS.
    functions: BTreeMap<String, Code>,
}

/// Which binary a function's code came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Code {
    /// What identifies the code to Lambda.
    deployed: String,
    /// The fingerprint of the binary it holds.
    binary: String,
}

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

impl Target<'_> {
    /// Deploy what changed, and describe the result.
    pub(crate) async fn bring_up_to_date(
        &self,
        api_url: &str,
        inbox_url: &str,
    ) -> Result<Description> {
        let mut record = self.read_record();
        self.functions.stage(self.workspace)?;
        let template = hash_of(self.workspace, &["template.yaml", "samconfig.toml"])?;
        let infra = hash_of(self.workspace, &["infra"])?;
        let stack = cloudformation::describe(self.aws, STACK).await?;
        let settled = stack.as_ref().is_some_and(|one| is_settled(&one.status));

        if !settled || record.template != template || record.infra != infra {
            if stack.is_some() && (!settled || record.infra != infra) {
                let why = if settled {
                    "infra/ changed, and the emulator cannot update nested stacks"
                } else {
                    "the last deploy left it broken"
                };
                self.start_anew(why).await?;
                record = Record::default();
            }
            let before = lambda::list(self.aws).await?;
            self.sam_deploy().await?;
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
            record.template = template;
            record.infra = infra;
        }

        self.update_functions(&mut record).await?;
        std::fs::write(self.record_file(), serde_json::to_vec_pretty(&record)?)?;
        self.describe(api_url, inbox_url).await
    }

    /// Empty the emulator. It loses the attributes of what an update of a nested stack leaves alone
    /// (ministack 1.5.33), and such an update can then be neither finished nor undone.
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

    async fn sam_deploy(&self) -> Result<()> {
        let step = self.steps.start("deploy the template");
        self.make_bucket().await?;

        let log = self.home.file("deploy.log");
        let mut sam = Tool::Sam.command(self.workspace);
        aim_at_emulator(&mut sam, self.endpoint, REGION);
        sam.current_dir(self.workspace.root());
        sam.args(["deploy", "--config-env", "local"]);
        // Named, or a `sam build` of the user's would be deployed in its place.
        sam.args(["--template-file", "template.yaml"]);
        sam.args(["--s3-bucket", BUCKET, "--no-progressbar"]);
        let status = run_logged(sam, &log, |line| {
            if let Some(resource) = deployed_resource(line) {
                step.note(resource);
            }
        })
        .await?;
        if status.success() {
            step.done("");
            return Ok(());
        }
        drop(step);
        let why = match cloudformation::failure(self.aws, STACK).await {
            Some(reason) => reason,
            None => last_error(&log),
        };
        bail!(
            "the deploy failed: {why} (log: {})",
            self.workspace.shown(&log)
        );
    }

    async fn make_bucket(&self) -> Result<()> {
        let path = format!("/{BUCKET}");
        let found = self
            .aws
            .call("s3", Method::HEAD, &path, &[], Vec::new())
            .await?;
        if !found.status.is_success() {
            self.aws
                .call("s3", Method::PUT, &path, &[], Vec::new())
                .await?;
        }
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

    fn record_file(&self) -> PathBuf {
        self.home.state().join("deployed.json")
    }

    fn read_record(&self) -> Record {
        std::fs::read(self.record_file())
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
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

fn is_settled(status: &str) -> bool {
    matches!(
        status,
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE"
    )
}

/// The fingerprint of some files and folders.
fn hash_of(workspace: &Workspace, paths: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect_files(&workspace.path(path), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(workspace.shown(&file));
        hash.update(
            std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?,
        );
    }
    Ok(hex(&hash.finalize()))
}

fn collect_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        collect_files(&entry?.path(), files)?;
    }
    Ok(())
}

/// The resource in a line of the table of events that `sam deploy` prints.
fn deployed_resource(line: &str) -> Option<&str> {
    let mut columns = line.split_whitespace();
    let status = columns.next()?;
    let is_status = status.starts_with("CREATE_") || status.starts_with("UPDATE_");
    is_status.then(|| columns.nth(1)).flatten()
}

/// The last line of a log that says it is an error, else the last line.
fn last_error(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    lines()
        .rfind(|line| line.starts_with("Error"))
        .or_else(|| lines().next_back())
        .unwrap_or("sam wrote nothing")
        .trim()
        .to_owned()
}
