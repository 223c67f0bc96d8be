//! Being asked to stop (Ctrl-C, a closed terminal, `cargo xtask down`), and being told of a deploy.

use anyhow::Result;
use rustix::process::{Pid, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Tell a running `up` that another process has deployed onto its stack.
pub(crate) fn tell_of_deploy(up: i32) -> Result<()> {
    if let Some(pid) = Pid::from_raw(up) {
        kill_process(pid, rustix::process::Signal::USR1)?;
    }
    Ok(())
}

/// The signals a command answers to.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    deployed: Signal,
}

impl Signals {
    /// From now on the signals are ours; unless waited for, they do nothing.
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            deployed: signal(SignalKind::user_defined1())?,
        })
    }

    /// Wait to be asked to stop.
    pub(crate) async fn received(&mut self) {
        while matches!(self.stop_or_deployed().await, Heard::Deployed) {}
    }

    /// Wait to be asked to stop or told of a deploy.
    pub(crate) async fn stop_or_deployed(&mut self) -> Heard {
        tokio::select! {
            _ = self.interrupt.recv() => Heard::Stop,
            _ = self.terminate.recv() => Heard::Stop,
            _ = self.hang_up.recv() => Heard::Stop,
            _ = self.deployed.recv() => Heard::Deployed,
        }
    }
}

/// The signal that was heard.
pub(crate) enum Heard {
    /// The process is to stop.
    Stop,
    /// Another process has deployed.
    Deployed,
}
