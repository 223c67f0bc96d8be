use areas::{JOBS, MAILS, QUEUES};
use aws_lambda_events::event::dynamodb::Event;
use cloud::App;
use kernel::job::Queue;
use lambda_runtime::Error;
use work::{Worker, worker};

pub const WORKER: Worker = worker!(relay_outbox);

/// Sends a message to a queue for every task that was written. Called by the stream of the table of tasks.
pub async fn relay_outbox(app: App, event: Event) -> Result<(), Error> {
    Ok(work::relay(&app, event, is_of_a_job).await?)
}

/// Whether tasks of some job wait in a queue.
fn is_of_a_job(queue: &Queue) -> bool {
    let mails = MAILS.iter().copied().flatten().map(|job| &job.queue);
    let jobs = JOBS.iter().copied().flatten().map(|job| &job.queue);
    mails.chain(jobs).chain(QUEUES).any(|known| known == queue)
}
