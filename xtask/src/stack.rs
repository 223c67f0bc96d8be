//! A local stack from nothing to running: tools, build, emulator, deploy, the API's plain address and
//! the inbox. `up`, `test` and `bench` share it.

use std::net::TcpListener;

use anyhow::{Context, Result, bail};
use local_aws::Aws;
use tokio::task::JoinHandle;

use crate::deploy::{REGION, Target};
use crate::description::Description;
use crate::emulator::{Emulator, Settings, stop_orphan};
use crate::functions::Functions;
use crate::gateway::ApiId;
use crate::lock::Lock;
use crate::mailbox::Mailbox;
use crate::steps::Steps;
use crate::tools::Tool;
use crate::workspace::{Home, Workspace};
use crate::{gateway, inbox_server, ports};

/// The options that a stack runs with.
pub(crate) struct Options {
    /// The folder of the stack.
    pub(crate) home: Home,
    /// Forget what an earlier run left.
    pub(crate) fresh: bool,
    /// Keep the state for a later run.
    pub(crate) persist: bool,
    /// The ports of the stack.
    pub(crate) ports: Ports,
}

/// The ports of a stack; 0 is a free one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ports {
    /// The port of the API.
    pub(crate) api: u16,
    /// The port of the inbox.
    pub(crate) inbox: u16,
    /// The port of the emulator.
    pub(crate) aws: u16,
}

/// A stack whose emulator runs and whose functions are built, before the deploy.
pub(crate) struct Ready {
    workspace: Workspace,
    options: Options,
    functions: Functions,
    emulator: Emulator,
    api: Vec<TcpListener>,
    inbox: Vec<TcpListener>,
    aws_port: u16,
    lock: Lock,
}

/// A stack that is running.
pub(crate) struct Running {
    /// What others read of it.
    pub(crate) description: Description,
    /// The folder of the stack.
    home: Home,
    emulator: Emulator,
    api: ApiId,
    mailbox: Mailbox,
    persist: bool,
    serving: Vec<JoinHandle<()>>,
    _lock: Lock,
}

/// Take the ports, install the tools, build the functions and start the emulator, all at once where
/// they do not wait for each other.
pub(crate) async fn prepare(
    workspace: &Workspace,
    options: Options,
    steps: &Steps,
    lock: Lock,
) -> Result<Ready> {
    let home = &options.home;
    let _ = std::fs::remove_file(home.stack_file());
    if stop_orphan(home).await? {
        steps.say("  stopped the emulator of an `up` that was killed");
    }
    if options.fresh {
        forget(home)?;
    }
    let api = ports::reserve(options.ports.api, "the API", "--port")?;
    let inbox = ports::reserve(options.ports.inbox, "the inbox", "--inbox-port")?;
    let aws_port = ports::check(options.ports.aws, "the local AWS", "--aws-port")?;
    if options.persist {
        keep_port(home, aws_port)?;
    }
    let functions = Functions::find(workspace).await?;

    let settings = Settings {
        home,
        port: aws_port,
        region: REGION,
        persist: options.persist,
    };
    let emulator = async {
        Tool::Ministack.install(workspace, steps).await?;
        let step = steps.start("start the local AWS");
        let emulator = Emulator::start(workspace, &settings).await?;
        step.done("");
        anyhow::Ok(emulator)
    };
    let ((), (), emulator) = tokio::try_join!(
        functions.build(workspace, steps),
        Tool::Sam.install(workspace, steps),
        emulator,
    )?;
    Ok(Ready {
        workspace: workspace.clone(),
        options,
        functions,
        emulator,
        api,
        inbox,
        aws_port,
        lock,
    })
}

/// The addresses of queues hold the emulator's port, so kept state is good on the port it was made on and no other.
fn keep_port(home: &Home, port: u16) -> Result<()> {
    let file = home.state().join("port");
    match std::fs::read_to_string(&file) {
        Ok(kept) if kept != port.to_string() => bail!(
            "the data of the last run belong to a local AWS on port {kept}: \
             add `--aws-port {kept}`, or `--fresh` to forget them"
        ),
        Ok(_) => Ok(()),
        Err(_) => {
            std::fs::create_dir_all(home.state())?;
            Ok(std::fs::write(&file, port.to_string())?)
        }
    }
}

impl Ready {
    /// Deploy, and open the API and the inbox.
    pub(crate) async fn run(self, steps: &Steps) -> Result<Running> {
        let Options { home, persist, .. } = self.options;
        let endpoint = format!("http://localhost:{}", self.aws_port);
        let api_url = format!("http://localhost:{}", ports::port_of(&self.api)?);
        let inbox_url = format!("http://localhost:{}", ports::port_of(&self.inbox)?);
        let target = Target {
            workspace: &self.workspace,
            home: &home,
            functions: &self.functions,
            aws: &Aws::new(&endpoint, REGION),
            endpoint: &endpoint,
            steps,
        };
        let deployed = target.bring_up_to_date(&api_url, &inbox_url).await;
        let description = match deployed {
            Ok(description) => description,
            Err(error) => {
                // What the failed deploy left is kept, to be repaired by the next.
                self.emulator.stop().await?;
                return Err(error);
            }
        };
        let mailbox = Mailbox::open(self.aws_port, home.state().join("mail.json"));
        let api = ApiId::default();
        api.set(&description.api_id);
        let mut serving = gateway::serve(self.api, self.aws_port, &api)?;
        serving.extend(inbox_server::serve(self.inbox, mailbox.clone(), &api_url)?);
        Ok(Running {
            description,
            home,
            emulator: self.emulator,
            api,
            mailbox,
            persist,
            serving,
            _lock: self.lock,
        })
    }
}

impl Running {
    /// Wait for the emulator to end by itself, which is a failure.
    pub(crate) async fn failed(&mut self) -> Result<()> {
        self.emulator.ended().await
    }

    /// Another process has deployed onto the stack.
    pub(crate) fn deployed_anew(&self) -> Result<()> {
        self.api.set(&Description::read(&self.home)?.api_id);
        Ok(())
    }

    /// Stop everything, keeping the state if it is to be kept.
    pub(crate) async fn stop(self) -> Result<()> {
        let _ = std::fs::remove_file(self.home.stack_file());
        for task in &self.serving {
            task.abort();
        }
        if self.persist {
            self.mailbox
                .save()
                .await
                .context("the inbox could not be kept")?;
        }
        self.emulator.stop().await
    }
}

/// Remove what a stack keeps.
fn forget(home: &Home) -> Result<()> {
    for folder in [home.state(), home.file("tmp")] {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot empty {}", folder.display()));
            }
            _ => {}
        }
    }
    Ok(())
}
