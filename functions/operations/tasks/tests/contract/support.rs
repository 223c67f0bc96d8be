//! What the tests of tasks share.

use std::convert::Infallible;

use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::SignedDuration;
use kernel::id::TaskId;
use operations_testing::{Area, LoggedIn, Person, TestApp};
use work::{Batch, Context, Done, Registered};

/// A person with an account, logged in.
pub(crate) async fn ann(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
}

/// An area whose queue `work` is worked off with these jobs, in functions of a time limit.
pub(crate) fn with_jobs(
    area: Area,
    jobs: &'static [&'static [Registered<Done>]],
    timeout: SignedDuration,
) -> Area {
    area.with_worker("work", move |app, event| perform(app, event, jobs, timeout))
}

async fn perform(
    app: App,
    event: SqsEvent,
    jobs: &'static [&'static [Registered<Done>]],
    timeout: SignedDuration,
) -> Result<SqsBatchResponse, Infallible> {
    let context = Context {
        app,
        belongings: &[],
    };
    let batch = Batch::new(&context, jobs).within(timeout);
    Ok(batch.run(event, |done| async { Ok(done) }).await)
}

/// An id as the answer has it.
pub(crate) fn id(text: &str) -> TaskId {
    text.parse().unwrap()
}
