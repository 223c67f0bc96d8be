//! `cargo xtask package`: the functions for AWS, where the areas' templates look for them.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;

use crate::functions::{FLAGS, Functions, add_to, archive, staged};
use crate::output::line;
use crate::process::{program, run_in_terminal};
use crate::steps::Steps;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// The arguments of `package`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// For x86-64 processors (template parameter `Architecture`) instead of arm64
    #[arg(long)]
    x86_64: bool,
}

/// Package the functions.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let (target, flag) = if arguments.x86_64 {
        ("x86_64-unknown-linux-gnu", "--x86-64")
    } else {
        ("aarch64-unknown-linux-gnu", "--arm64")
    };
    require_target(workspace, target).await?;
    let steps = Steps::new();
    Tool::CargoLambda.install(workspace, &steps).await?;
    let functions = Functions::find(workspace).await?;

    let mut build = Tool::CargoLambda.command(workspace);
    build.args(["lambda", "build", "--release", "--bins", flag]);
    build.args(["--output-format", "zip"]);
    build.args(["--config", FLAGS]);
    // Of its own: made with another linker, these would take the place of what `up` and `test` have built.
    build.env("CARGO_TARGET_DIR", workspace.path("target/package"));
    build.args(functions.selection());
    build.arg("--lambda-dir").arg(workspace.lambda());
    // Zig comes with the tool, and is looked for on the path.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let bin = Tool::CargoLambda.bin(workspace);
    let paths = std::iter::once(bin).chain(std::env::split_paths(&path));
    build.env("PATH", std::env::join_paths(paths)?);
    build.current_dir(workspace.root());
    // Or `up` would take the archives that are made now for its own.
    for name in &functions.packages {
        match std::fs::remove_file(staged(workspace, name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let code = run_in_terminal(build).await?;
    if code != 0 {
        return Ok(code);
    }

    for name in &functions.packages {
        let archive = archive(workspace, name);
        add_to(&archive, &functions.folders[name])?;
        let bytes = std::fs::metadata(&archive)?.len();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a size in megabytes, for people"
        )]
        let megabytes = bytes as f64 / 1e6;
        line(format_args!(
            "{megabytes:6.1} MB  {}",
            workspace.shown(&archive)
        ));
    }
    line("\nDeploy with `sam deploy`. What it is given the first time is in docs/DEPLOY.md.");
    Ok(0)
}

/// The standard library for the target has to be there; only the toolchain's manager can get it.
async fn require_target(workspace: &Workspace, target: &str) -> Result<()> {
    let mut rustc = program("rustc");
    rustc.args(["--print", "target-libdir", "--target", target]);
    let output = rustc.current_dir(workspace.root()).output().await?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !Path::new(&folder).is_dir() {
        bail!(
            "Rust's standard library for {target} is not installed: get it with `rustup target add \
             {target}` (in this folder, so that it is for the right toolchain)"
        );
    }
    Ok(())
}
