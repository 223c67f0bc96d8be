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
    /// Looks at the queue; `mapping` is the id of the event source mapping that works it off.
    pub async fn look(&'static self, app: &App, mapping: &str) -> Result<QueueState, QueueError> {
        let queues = app.queues();
        let dead_letters = self.dead_letters();
        let dead = async {
            let dead = queues.count(&dead_letters).await?;
            Ok(dead.waiting + dead.in_flight)
        };
        if !self.has_worker() {
            return Ok(QueueState {
                messages: Messages::default(),
                dead_letters: dead.await?,
                work: None,
            });
        }
        let own = self.queue();
        let (messages, dead_letters, work) =
            tokio::try_join!(queues.count(&own), dead, queues.work(mapping))?;
        Ok(QueueState {
            messages,
            dead_letters,
            work,
        })
    }
}
