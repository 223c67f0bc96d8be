//! The emulator's process: ministack, with IAM enforced, its state kept, and a log of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use local_aws::{get, http_client};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use tokio::process::{Child, Command};

use crate::docker;
use crate::process::{create, credentials};
use crate::tools::Tool;
use crate::workspace::{Home, Workspace};

/// What starts it, with what it lacks.
const SCRIPT: &str = include_str!("start_ministack.py");
/// A cold Python on a busy machine takes this long at most to import what it needs.
const START_LIMIT: Duration = Duration::from_secs(90);
/// Writing the state takes well under a second; more means it hangs.
const STOP_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// A running emulator. Dropped without `stop`, it is ended all the same.
pub(crate) struct Emulator {
    child: Child,
    pid: Pid,
    pid_file: PathBuf,
    stopped: bool,
}

/// The settings that the emulator runs with.
pub(crate) struct Settings<'a> {
    /// The folder that its state and its log go to.
    pub(crate) home: &'a Home,
    /// The port all its services share.
    pub(crate) port: u16,
    /// The region it plays.
    pub(crate) region: &'a str,
    /// Whether its state outlives it.
    pub(crate) persist: bool,
}

impl Emulator {
    /// Start it and wait until it answers.
    pub(crate) async fn start(workspace: &Workspace, settings: &Settings<'_>) -> Result<Self> {
        let home = settings.home;
        let log_path = home.file("ministack.log");
        let log = create(&log_path)?;
        let script = home.file("start_ministack.py");
        std::fs::write(&script, SCRIPT)?;
        let mut command = Tool::Ministack.command(workspace);
        command.arg(script);
        configure(&mut command, settings)?;
        if let Some(bridge) = docker::bridge().await {
            command.env("ALSO_BIND_HOST", bridge.to_string());
        }
        command.stdout(log.try_clone()?).stderr(log);
        command.stdin(Stdio::null()).kill_on_drop(false);
        // Of its own group, so that Ctrl-C reaches us alone and we end it in order.
        command.process_group(0);
        let child = command.spawn().context("cannot start ministack")?;
        let pid = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
            .context("ministack ended at once")?;
        let pid_file = pid_file(home);
        std::fs::write(&pid_file, pid.as_raw_nonzero().to_string())?;
        let mut emulator = Self {
            child,
            pid,
            pid_file,
            stopped: false,
        };
        let shown = workspace.shown(&log_path);
        emulator.wait_until_ready(settings.port, &shown).await?;
        Ok(emulator)
    }

    async fn wait_until_ready(&mut self, port: u16, log: &str) -> Result<()> {
        let http = http_client();
        let url = format!("http://127.0.0.1:{port}/_ministack/ready");
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                self.stopped = true;
                bail!("the local AWS (ministack) ended as it started: {status} (log: {log})");
            }
            if get(&http, &url)
                .await
                .is_ok_and(|answer| answer.status.is_success())
            {
                return Ok(());
            }
            if started.elapsed() > START_LIMIT {
                bail!("the local AWS (ministack) does not answer (log: {log})");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Wait for it to end by itself, which it should not.
    pub(crate) async fn ended(&mut self) -> Result<()> {
        let status = self.child.wait().await?;
        self.stopped = true;
        bail!("the local AWS (ministack) ended: {status}");
    }

    /// End it in order: it writes its state, then goes; what functions are left go with it.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.stopped = true;
        let _ = kill_process(self.pid, Signal::TERM);
        let ended = tokio::time::timeout(STOP_LIMIT, self.child.wait()).await;
        let _ = kill_process_group(self.pid, Signal::KILL);
        let _ = std::fs::remove_file(&self.pid_file);
        if ended.is_err() {
            bail!(
                "the local AWS (ministack) did not end in time and was killed: state may be lost"
            );
        }
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if !self.stopped {
            let _ = kill_process(self.pid, Signal::TERM);
        }
    }
}

/// End an emulator whose `up` was killed before it could do so.
pub(crate) async fn stop_orphan(home: &Home) -> Result<bool> {
    let Some(pid) = std::fs::read_to_string(pid_file(home))
        .ok()
        .and_then(|text| Pid::from_raw(text.trim().parse().ok()?))
    else {
        return Ok(false);
    };
    let _ = std::fs::remove_file(pid_file(home));
    // The number may long be another process's.
    if !is_ministack(pid) {
        return Ok(false);
    }
    let _ = kill_process(pid, Signal::TERM);
    let started = Instant::now();
    while test_kill_process(pid).is_ok() && is_ministack(pid) {
        if started.elapsed() > STOP_LIMIT {
            let _ = kill_process_group(pid, Signal::KILL);
            break;
        }
        tokio::time::sleep(POLL).await;
    }
    let _ = kill_process_group(pid, Signal::KILL);
    Ok(true)
}

fn pid_file(home: &Home) -> PathBuf {
    home.file("ministack.pid")
}

fn is_ministack(pid: Pid) -> bool {
    let id = pid.as_raw_nonzero();
    let line = std::fs::read(format!("/proc/{id}/cmdline")).or_else(|_| {
        std::process::Command::new("ps")
            .args(["-o", "command=", "-p", &id.to_string()])
            .output()
            .map(|output| output.stdout)
    });
    line.is_ok_and(|line| String::from_utf8_lossy(&line).contains("ministack"))
}

/// The functions inherit this environment, so it holds what Lambda would give them and what Python
/// needs, and nothing of the user's.
fn configure(command: &mut Command, settings: &Settings<'_>) -> Result<()> {
    let home = settings.home;
    let temporary = home.file("tmp");
    std::fs::create_dir_all(&temporary)?;
    std::fs::create_dir_all(home.state())?;
    command.env_clear();
    for name in ["PATH", "HOME", "LANG", "LC_ALL", "TZ"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let port = settings.port;
    command
        .env("PYTHONNOUSERSITE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env("TMPDIR", &temporary)
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("MINISTACK_REGION", settings.region)
        .envs(credentials(settings.region))
        // Roles mean what they say: a function without a permission is refused, as on AWS.
        .env("AUTH", "true")
        .env("PERSIST_STATE", if settings.persist { "1" } else { "0" })
        .env("S3_PERSIST", if settings.persist { "1" } else { "0" })
        .env("STATE_DIR", home.state())
        .env("S3_DATA_DIR", home.state().join("s3"))
        // It reckons with far larger functions than these and would refuse calls that AWS takes.
        .env("LAMBDA_ACCOUNT_CONCURRENCY", "250")
        // Listeners and a daemon this product has no use for.
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("DOCKER_HOST", "unix:///nonexistent")
        // Lambda sets these from the function's logging settings; the emulator does not.
        .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
        .env("AWS_LAMBDA_LOG_LEVEL", "INFO")
        .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    if settings.persist {
        forget_stream_positions(&home.state())?;
    }
    Ok(())
}

/// The emulator keeps how far each table's stream was read, but not the stream: after a restart it
/// would wait at the old position until as many new records had come, and no mail would be sent.
fn forget_stream_positions(state: &Path) -> Result<()> {
    let path = state.join("lambda.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(());
    };
    let mut state: serde_json::Value = serde_json::from_str(&text)
        .with_context(|| format!("{} is damaged: start with `--fresh`", path.display()))?;
    if let Some(positions) = state["payload"].as_object_mut() {
        positions.retain(|name, _| !name.contains("stream_positions"));
    }
    std::fs::write(&path, serde_json::to_vec(&state)?)?;
    Ok(())
}
