use std::convert::Infallible;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use catalog::jobs::{ExportProducts, ImportProducts, TRANSFER_TIMEOUT};
use cloud::App;
use jiff::SignedDuration;
use kernel::settings::check;
use work::{Batch, Context, Done, Registered, Worker, job, worker};

pub const WORKER: Worker = worker!(transfer_products).checking(&[check::<work::Settings>]);

/// What this function does, and no other.
const JOBS: &[&[Registered<Done>]] = &[&[
    job!(ImportProducts, crate::import::import_products),
    job!(ExportProducts, crate::export::export_products),
]];

/// Imports and exports products. Called by the queue `transfers`, for one at a time.
pub async fn transfer_products(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    transfer_within(app, event, TRANSFER_TIMEOUT).await
}

/// The same, in a function that lives for another time: what is not done within it goes on in the next run.
pub async fn transfer_within(
    app: App,
    event: SqsEvent,
    timeout: SignedDuration,
) -> Result<SqsBatchResponse, Infallible> {
    let context = Context {
        app,
        belongings: &[],
    };
    let batch = Batch::new(&context, JOBS).within(timeout);
    Ok(batch.run(event, |done| async { Ok(done) }).await)
}
