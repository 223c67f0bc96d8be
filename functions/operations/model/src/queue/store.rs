use cloud::{App, Messages, QueueError, Work};

use super::rules::Known;

/// How a queue is at the moment; SQS counts roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueState {
    /// The messages of the queue.
    pub messages: Messages,
    /// Messages that could not be worked off.
    pub dead_letters: u64,
    /// Whether it is worked off. `None` where nothing works it off.
    pub work: Option<Work>,
}

impl Known {
    /// Counts the messages of the queue, and its dead letters.
    pub async fn count(&'static self, app: &App) -> Result<QueueState, QueueError> {
        let queues = app.queues();
        let (dead_letters, own) = (self.dead_letters(), self.queue());
        let dead = queues.count(&dead_letters);
        let (messages, dead) = if self.has_worker() {
            tokio::try_join!(queues.count(&own), dead)?
        } else {
            (Messages::default(), dead.await?)
        };
        Ok(QueueState {
            messages,
            dead_letters: dead.waiting + dead.in_flight,
            work: None,
        })
    }

    /// Looks at the queue; `mapping` is the id of the event source mapping that works it off.
    pub async fn look(&'static self, app: &App, mapping: &str) -> Result<QueueState, QueueError> {
        if !self.has_worker() {
            return self.count(app).await;
        }
        let queues = app.queues();
        let (counted, work) = tokio::try_join!(self.count(app), queues.work(mapping))?;
        Ok(QueueState { work, ..counted })
    }
}
