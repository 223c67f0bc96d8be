use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;

use crate::outcome::{InitError, Outcome};
use crate::runtime_api::{Event, Report, Shared, router};
use crate::usage::Usage;

/// Far in the future (the year 2100): what is run here is stopped by its caller, not by a deadline.
const NO_DEADLINE_MS: u64 = 4_102_444_800_000;

/// What to run and with what.
#[derive(Clone, Debug)]
pub struct Launch {
    binary: PathBuf,
    before: Vec<OsString>,
    name: String,
    handler: String,
    environment: Vec<(OsString, OsString)>,
    output: Output,
}

/// Where what it writes goes.
#[derive(Clone, Debug)]
enum Output {
    Passed,
    Dropped,
    Kept(PathBuf),
}

impl Launch {
    /// Run a function's binary. Its environment is empty but for what Lambda itself sets.
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let binary = binary.into();
        let name = binary
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Self {
            binary,
            before: Vec::new(),
            name,
            handler: "bootstrap".to_owned(),
            environment: Vec::new(),
            output: Output::Passed,
        }
    }

    /// Run one of the functions that the binary serves: the name that the template gives as `Handler`.
    #[must_use]
    pub fn handler(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        name.clone_into(&mut self.handler);
        self
    }

    /// Add to its environment.
    #[must_use]
    pub fn envs<K: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = variables.into_iter();
        self.environment
            .extend(variables.map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Run it under another program, such as valgrind with its options.
    #[must_use]
    pub fn under(mut self, program: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.before = program.into_iter().map(Into::into).collect();
        self
    }

    /// Throw away what it writes, instead of passing it on.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.output = Output::Dropped;
        self
    }

    /// Keep what it writes in a file, which is made anew.
    #[must_use]
    pub fn logging_to(mut self, file: impl Into<PathBuf>) -> Self {
        self.output = Output::Kept(file.into());
        self
    }

    fn command(&self, api: &str) -> io::Result<Command> {
        let mut words = self.before.iter();
        let mut command = match words.next() {
            Some(program) => {
                let mut command = Command::new(program);
                command.args(words).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        command.env_clear();
        for (name, value) in [
            ("AWS_LAMBDA_RUNTIME_API", api),
            ("AWS_LAMBDA_FUNCTION_NAME", &self.name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "harness"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "harness"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("_HANDLER", &self.handler),
        ] {
            command.env(name, value);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        match &self.output {
            Output::Passed => {}
            Output::Dropped => {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
            Output::Kept(file) => {
                let file = File::create(file)?;
                command.stdout(file.try_clone()?).stderr(file);
            }
        }
        Ok(command)
    }
}

/// The reason why a function could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The Runtime API found no port.
    #[error("no port for the Runtime API")]
    Listen(#[source] io::Error),
    /// The binary cannot be executed.
    #[error("cannot execute {}", .1.display())]
    Spawn(#[source] io::Error, PathBuf),
}

/// A function's process and its Runtime API. Dropped, the process is killed.
pub struct Function {
    pid: Pid,
    /// The exit status of the process, once it has ended.
    status: watch::Receiver<Option<ExitStatus>>,
    events: mpsc::Sender<Event>,
    reports: Mutex<mpsc::UnboundedReceiver<Report>>,
    polls: watch::Receiver<u64>,
    invocations: Mutex<u64>,
    api: JoinHandle<()>,
    process: JoinHandle<()>,
}

impl Function {
    /// Serve the Runtime API and start the process. It may still be starting when this returns.
    pub async fn start(launch: &Launch) -> Result<Self, StartError> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        let (events, receive_events) = mpsc::channel(1);
        let (send_reports, reports) = mpsc::unbounded_channel();
        let (send_polls, polls) = watch::channel(0);
        let shared = Shared {
            events: Mutex::new(receive_events),
            reports: send_reports,
            polls: send_polls,
            arn: format!(
                "arn:aws:lambda:us-east-1:000000000000:function:{}",
                launch.name
            ),
            deadline_ms: NO_DEADLINE_MS,
        };
        let app = router(Arc::new(shared));
        let api = tokio::spawn(async move {
            // Ends with the task: `axum::serve` retries what accepting fails at.
            let _ = axum::serve(listener, app).await;
        });

        let spawn_error = |error| StartError::Spawn(error, launch.binary.clone());
        let mut child = launch
            .command(&address.to_string())
            .and_then(|mut command| command.spawn())
            .map_err(spawn_error)?;
        let pid = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
            .ok_or_else(|| spawn_error(io::ErrorKind::NotFound.into()))?;
        let (send_status, status) = watch::channel(None);
        // The child lives in this task: aborted, it is killed.
        let process = tokio::spawn(async move {
            let status = child.wait().await.unwrap_or_default();
            let _ = send_status.send(Some(status));
        });
        Ok(Self {
            pid,
            status,
            events,
            reports: Mutex::new(reports),
            polls,
            invocations: Mutex::new(0),
            api,
            process,
        })
    }

    /// Wait until the function first asks for an event: its start-up is over.
    pub async fn ready(&self) -> Result<(), InitError> {
        let mut reports = self.reports.lock().await;
        tokio::select! {
            biased;
            () = self.polled(1) => Ok(()),
            report = reports.recv() => match report {
                Some(Report::InitError(body)) => Err(InitError::Reported(body)),
                other => Err(InitError::Reported(format!("{other:?}").into())),
            },
            status = self.ended() => Err(InitError::Died(status)),
        }
    }

    /// Hand the function an event and wait for what becomes of it. One at a time, as on Lambda; a
    /// second caller waits.
    pub async fn invoke(&self, event: &Value) -> Outcome {
        let mut count = self.invocations.lock().await;
        let mut reports = self.reports.lock().await;
        *count += 1;
        let id = format!("00000000-0000-0000-0000-{count:012}");
        let body = serde_json::to_vec(event).unwrap_or_default();
        let sent = Event {
            id: id.clone(),
            body,
        };
        if self.events.send(sent).await.is_err() {
            return Outcome::Died(self.ended().await);
        }
        tokio::select! {
            // An answer counts even if the process is gone by the time it is read.
            biased;
            outcome = outcome_of(&id, &mut reports) => outcome,
            status = self.ended() => Outcome::Died(status),
        }
    }

    /// Wait until the function has asked for an event so many times: after its answer number `n` it
    /// is idle again once it has polled `n + 1` times.
    pub async fn polled(&self, times: u64) {
        let mut polls = self.polls.clone();
        if polls.wait_for(|polls| *polls >= times).await.is_err() {
            // The API is closing; nobody will poll again.
            std::future::pending::<()>().await;
        }
    }

    /// The number of times that the function has asked for an event.
    pub fn polls(&self) -> u64 {
        *self.polls.borrow()
    }

    /// The id of the process.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// What the process has cost so far. Exact while it is idle.
    pub fn usage(&self) -> io::Result<Usage> {
        Usage::of(self.pid())
    }

    /// Kill the process as the system does when memory runs out: at once, wherever it is (`kill -9`).
    pub async fn kill(&self) -> ExitStatus {
        self.signal(Signal::KILL).await
    }

    /// Ask the process to end (`SIGTERM`), as Lambda does before it takes an environment away.
    pub async fn terminate(&self) -> ExitStatus {
        self.signal(Signal::TERM).await
    }

    async fn signal(&self, signal: Signal) -> ExitStatus {
        // Once it has ended, its number may be another process's.
        if self.status.borrow().is_none() {
            let _ = kill_process(self.pid, signal);
        }
        self.ended().await
    }

    /// Wait for the process to end.
    pub async fn ended(&self) -> ExitStatus {
        let mut status = self.status.clone();
        match status.wait_for(Option::is_some).await {
            Ok(status) => status.unwrap_or_default(),
            // Only a runtime that shuts down ends the waiting task before the process.
            Err(_) => ExitStatus::default(),
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.api.abort();
        self.process.abort();
    }
}

/// Wait for the report on an invocation, passing over what an earlier one left.
async fn outcome_of(id: &str, reports: &mut mpsc::UnboundedReceiver<Report>) -> Outcome {
    loop {
        match reports.recv().await {
            Some(Report::Response { id: of, body }) if of == id => return Outcome::Answered(body),
            Some(Report::Error { id: of, body }) if of == id => return Outcome::Failed(body),
            Some(_) => {}
            None => std::future::pending::<()>().await,
        }
    }
}
