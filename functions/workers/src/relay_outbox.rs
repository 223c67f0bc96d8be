use aws_lambda_events::event::dynamodb::Event;
use cloud::App;
use lambda_runtime::Error;
use work::{Worker, worker};

pub const WORKER: Worker = worker!(relay_outbox);

/// Sends a message to a queue for every task that was written. Called by the stream of the table of tasks.
pub async fn relay_outbox(app: App, event: Event) -> Result<(), Error> {
    Ok(work::relay(&app, event).await?)
}
