//! `cargo xtask down`: end a running `up`, or what one that was killed left behind.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::emulator::stop_orphan;
use crate::lock::{Claim, claim};
use crate::output::line;
use crate::workspace::Workspace;

/// The emulator may take twenty seconds to write its state.
const LIMIT: Duration = Duration::from_secs(30);

/// Stop the local stack.
pub(crate) async fn run(workspace: &Workspace) -> Result<i32> {
    let home = workspace.home("local");
    let mut asked = false;
    let started = Instant::now();
    loop {
        match claim(&home)? {
            Claim::Ours(_lock) => {
                let orphan = stop_orphan(&home).await?;
                let _ = std::fs::remove_file(home.stack_file());
                line(if asked || orphan {
                    "The local stack is stopped; its state is kept."
                } else {
                    "No local stack is running."
                });
                return Ok(0);
            }
            Claim::Taken(None) => bail!("the local stack's owner cannot be told"),
            Claim::Taken(Some(_)) if asked && started.elapsed() > LIMIT => {
                bail!("the local stack does not stop")
            }
            Claim::Taken(Some(pid)) => {
                if let (false, Some(pid)) = (asked, Pid::from_raw(pid)) {
                    kill_process(pid, Signal::TERM)?;
                    asked = true;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
