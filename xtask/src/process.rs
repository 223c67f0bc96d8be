//! Starting programs: with a clean environment, a log file, and no orphan when a command is stopped.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use anyhow::{Context, Result};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

/// A program of the machine or of a virtual environment. It ends with us.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    // `cargo run` sets these for us alone: in a nested cargo they would be taken for its own, and
    // the library path would lead Python to the wrong libraries.
    for (variable, _) in std::env::vars_os() {
        let text = variable.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
    command.env_remove("LD_LIBRARY_PATH");
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// The cargo that started us.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Let a program talk to the emulator and to nothing else: no profile, proxy or certificate file of
/// the user's, and credentials that mean nothing elsewhere.
pub(crate) fn aim_at_emulator(command: &mut Command, endpoint: &str, region: &str) {
    for (variable, _) in std::env::vars_os() {
        let text = variable.to_string_lossy();
        let proxy = text.to_ascii_lowercase().ends_with("_proxy");
        if text.starts_with("AWS_") || proxy || text == "REQUESTS_CA_BUNDLE" {
            command.env_remove(&variable);
        }
    }
    command.env("AWS_CONFIG_FILE", "/dev/null");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_ENDPOINT_URL", endpoint);
    command.envs(credentials(region));
}

/// What the emulator takes for the account's owner.
pub(crate) fn credentials(region: &str) -> [(&'static str, String); 4] {
    [
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ]
}

/// Run a program to its end, all it writes going to `log`; `on_line` sees each line as it comes.
pub(crate) async fn run_logged(
    mut command: Command,
    log: &Path,
    mut on_line: impl FnMut(&str),
) -> Result<ExitStatus> {
    let name = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    let (reader, writer) = std::io::pipe()?;
    command
        .stdout(Stdio::from(writer.try_clone()?))
        .stderr(Stdio::from(writer));
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    // The command holds the pipe's writing end: while it lives, reading never ends.
    drop(command);

    let mut log = create(log)?;
    let mut output = Receiver::from_owned_fd(reader.into())?;
    let mut chunk = vec![0; 8192];
    let mut pending = Vec::new();
    loop {
        let read = output.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        for &byte in &chunk[..read] {
            if byte == b'\n' || byte == b'\r' {
                finish_line(&mut log, &mut pending, byte == b'\n', &mut on_line)?;
            } else {
                pending.push(byte);
            }
        }
    }
    finish_line(&mut log, &mut pending, true, &mut on_line)?;
    Ok(child.wait().await?)
}

/// A line that ends in a carriage return is a progress bar's: shown, not kept.
fn finish_line(
    log: &mut File,
    pending: &mut Vec<u8>,
    keep: bool,
    on_line: &mut impl FnMut(&str),
) -> Result<()> {
    if pending.is_empty() {
        return Ok(());
    }
    on_line(&String::from_utf8_lossy(pending));
    if keep {
        pending.push(b'\n');
        log.write_all(pending)?;
    }
    pending.clear();
    Ok(())
}

/// Create a file and the folders above it.
pub(crate) fn create(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

/// Run a program on the user's terminal; its exit code becomes ours.
pub(crate) async fn run_in_terminal(mut command: Command) -> Result<i32> {
    let name = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    let status = command
        .stdin(Stdio::inherit())
        .status()
        .await
        .with_context(|| format!("cannot start {name}"))?;
    Ok(status.code().unwrap_or(1))
}
