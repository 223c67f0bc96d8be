use kernel::job::Queue;

/// A queue that operators see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The name of the queue, without the stack's before it.
    pub name: &'static str,
    /// What its messages are.
    pub holds: Holds,
}

/// What the messages of a queue are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Each names a task.
    Tasks,
    /// Each is an event of another service, and is worked off by a function of its own.
    Events,
    /// Each says what a stream or a schedule gave up. Nothing works them off, and nothing can be done with them but to look.
    Failures,
}

/// The queues that are worked off, each with its dead letters. A test compares them with the templates.
pub const QUEUES: &[Known] = &[
    Known::of_tasks("mail-urgent"),
    Known::of_tasks("mail-bulk"),
    Known::of_tasks("work"),
    Known::of_tasks("reports"),
    Known::of_tasks("transfers"),
    Known {
        name: "avatar-uploads",
        holds: Holds::Events,
    },
    Known {
        name: "image-uploads",
        holds: Holds::Events,
    },
];

/// The queues of what was given up, which are dead letters themselves.
pub const FAILURES: &[Known] = &[
    Known::of_failures("relay-failures"),
    Known::of_failures("index-failures"),
    Known::of_failures("schedule-failures"),
    Known::of_failures("mail-event-failures"),
];

impl Known {
    const fn of_tasks(name: &'static str) -> Self {
        Self {
            name,
            holds: Holds::Tasks,
        }
    }

    const fn of_failures(name: &'static str) -> Self {
        Self {
            name,
            holds: Holds::Failures,
        }
    }

    /// The queue of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        let mut all = QUEUES.iter().chain(FAILURES);
        all.find(|queue| queue.name == name)
    }

    /// The queue itself.
    pub fn queue(&self) -> Queue {
        Queue::named(self.name)
    }

    /// The queue of its dead letters.
    pub fn dead_letters(&self) -> Queue {
        match self.holds {
            Holds::Tasks | Holds::Events => self.queue().dead_letters(),
            Holds::Failures => self.queue(),
        }
    }

    /// Whether a function works it off, so that its dead letters can go back to it.
    pub fn has_worker(&self) -> bool {
        self.holds != Holds::Failures
    }
}

/// A reason without what differs from one message to the next, such as ids, times and counts: messages with the same one failed
/// for the same.
pub fn group(reason: &str) -> String {
    let is_varying = |word: &str| word.chars().any(|c| c.is_ascii_digit());
    let words = reason.split(' ').map(|word| {
        if is_varying(word) && !is_status(word) {
            "…"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a word is an HTTP status in parentheses, which tells reasons apart: `(400):`.
fn is_status(word: &str) -> bool {
    let inner = word.trim_end_matches(':');
    let inner = inner
        .strip_prefix('(')
        .and_then(|word| word.strip_suffix(')'));
    inner.is_some_and(|status| status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_differ_in_numbers_alone_are_one() {
        let throttled = "TooManyRequestsException (429): Rate exceeded";
        assert_eq!(group(throttled), throttled);
        assert_eq!(
            group("it was ended after 25 s, its time limit"),
            group("it was ended after 12 s, its time limit")
        );
        assert_ne!(group("refused (400): no"), group("refused (403): no"));
        assert_eq!(
            group("no file 019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"),
            "no file …"
        );
    }

    #[test]
    fn a_queue_is_found_by_its_name_and_so_are_its_dead_letters() {
        let letters = |name| Known::named(name).map(|queue| queue.dead_letters().to_string());

        assert_eq!(letters("work").as_deref(), Some("work-dead-letters"));
        assert_eq!(letters("relay-failures").as_deref(), Some("relay-failures"));
        assert_eq!(letters("work-dead-letters"), None);
        assert_eq!(letters("../work"), None);
    }
}
