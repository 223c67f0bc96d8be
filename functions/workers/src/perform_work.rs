use std::convert::Infallible;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::App;
use work::{Batch, Context, Worker, worker};

pub const WORKER: Worker = worker!(perform_work);

/// Does what is neither a request nor a mail. Called by the queue `work`.
pub async fn perform_work(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let context = Context {
        app,
        belongings: areas::BELONGINGS,
    };
    let batch = Batch::new(&context, areas::JOBS);
    Ok(batch.run(event, |done| async { Ok(done) }).await)
}
