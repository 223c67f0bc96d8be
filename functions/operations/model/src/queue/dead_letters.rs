use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use cloud::{App, MESSAGES_AT_ONCE, QueueError, Received};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use kernel::id::TaskId;
use kernel::job::Queue;
use kernel::task::TaskMessage;
use store::{StoreError, TaskRow, Tasks};
use thiserror::Error;

use super::rules::{Holds, Known, group};

/// The time for which messages that are looked at are hidden, in seconds: as long as the function lives. Whoever is through with
/// them makes them visible again before.
const HIDDEN: i32 = 30;

/// Calls in a row that bring nothing new, after which there is nothing: SQS asks some of its servers at a time.
const EMPTY_CALLS: u32 = 3;

/// The dead letters of a queue.
pub struct DeadLetters<'a> {
    app: &'a App,
    known: &'static Known,
    queue: Queue,
}

/// A message that could not be worked off.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// The id of the message.
    pub message_id: String,
    /// The task that it names.
    pub task_id: Option<TaskId>,
    /// The task, as it is now.
    pub task: Option<TaskRow>,
    /// The reason why it is here, as far as that is known.
    pub reason: String,
    /// How often it was received, in its queue and here.
    pub receives: u32,
    /// The moment at which it was sent first.
    pub sent_at: Option<Timestamp>,
    body: String,
    handle: String,
}

/// The dead letters that are meant. All that is given must fit.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The one of this task.
    pub task_id: Option<TaskId>,
    /// Those that are here for a reason of this group.
    pub group: Option<String>,
}

/// What became of dead letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// Those that were sent back, or deleted where that was wanted.
    pub moved: usize,
    /// Those of tasks of which nothing more is to be done, which were deleted.
    pub settled: usize,
    /// Those that were looked at and were not meant.
    pub passed_over: usize,
    /// Whether time was up before all were looked at.
    pub is_more: bool,
}

/// Dead letters could not be looked at or moved.
#[derive(Debug, Error)]
pub enum DeadLetterError {
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The table of tasks failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Choice {
    fn takes(&self, letter: &DeadLetter) -> bool {
        let has_group = |wanted: &String| group(&letter.reason) == *wanted;
        self.task_id.is_none_or(|id| letter.task_id == Some(id))
            && self.group.as_ref().is_none_or(has_group)
    }
}

impl DeadLetter {
    fn of(received: Received) -> Self {
        let named: Option<TaskMessage> = serde_json::from_str(&received.body).ok();
        Self {
            message_id: received.id,
            task_id: named.map(|named| named.task_id),
            task: None,
            reason: "it could not be worked off".to_owned(),
            receives: received.receives,
            sent_at: received.sent_at,
            body: received.body,
            handle: received.handle,
        }
    }

    /// Whether nothing more is to be done with its task, so that the letter would have no effect.
    fn is_settled(&self) -> bool {
        match (&self.task, self.task_id) {
            (Some(row), _) => row.state.is_final() && !row.is_redrivable,
            (None, Some(_)) => true,
            (None, None) => false,
        }
    }
}

impl<'a> DeadLetters<'a> {
    /// The dead letters of a queue.
    pub fn of(app: &'a App, known: &'static Known) -> Self {
        let queue = known.dead_letters();
        Self { app, known, queue }
    }

    /// Looks at the dead letters, at no more than so many, and leaves them as they are.
    pub async fn look(
        &self,
        most: usize,
        patience: Duration,
    ) -> Result<Vec<DeadLetter>, DeadLetterError> {
        let begun_at = Instant::now();
        let (mut found, mut seen, mut empty) = (Vec::new(), HashSet::new(), 0);
        while found.len() < most && empty < EMPTY_CALLS && begun_at.elapsed() < patience {
            let letters = self.receive().await?;
            let before = found.len();
            let is_new = |letter: &DeadLetter| seen.insert(letter.message_id.clone());
            found.extend(letters.into_iter().filter(is_new));
            empty = if found.len() == before { empty + 1 } else { 0 };
        }
        self.show_again(&found).await;
        Ok(found)
    }

    /// Sends the chosen letters back to their queue, in batches: receive, send, delete. A crash between two of these leaves a letter
    /// in both, and its task is done once.
    pub async fn redrive(
        &self,
        choice: &Choice,
        patience: Duration,
    ) -> Result<Moved, DeadLetterError> {
        self.move_all(choice, patience, true).await
    }

    /// Deletes the chosen letters.
    pub async fn purge(
        &self,
        choice: &Choice,
        patience: Duration,
    ) -> Result<Moved, DeadLetterError> {
        self.move_all(choice, patience, false).await
    }

    async fn move_all(
        &self,
        choice: &Choice,
        patience: Duration,
        sends: bool,
    ) -> Result<Moved, DeadLetterError> {
        let begun_at = Instant::now();
        let (mut moved, mut passed, mut empty) = (Moved::default(), Vec::new(), 0);
        while empty < EMPTY_CALLS {
            if begun_at.elapsed() >= patience {
                moved.is_more = true;
                break;
            }
            let letters = self.receive().await?;
            if letters.is_empty() {
                empty += 1;
                continue;
            }
            empty = 0;
            let (chosen, others): (Vec<_>, Vec<_>) =
                letters.into_iter().partition(|letter| choice.takes(letter));
            passed.extend(others);
            let (settled, chosen): (Vec<_>, Vec<_>) = chosen
                .into_iter()
                .partition(|letter| sends && letter.is_settled());
            let gone = if sends {
                self.send_back(chosen).await?
            } else {
                chosen
            };
            moved.moved += gone.len();
            moved.settled += settled.len();
            self.delete(&gone).await?;
            self.delete(&settled).await?;
        }
        moved.passed_over = passed.len();
        self.show_again(&passed).await;
        Ok(moved)
    }

    /// Receives some letters, which are hidden meanwhile, with their tasks.
    async fn receive(&self) -> Result<Vec<DeadLetter>, DeadLetterError> {
        let received = self.app.queues().receive(&self.queue, HIDDEN).await?;
        let mut letters: Vec<_> = received.into_iter().map(DeadLetter::of).collect();
        if self.known.holds == Holds::Tasks {
            self.read_tasks(&mut letters).await?;
        }
        Ok(letters)
    }

    /// Reads the tasks of some letters, and why they failed.
    async fn read_tasks(&self, letters: &mut [DeadLetter]) -> Result<(), StoreError> {
        let mut ids: Vec<TaskId> = letters.iter().filter_map(|letter| letter.task_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = Tasks(self.app.store()).read(&ids).await?;
        let rows: HashMap<TaskId, TaskRow> =
            rows.into_iter().map(|row| (row.task.id, row)).collect();
        for letter in letters {
            letter.task = letter.task_id.and_then(|id| rows.get(&id).cloned());
            letter.reason = match (&letter.task, letter.task_id) {
                (Some(row), _) => row
                    .last_error
                    .clone()
                    .unwrap_or_else(|| "its worker died".to_owned()),
                (None, Some(_)) => "there is no such task".to_owned(),
                (None, None) => "the message names no task".to_owned(),
            };
        }
        Ok(())
    }

    /// Sends letters to their queue, and gives those that have arrived.
    async fn send_back(
        &self,
        letters: Vec<DeadLetter>,
    ) -> Result<Vec<DeadLetter>, DeadLetterError> {
        if letters.is_empty() {
            return Ok(letters);
        }
        // First the tasks: a message that comes before finds its task given up, and is a dead letter again.
        let redriven = letters.iter().filter_map(|letter| letter.task_id);
        let tasks = Tasks(self.app.store());
        try_join_all(redriven.map(|id| tasks.redrive(id))).await?;
        let bodies: Vec<&str> = letters.iter().map(|letter| letter.body.as_str()).collect();
        let queue = self.known.queue();
        let arrived = self.app.queues().send(&queue, &bodies).await?;
        let letters = letters.into_iter().enumerate();
        let arrived = letters.filter(|(place, _)| arrived.contains(place));
        Ok(arrived.map(|(_, letter)| letter).collect())
    }

    async fn delete(&self, letters: &[DeadLetter]) -> Result<(), QueueError> {
        if letters.is_empty() {
            return Ok(());
        }
        let handles: Vec<&str> = letters
            .iter()
            .map(|letter| letter.handle.as_str())
            .collect();
        self.app.queues().delete(&self.queue, &handles).await
    }

    async fn show_again(&self, letters: &[DeadLetter]) {
        for some in letters.chunks(MESSAGES_AT_ONCE) {
            let handles: Vec<&str> = some.iter().map(|letter| letter.handle.as_str()).collect();
            self.app.queues().show_again(&self.queue, &handles).await;
        }
    }
}
