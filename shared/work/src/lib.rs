//! Work that is not a request: the relay, the workers of the queues, and how jobs are registered with them.
//!
//! # The way of a task
//!
//! 1. A handler writes a [task](kernel::task::Task) in the transaction of the change that it follows from
//!    (`store::Tasks::write`). So there is no change without its task, and no task without its change.
//! 2. The stream of the tasks table calls [`relay`], which sends a message to the task's queue. The message holds the
//!    task's id and kind ([`TaskMessage`](kernel::task::TaskMessage)).
//! 3. The queue calls a worker, which goes through its messages by a [`Batch`]. It claims the task by a conditional
//!    write, calls the function of the task's job, and records what became of it.
//!
//! # Why jobs take ids and not data
//!
//! A job's input holds ids, and a function reads the rest afresh. What it reads is true now, although the task may be
//! hours old: the account may have another address, or none. Queues and dead-letter queues hold no personal data and no
//! secret: a code or a link is made by the function that mails it. Where a request must not look an account up, because
//! its time would tell whether there is one, the input holds the address as typed and the function looks it up. And a
//! stored input must stay readable after every deploy, which is easily kept for an id.
//!
//! # Why a job is safe to run twice
//!
//! It will be run twice: the relay is retried and sends again what it had sent, SQS delivers at least once, and a
//! worker can die after the work and before it has recorded it. The claim keeps most of that away: a task that is done
//! is not done again, a task that another worker holds is left to it until its lease ends, and a worker that lost its
//! lease to another can record nothing any more. What the claim cannot know is how far a worker came that died. So a
//! function is idempotent: it looks whether the work is done, does it, and marks it as done, best by the condition of
//! one transaction. The task's id ([`Assigned::id`]) stays the same over all tries and is what the mark is made of. A
//! mail cannot be taken back: at worst it is sent twice, and the newer code or link in it is the one that works.
//!
//! # How a function says what became of it
//!
//! - `Ok`: the task is done. [`Done`] says in a few words what came of it.
//! - [`Failure::Transient`]: it may work next time. SQS gives the message again after a pause that starts at
//!   [`Job::RETRY_BASE`](kernel::job::Job::RETRY_BASE) and doubles; after [`MAX_RECEIVES`](kernel::task::MAX_RECEIVES)
//!   tries the message goes to the dead-letter queue. Errors of storage, files and secrets become this by `?`.
//! - [`Failure::Deferred`]: it was not really tried, since somebody asked to slow down or only a part was to be done. A
//!   fresh message comes after the pause, as often as it takes, and no try is used up.
//! - [`Failure::Permanent`]: it will never work. The task is given up at once, without a retry.
//!
//! The texts are for operators; they hold no address, code or token.
//!
//! # How to add a job
//!
//! The type is in the area's model: a name, a queue, an input. The function has a file in the crate of the endpoint
//! that asks for it, and the list of that crate registers it. A function that makes a mail gives `mail::Prepared` and
//! is in the list `MAILS`, any other gives [`Done`] and is in `JOBS`; put into the wrong list it does not compile.
//!
//! ```text
//! // model/src/jobs.rs
//! #[derive(Debug, Serialize, Deserialize)]
//! pub struct ReleaseHold {
//!     pub hold_id: HoldId,
//! }
//!
//! impl Job for ReleaseHold {
//!     const KIND: &'static str = "release_hold";
//!     const QUEUE: Queue = Queue::WORK;
//! }
//!
//! // orders/src/jobs/release_hold.rs
//! pub(crate) async fn release_hold(context: Context, task: Assigned<ReleaseHold>) -> Result<Done, Failure> {
//!     let holds = Holds(context.app.store());
//!     let released = holds.release(task.input.hold_id, task.id).await?; // on the condition that it is still held
//!     Ok(Done(if released { "released" } else { "it was released before" }.to_owned()))
//! }
//!
//! // orders/src/lib.rs
//! pub const JOBS: &[Registered<Done>] = &[job!(ReleaseHold, jobs::release_hold)];
//! ```
//!
//! A handler asks for it by `app.task(&ReleaseHold { hold_id })`. A new queue is a resource of the template and a name
//! ([`Queue::named`](kernel::job::Queue::named)); the health check alone lists the queues.
//!
//! # What an account's copy and end are
//!
//! Each area says by [`Belongings`] what of its data is in the copy that an owner takes out, and deletes it when the
//! account ends. A step does as much as fits into one try, says by [`Ended`] whether something is left, and can be
//! repeated. The lists are put together in the crate `areas`, and a function finds them in its [`Context`].
//!
//! # Functions without a queue
//!
//! Schedules and streams call a function of their own: a [`Worker`], made by [`worker!`]. One that a schedule calls
//! takes no input: it reads the state, sets right what it finds in bounded batches, and says what it did in numbers
//! ([`schedule`]).

mod backoff;
mod batch;
mod belongings;
mod job;
mod later;
mod messages;
mod outcome;
mod record;
mod relay;
mod run;
pub mod schedule;
mod serve;
mod settings;
mod unreadable;
mod worker;

pub use batch::{Batch, TIMEOUT};
pub use belongings::{Belongings, Ended, Step};
#[doc(hidden)]
pub use job::assign;
pub use job::{Assigned, Attempt, Context, Registered};
pub use messages::{NotSent, send};
pub use outcome::{Done, Failure};
pub use relay::{RelayError, relay};
pub use run::Run;
pub use serve::{serve, serve_if_named};
pub use settings::{Relaying, Settings};
pub use unreadable::{NotPutAside, put_aside};
pub use worker::Worker;

#[doc(hidden)]
pub use kernel::job::Given;
#[doc(hidden)]
pub use kernel::settings::Check;
#[doc(hidden)]
pub use serve::serve_as;
