//! Jobs: the kinds of work there are, each a type.
//!
//! A job is a struct with what it needs to know (ids, never a secret), its name, its queue and the pause before its first
//! retry. The function that does it is registered beside it, in the crate of the endpoint that asks for it.
//!
//! ```
//! use kernel::id::UserId;
//! use kernel::job::{Job, Queue};
//! use serde::{Deserialize, Serialize};
//!
//! /// Greet a new member.
//! #[derive(Debug, Serialize, Deserialize)]
//! struct SendWelcome {
//!     user_id: UserId,
//! }
//!
//! impl Job for SendWelcome {
//!     const KIND: &'static str = "send_welcome";
//!     const QUEUE: Queue = Queue::MAIL_BULK;
//! }
//! ```

use std::borrow::Cow;
use std::fmt;

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::task::Task;

/// The time that the first retry of a job waits which says nothing else.
pub const RETRY_BASE: SignedDuration = SignedDuration::from_secs(60);

/// The time that a try of a job may take which says nothing else: the worker's own limit is 30 seconds, and the last five are
/// left for recording why it ended.
pub const TIME_LIMIT: SignedDuration = SignedDuration::from_secs(25);

/// A kind of work, with its input. Tasks outlive deploys: an input that was stored must stay readable, so a field that is
/// added has a default, and a name is never given another meaning.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The job's name in tables, messages and logs.
    const KIND: &'static str;
    /// The queue in which the job's tasks wait.
    const QUEUE: Queue;
    /// The time that the first retry waits at most; each later one waits twice as long as the one before, at most. How long it
    /// is indeed is a matter of chance (full jitter), so that many that failed together do not come again together.
    const RETRY_BASE: SignedDuration = RETRY_BASE;
    /// The time that a try may take. One that is longer is ended and counts as failed.
    const TIME_LIMIT: SignedDuration = TIME_LIMIT;
    /// Whether the input is forgotten once nothing more will be done with it: it may hold an address, which must not outlive
    /// the account that it is of.
    const FORGETS_INPUT: bool = false;
}

/// What a job's function gives. It is told which task it is of: of a mail, news come when the task is long done.
pub trait Given: Sized {
    /// The same, known to be of this task.
    #[must_use]
    fn of(self, _task: &Task) -> Self {
        self
    }
}

/// The name of a queue in which tasks wait, without the stack's name before it. The template makes the queue; the health
/// check alone lists them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Queue(Cow<'static, str>);

impl Queue {
    /// Mail that somebody is waiting for.
    pub const MAIL_URGENT: Self = Self::named("mail-urgent");
    /// Mail that may take a while: a burst of it must not delay a one-time code.
    pub const MAIL_BULK: Self = Self::named("mail-bulk");
    /// Everything that is not mail.
    pub const WORK: Self = Self::named("work");
    /// Reports, which take longer and more memory than other work.
    pub const REPORTS: Self = Self::named("reports");
    /// Imports and exports of products, which take many minutes and write as much as the table takes.
    pub const TRANSFERS: Self = Self::named("transfers");

    /// The queue of this name.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The queue of the messages that could not be worked off. By the rule, it has the name of the queue and this at its end.
    #[must_use]
    pub fn dead_letters(&self) -> Self {
        Self(format!("{self}-dead-letters").into())
    }

    /// The name of the queue.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
