//! `cargo xtask up`: the local stack. Run again while it runs, it updates what changed and returns.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::deploy::Target;
use crate::description::Description;
use crate::functions::Functions;
use crate::lock::{Claim, Lock, claim};
use crate::log_lines::{Tail, View};
use crate::output::line;
use crate::signals::{Heard, Signals, tell_of_deploy};
use crate::stack::{Options, Ports, Running, prepare};
use crate::steps::Steps;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// The arguments of `up`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Forget accounts, mail and everything else that an earlier run left
    #[arg(long)]
    fresh: bool,
    /// The port at which the API answers
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The port at which the inbox answers
    #[arg(long, default_value_t = 8025)]
    inbox_port: u16,
    /// The port of the local AWS
    #[arg(long, default_value_t = 4566)]
    aws_port: u16,
}

/// Bring the local stack up, or update the one that runs.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    match claim(&workspace.home("local"))? {
        Claim::Ours(lock) => bring_up(workspace, arguments, lock).await,
        Claim::Taken(pid) => update(workspace, &arguments, pid).await,
    }
}

async fn bring_up(workspace: &Workspace, arguments: Arguments, lock: Lock) -> Result<i32> {
    let started = Instant::now();
    let steps = Steps::new();
    let mut signals = Signals::listen()?;
    let options = Options {
        home: workspace.home("local"),
        fresh: arguments.fresh,
        persist: true,
        ports: Ports {
            api: arguments.port,
            inbox: arguments.inbox_port,
            aws: arguments.aws_port,
        },
    };
    let start = async {
        prepare(workspace, options, &steps, lock)
            .await?
            .run(&steps)
            .await
    };
    let mut running = tokio::select! {
        running = start => running?,
        () = signals.received() => {
            steps.say("stopped");
            return Ok(130);
        }
    };
    announce(&running.description, started.elapsed());

    let outcome = follow(&mut running, &mut signals).await;
    line("stopping …");
    running.stop().await?;
    outcome.map(|()| 0)
}

async fn follow(running: &mut Running, signals: &mut Signals) -> Result<()> {
    let view = View {
        function: None,
        colour: std::io::stdout().is_terminal(),
    };
    let mut tail = Tail::new(running.description.aws(), view, Duration::ZERO);
    let mut told = false;
    loop {
        tokio::select! {
            heard = signals.stop_or_deployed() => match heard {
                Heard::Stop => return Ok(()),
                Heard::Deployed => running.deployed_anew()?,
            },
            ended = running.failed() => return ended,
            // The lines are for people. The stack goes on without them, and ends with the emulator alone.
            failed = tail.follow() => if let (Err(error), false) = (failed, told) {
                told = true;
                line(format_args!("the logs cannot be read for now: {error:#}"));
            },
        }
    }
}

/// Another `up` runs the stack: bring it up to date and leave it running.
async fn update(workspace: &Workspace, arguments: &Arguments, pid: Option<i32>) -> Result<i32> {
    let started = Instant::now();
    let home = workspace.home("local");
    let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
    if arguments.fresh {
        bail!(
            "the local stack is running{by}: stop it with `cargo xtask down`, then start it afresh"
        );
    }
    let Ok(running) = Description::read(&home) else {
        bail!("another `cargo xtask up`{by} is starting or stopping: wait until it is done");
    };
    let steps = Steps::new();
    steps.say(format_args!("The local stack is running{by}; updating it."));
    let functions = Functions::find(workspace).await?;
    tokio::try_join!(
        functions.build(workspace, &steps),
        Tool::Sam.install(workspace, &steps),
    )?;
    let target = Target {
        workspace,
        home: &home,
        functions: &functions,
        aws: &running.aws(),
        endpoint: &running.aws_endpoint_url,
        steps: &steps,
    };
    let updated = target
        .bring_up_to_date(&running.api_url, &running.inbox_url)
        .await?;
    if let (true, Some(pid)) = (updated.api_id != running.api_id, pid) {
        tell_of_deploy(pid)?;
    }
    line(format_args!(
        "Up to date in {:.1} s: {}",
        started.elapsed().as_secs_f64(),
        updated.api_url
    ));
    Ok(0)
}

fn announce(stack: &Description, took: Duration) {
    let Description {
        api_url, inbox_url, ..
    } = stack;
    // Of its own for every start, because accounts survive it.
    let email = format!("ada.{}@example.com", name_of_this_start());
    let json = "-H 'content-type: application/json'";
    line(format_args!(
        "\nReady in {:.1} s.\n\n  API            {api_url}\n  documentation  {api_url}/api/docs\n  inbox          {inbox_url}\n",
        took.as_secs_f64(),
    ));
    line("Register, verify the address, log in with the password, log in with a one-time code:\n");
    line(format_args!(
        "curl -sS -w '\\n' {api_url}/api/v1/auth/register {json} -d '{{\"email\":\"{email}\",\"password\":\"quiet-harbour-27-lanterns\",\"password_confirm\":\"quiet-harbour-27-lanterns\"}}'"
    ));
    line(format_args!(
        "curl -sS -w '\\n' \"{api_url}/api/v1/auth/verify-email?token=$(curl -sS '{inbox_url}/token?to={email}')\""
    ));
    line(format_args!(
        "curl -sS -w '\\n' {api_url}/api/v1/auth/token {json} -d '{{\"email\":\"{email}\",\"password\":\"quiet-harbour-27-lanterns\"}}'"
    ));
    line(format_args!(
        "curl -sS -w '\\n' {api_url}/api/v1/auth/otp/request {json} -d '{{\"email\":\"{email}\"}}' && curl -sS -w '\\n' {api_url}/api/v1/auth/otp/verify {json} -d '{{\"email\":\"{email}\",\"code\":\"'\"$(curl -sS '{inbox_url}/code?to={email}')\"'\"}}'"
    ));
    line(
        "\nAn administrator: `cargo xtask create-admin admin@example.com`. After a change, `cargo xtask up` in another \
         terminal updates what changed. Ctrl-C stops all.\n",
    );
}

/// Short and different for every start within a year.
fn name_of_this_start() -> String {
    let seconds = local_aws::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    format!("{:x}", seconds % 0x0fff_ffff)
}
