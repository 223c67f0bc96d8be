//! `cargo xtask generate`: what is made of the lists of the areas and kept in the repository. The texts come from
//! `xtask/all-routes/src/generate/`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::output::line;
use crate::process::{cargo, program};
use crate::sample;
use crate::workspace::Workspace;

/// The one generated file that is compiled into what the others are made of: its names stand in the OpenAPI document.
const AUDIT_ACTIONS: &str = "functions/accounts/admin/audit_actions.txt";

/// The program that makes them.
const PROGRAM: &str = "all-routes";

/// The arguments of `generate`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when a file is not what the lists of the areas say
    #[arg(long)]
    check: bool,
}

/// Write the generated files, or check them.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let files = generated(workspace).await?;
    let mut old = stale(workspace, &files);
    let left_over = left_over(workspace, &files)?;

    if !arguments.check {
        write(workspace, &files, &old)?;
        for path in &left_over {
            std::fs::remove_file(path)?;
            line(format_args!("{} removed", workspace.shown(path)));
        }
        if old.iter().any(|file| file == AUDIT_ACTIONS) {
            let files = generated(workspace).await?;
            let old = stale(workspace, &files);
            write(workspace, &files, &old)?;
        }
        return Ok(0);
    }
    old.extend(left_over.iter().map(|path| workspace.shown(path)));
    if !old.is_empty() {
        bail!(
            "not what the lists of the areas say: run `cargo xtask generate` and commit {}",
            old.join(", ")
        );
    }
    Ok(0)
}

/// The files that are not as they should be.
fn stale(workspace: &Workspace, files: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(file, text): &(&String, &String)| {
        let found = std::fs::read(workspace.path(file));
        found.ok().as_deref() != Some(text.as_bytes())
    };
    let stale = files.iter().filter(differs);
    stale.map(|(file, _)| file.clone()).collect()
}

fn write(workspace: &Workspace, files: &BTreeMap<String, String>, names: &[String]) -> Result<()> {
    for name in names {
        let path = workspace.path(name);
        std::fs::create_dir_all(path.parent().unwrap_or(workspace.root()))?;
        std::fs::write(&path, &files[name])
            .with_context(|| format!("cannot write {}", path.display()))?;
        line(name);
    }
    Ok(())
}

/// The files as they should be, by their paths below the root.
async fn generated(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let mut command = program(build(workspace).await?);
    command
        .arg("generate")
        .arg(workspace.root())
        .current_dir(workspace.root())
        .stdout(Stdio::piped());
    let output = command.spawn()?.wait_with_output().await?;
    if !output.status.success() {
        bail!("the files could not be generated");
    }
    serde_json::from_slice(&output.stdout).context("the generated files cannot be read")
}

/// Build the program that makes them, with a test of its own: then the crates have the features that they have in `cargo xtask test`,
/// and none is built for either of the two alone. Gives where it is.
async fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = cargo();
    command
        .args(["build", "--quiet", "--workspace", "--bin", PROGRAM])
        .args(["--test", "secrets"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace.root())
        .stdout(Stdio::piped());
    let output = command.spawn()?.wait_with_output().await?;
    if !output.status.success() {
        bail!("what makes the files could not be built");
    }
    let messages = String::from_utf8(output.stdout)?;
    let mut messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let built = messages.find(|message| {
        message["target"]["name"] == PROGRAM && message["target"]["kind"][0] == "bin"
    });
    let built = built
        .as_ref()
        .and_then(|message| message["executable"].as_str());
    built
        .map(PathBuf::from)
        .context("cargo does not say what it has built")
}

/// The events of endpoints that there are no more. Those of workers have no route, and are written by hand.
fn left_over(workspace: &Workspace, files: &BTreeMap<String, String>) -> Result<Vec<PathBuf>> {
    let mut left_over = Vec::new();
    for path in sample::all(workspace)? {
        if files.contains_key(&workspace.shown(&path)) {
            continue;
        }
        let event: Value = serde_json::from_slice(&std::fs::read(&path)?)
            .with_context(|| format!("{} is not JSON", path.display()))?;
        if event.get("routeKey").is_some() {
            left_over.push(path);
        }
    }
    Ok(left_over)
}
