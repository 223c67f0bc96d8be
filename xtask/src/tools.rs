//! The tools that come from `PyPI`, each in a virtual environment of its own, pinned to the last byte.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use tokio::process::Command;

use crate::process::{program, run_logged};
use crate::steps::Steps;
use crate::workspace::Workspace;

/// What the pinned releases run on.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// A tool we install ourselves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tool {
    /// The emulator of AWS.
    Ministack,
    /// `sam`: deploys and lints the template.
    Sam,
    /// `cargo lambda`: cross-compiles for AWS.
    CargoLambda,
}

impl Tool {
    /// The folder under `target/tools` and the name of the requirement file.
    fn name(self) -> &'static str {
        match self {
            Self::Ministack => "ministack",
            Self::Sam => "sam",
            Self::CargoLambda => "cargo-lambda",
        }
    }

    /// The tool, ready for its arguments; ministack's Python, ready for the script that starts it. Called through the environment's Python, not through the
    /// scripts beside it: those name the folder they were made in and break when it is moved.
    pub(crate) fn command(self, workspace: &Workspace) -> Command {
        let folder = workspace.tools().join(self.name());
        match self {
            Self::Ministack => python(&folder),
            Self::Sam => {
                let mut command = python_module(&folder, "samcli");
                command.env("SAM_CLI_TELEMETRY", "0");
                command
            }
            Self::CargoLambda => program(folder.join("bin/cargo-lambda")),
        }
    }

    /// The tool's programs, for the search path (`cargo lambda` looks for Zig there).
    pub(crate) fn bin(self, workspace: &Workspace) -> PathBuf {
        workspace.tools().join(self.name()).join("bin")
    }

    /// Install the tool unless it is there already, as pinned.
    pub(crate) async fn install(self, workspace: &Workspace, steps: &Steps) -> Result<()> {
        let name = self.name();
        let requirements = workspace.path(&format!("xtask/requirements/{name}.txt"));
        let pinned = std::fs::read_to_string(&requirements)
            .with_context(|| format!("cannot read {}", workspace.shown(&requirements)))?;
        let folder = workspace.tools().join(name);
        let wanted = hex(&Sha256::digest(pinned.as_bytes()));
        if installed(&folder, &wanted) {
            return Ok(());
        }

        std::fs::create_dir_all(workspace.tools())?;
        // `up` and `test` may both start cold; the second waits for the first and finds it done.
        let lock = File::create(workspace.tools().join(format!("{name}.lock")))?;
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await??;
        if installed(&folder, &wanted) {
            return Ok(());
        }
        let step = steps.start(format_args!("install {name}"));
        let log = workspace.tools().join(format!("{name}.log"));
        make_environment(workspace, &folder, &log).await?;

        let packages = pinned.lines().filter(|line| line.contains("==")).count() as u64;
        let mut collected = 0;
        let mut pip = python_module(&folder, "pip");
        pip.args(["install", "--disable-pip-version-check", "--no-input"]);
        // Python compiles the modules that a tool loads when it first does; most are never loaded.
        pip.arg("--no-compile");
        pip.args(["--progress-bar", "off", "-r"]).arg(&requirements);
        let status = run_logged(pip, &log, |line| {
            if let Some(package) = line.strip_prefix("Collecting ") {
                collected += 1;
                let package = package.split(['=', ' ']).next().unwrap_or_default();
                step.progress(collected.min(packages), packages, package);
            } else if line.starts_with("Installing ") {
                step.progress(packages, packages, "unpacking");
            }
        })
        .await?;
        if !status.success() {
            bail!(
                "{name} could not be installed from PyPI (log: {})",
                workspace.shown(&log)
            );
        }
        std::fs::write(marker(&folder), wanted)?;
        step.done("");
        drop(lock);
        Ok(())
    }
}

fn marker(folder: &Path) -> PathBuf {
    folder.join("installed")
}

/// The environment matches the requirement file, and its Python has not gone away since.
fn installed(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(marker(folder)).is_ok_and(|found| found == wanted)
        && folder.join("bin/python").exists()
}

fn python_module(folder: &Path, module: &str) -> Command {
    let mut command = python(folder);
    command.args(["-m", module]);
    command
}

fn python(folder: &Path) -> Command {
    let mut command = program(folder.join("bin/python"));
    // A user's own site-packages or start-up file would make the pins worth nothing.
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command.env("PYTHONNOUSERSITE", "1");
    command
}

async fn make_environment(workspace: &Workspace, folder: &Path, log: &Path) -> Result<()> {
    let python = find_python().await?;
    let mut venv = program(&python);
    venv.args(["-m", "venv", "--clear"]).arg(folder);
    let status = run_logged(venv, log, |_| ()).await?;
    if !status.success() {
        bail!(
            "{python} has no working `venv` module: install it (Debian and Ubuntu: `apt install \
             python3-venv`) and try again (log: {})",
            workspace.shown(log)
        );
    }
    Ok(())
}

/// The name of a Python that is new enough.
pub(crate) async fn find_python() -> Result<String> {
    let mut too_old = None;
    for name in [
        "python3",
        "python3.14",
        "python3.13",
        "python3.12",
        "python3.11",
        "python3.10",
        "python",
    ] {
        match python_version(name).await {
            Some(version) if version >= OLDEST_PYTHON => return Ok(name.to_owned()),
            Some(version) => too_old = too_old.or(Some(version)),
            None => {}
        }
    }
    let (major, minor) = OLDEST_PYTHON;
    match too_old {
        Some((found_major, found_minor)) => bail!(
            "the local stack needs Python {major}.{minor} or newer and found \
             {found_major}.{found_minor}: install a newer one and try again"
        ),
        None => bail!(
            "the local stack needs Python {major}.{minor} or newer: install it (Debian and Ubuntu: \
             `apt install python3 python3-venv`; macOS: `brew install python`) and try again"
        ),
    }
}

async fn python_version(name: &str) -> Option<(u32, u32)> {
    let mut command = program(name);
    command.args(["-c", "import sys; print(*sys.version_info[:2])"]);
    let output = command.output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
