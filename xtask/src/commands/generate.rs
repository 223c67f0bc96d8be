//! `cargo xtask generate`: what is made of the endpoints and kept in the repository. The texts come from
//! `xtask/all-routes/src/generate/`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::output::line;
use crate::process::cargo;
use crate::sample;
use crate::workspace::Workspace;

/// What `generate` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail when a file is not what the endpoints say
    #[arg(long)]
    check: bool,
}

/// Run it.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let files = generated(workspace).await?;
    let mut old = Vec::new();
    for (file, text) in &files {
        if std::fs::read(workspace.path(file)).ok().as_deref() != Some(text.as_bytes()) {
            old.push(file.clone());
        }
    }
    let left_over = left_over(workspace, &files)?;

    if !arguments.check {
        for file in &old {
            let path = workspace.path(file);
            std::fs::create_dir_all(path.parent().unwrap_or(workspace.root()))?;
            std::fs::write(&path, &files[file])
                .with_context(|| format!("cannot write {}", path.display()))?;
            line(file);
        }
        for path in &left_over {
            std::fs::remove_file(path)?;
            line(format_args!("{} removed", workspace.shown(path)));
        }
        return Ok(0);
    }
    old.extend(left_over.iter().map(|path| workspace.shown(path)));
    if !old.is_empty() {
        bail!(
            "not what the endpoints say: run `cargo xtask generate` and commit {}",
            old.join(", ")
        );
    }
    Ok(0)
}

/// The files as they should be, by their paths below the root.
async fn generated(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let mut command = cargo();
    command
        .args(["run", "--quiet", "--package", "all-routes", "--"])
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
