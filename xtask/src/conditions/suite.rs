//! The suites of an area: the test programs of its crates, as cargo builds them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::timeout;

use super::proof::Test;
use crate::functions::cargo_with_progress;
use crate::process::{cargo, program};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// The time in which one test at least must end. Without a condition, one may wait for what never happens.
const PATIENCE: Duration = Duration::from_mins(3);

/// A test program.
pub(crate) struct Suite {
    /// The name of its crate.
    pub(crate) package: String,
    /// Its tests.
    pub(crate) tests: Vec<String>,
    program: PathBuf,
    folder: PathBuf,
}

/// What became of some tests.
pub(crate) enum Outcome {
    /// All passed.
    Passed,
    /// The test of this name failed, or did not end.
    Failed(String),
}

/// Build the suites of the crates in a folder, or of some of them alone, and ask each for its tests.
///
/// Without a choice the whole workspace is built: then the crates have the features that they have in `cargo xtask test`, and what
/// that has built is not built again.
pub(crate) async fn build(
    workspace: &Workspace,
    steps: &Steps,
    folder: &Path,
    chosen: &[String],
) -> Result<Vec<Suite>> {
    let packages = packages(workspace, folder).await?;
    if packages.is_empty() {
        bail!(
            "no crate below {} has tests of its own",
            workspace.shown(folder)
        );
    }
    let mut arguments = vec!["test", "--no-run", "--test", "*"];
    arguments.push("--message-format=json-render-diagnostics");
    if chosen.is_empty() {
        arguments.push("--workspace");
    }
    arguments.extend(chosen.iter().flat_map(|name| ["--package", name]));
    let label = "compile the tests";
    let lines = cargo_with_progress(workspace, steps, label, "test-build", &arguments).await?;
    let mut suites = Vec::new();
    for line in lines {
        let message: Value = serde_json::from_str(&line).unwrap_or_default();
        // The binaries of the crates are built beside their tests.
        if message["target"]["kind"][0] != "test" {
            continue;
        }
        let (Some(program), Some(manifest)) = (
            message["executable"].as_str(),
            message["manifest_path"].as_str(),
        ) else {
            continue;
        };
        let package = packages
            .iter()
            .find(|(_, known)| known.as_path() == Path::new(manifest));
        if let Some((package, manifest)) = package {
            let folder = manifest.parent().unwrap_or(workspace.root());
            suites.push(Suite::open(package, program.into(), folder).await?);
        }
    }
    suites.sort_by(|one, other| one.package.cmp(&other.package));
    Ok(suites)
}

/// The packages below a folder that have tests beside their code, each with its manifest.
async fn packages(workspace: &Workspace, folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    metadata.current_dir(workspace.root());
    let output = metadata.output().await.context("cannot start cargo")?;
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("cargo cannot read the workspace")?;
    let mut packages = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let mut targets = package["targets"].as_array().into_iter().flatten();
        if manifest.starts_with(folder) && targets.any(|target| target["kind"][0] == "test") {
            let name = package["name"].as_str().unwrap_or_default();
            packages.insert(name.to_owned(), manifest.to_owned());
        }
    }
    Ok(packages)
}

impl Suite {
    async fn open(package: &str, path: PathBuf, folder: &Path) -> Result<Self> {
        let mut list = program(&path);
        list.args(["--list", "--format", "terse"])
            .current_dir(folder);
        let output = list
            .output()
            .await
            .context("a test program does not start")?;
        let tests = String::from_utf8(output.stdout)?;
        let tests = tests.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(Self {
            package: package.to_owned(),
            tests: tests.map(str::to_owned).collect(),
            program: path,
            folder: folder.to_owned(),
        })
    }

    /// Whether a test is one of these.
    pub(crate) fn has(&self, test: &Test) -> bool {
        self.package == test.package && self.tests.contains(&test.name)
    }

    /// Runs tests until one fails or does not end; what they print goes nowhere.
    pub(crate) async fn run(
        &self,
        environment: &BTreeMap<String, String>,
        tests: &[&str],
    ) -> Result<Outcome> {
        let mut command = program(&self.program);
        command
            .arg("--exact")
            .args(tests)
            .current_dir(&self.folder)
            .envs(environment)
            // Of a test that fails on purpose, no new snapshot is kept.
            .env("INSTA_UPDATE", "no")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().context("a test program does not start")?;
        let output = child
            .stdout
            .take()
            .context("a test program has no output")?;
        let mut lines = BufReader::new(output).lines();
        let mut waiting = tests.to_vec();
        loop {
            let failed = match timeout(PATIENCE, lines.next_line()).await {
                Ok(line) => match line? {
                    Some(line) => ended(&line).and_then(|(test, passed)| {
                        waiting.retain(|waiting| *waiting != test);
                        (!passed).then(|| test.to_owned())
                    }),
                    None => break,
                },
                Err(_) => waiting.first().map(|&test| test.to_owned()),
            };
            if let Some(test) = failed {
                child.kill().await?;
                return Ok(Outcome::Failed(test));
            }
        }
        let status = child.wait().await?;
        if !status.success() || !waiting.is_empty() {
            bail!("{} ended before its tests: {status}", self.package);
        }
        Ok(Outcome::Passed)
    }
}

/// The name of the test that a line says has ended, and whether it has passed.
fn ended(line: &str) -> Option<(&str, bool)> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let passed = match outcome {
        "ok" => true,
        "FAILED" => false,
        _ => return None,
    };
    Some((name.trim_end_matches(" - should panic"), passed))
}

#[cfg(test)]
mod tests {
    use super::ended;

    #[test]
    fn the_end_of_a_test_is_seen_at_once() {
        assert_eq!(
            ended("test reuse::twice ... ok"),
            Some(("reuse::twice", true))
        );
        assert_eq!(
            ended("test reuse::twice ... FAILED"),
            Some(("reuse::twice", false))
        );
        assert_eq!(
            ended("test reuse::twice has been running for over 60 seconds"),
            None
        );
        assert_eq!(ended("test result: FAILED. 1 passed"), None);
    }
}
