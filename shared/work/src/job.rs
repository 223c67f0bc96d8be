//! How a worker finds the function of a job.

use std::pin::Pin;

use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::job::{Job, Queue};

use crate::belongings::Belongings;
use crate::outcome::Failure;
use crate::run::Run;

/// What a job works with.
#[derive(Clone)]
pub struct Context {
    /// Settings, clock, randomness, AWS.
    pub app: App,
    /// What the areas keep for an account: what its copy is made of, and what ends with it.
    pub belongings: &'static [&'static dyn Belongings],
}

/// A task in the hands of its job's function.
#[derive(Debug, Clone)]
pub struct Assigned<J> {
    /// The task's id, which stays the same over all tries, and over the retries that operators ask for: what is made of it is
    /// not made twice.
    pub id: TaskId,
    /// The moment at which the task was asked for.
    pub created_at: Timestamp,
    /// What the job needs to know.
    pub input: J,
    /// This try: how far those before it came, how much time is left, and whether the task was called off.
    pub run: Run,
}

/// What a job's function gives, when it is called.
pub type Attempt<T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>>;

/// A job and its function. `T` is what the function gives: a mail, or that the work is done. So a job whose function
/// sends no mail cannot be registered with the worker that sends mails.
pub struct Registered<T> {
    /// The name of the job.
    pub kind: &'static str,
    /// The queue in which the job's tasks wait.
    pub queue: Queue,
    /// The time that the first retry waits.
    pub retry_base: SignedDuration,
    /// The time that a try may take.
    pub time_limit: SignedDuration,
    /// Whether the input is forgotten once nothing more will be done with it.
    pub forgets_input: bool,
    run: fn(Context, Run) -> Attempt<T>,
}

impl<T> Registered<T> {
    #[doc(hidden)]
    pub const fn new<J: Job>(run: fn(Context, Run) -> Attempt<T>) -> Self {
        Self {
            kind: J::KIND,
            queue: J::QUEUE,
            retry_base: J::RETRY_BASE,
            time_limit: J::TIME_LIMIT,
            forgets_input: J::FORGETS_INPUT,
            run,
        }
    }

    /// Does a task of this job.
    pub(crate) fn run(&self, context: Context, run: Run) -> Attempt<T> {
        (self.run)(context, run)
    }
}

/// Registers the function of a job, in the list of its crate:
/// `pub const JOBS: &[Registered<Done>] = &[job!(ExportAccount, jobs::export_account)];`. The function takes a [`Context`]
/// and the [`Assigned`] task, and is safe to call twice.
#[macro_export]
macro_rules! job {
    ($job:ty, $function:path) => {
        $crate::Registered::new::<$job>(|context, run| {
            Box::pin(async move {
                let assigned = $crate::assign::<$job>(run.clone())?;
                let given = $function(context, assigned).await?;
                Ok($crate::Given::of(given, run.task()))
            })
        })
    };
}

/// A task as its job's function takes it.
#[doc(hidden)]
pub fn assign<J: Job>(run: Run) -> Result<Assigned<J>, Failure> {
    let task = run.task();
    let input = task.input_of().ok_or_else(|| {
        // A newer version, which is being deployed, may have written it: it comes again, and ends as a dead letter.
        Failure::Transient(format!("the input of this {} cannot be read", task.kind))
    })?;
    Ok(Assigned {
        id: task.origin(),
        created_at: task.created_at,
        input,
        run,
    })
}
