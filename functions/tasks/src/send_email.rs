use std::convert::Infallible;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::App;
use domain::limit::Limit;
use domain::task::Task;
use jiff::SignedDuration;
use mail::{Mailer, Message, SendError};
use work::{Batch, Done, Failure, Worker, worker};

use crate::mails;

pub const WORKER: Worker = worker!(send_email);

/// How long SES is left alone after it asked to slow down. Many wait at once, so each adds a random part of as much again.
const SLOW_DOWN: SignedDuration = SignedDuration::from_secs(5);

/// Whose mails the day's ceiling counts.
const EVERYBODY: &str = "everybody";

/// How long a mail waits once the day's ceiling is reached, before it asks again.
const CEILING_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Sends the mails that are due. Called by the queues `mail-urgent` and `mail-bulk`.
pub async fn send_email(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let settings = &app.settings().mail;
    let client = app.clients().ses().clone();
    let mailer = Mailer::new(
        client,
        &settings.app_name,
        &settings.from_address,
        settings.configuration_set.clone(),
    );

    Ok(Batch::new(&app)
        .run(event, |task| perform(&app, &mailer, task))
        .await)
}

/// Makes the mail of a task and sends it. The code or link in it is made here, so that it is in no table, queue or log.
async fn perform(app: &App, mailer: &Mailer, task: Task) -> Result<Done, Failure> {
    match mails::prepare(app, &task).await? {
        mails::Prepared::Mail(message) => send(app, mailer, &message).await,
        mails::Prepared::Nothing(reason) => Ok(Done(format!("nothing to send: {reason}"))),
    }
}

async fn send(app: &App, mailer: &Mailer, message: &Message) -> Result<Done, Failure> {
    let limits = app.store().limits();
    let ceiling = Limit {
        name: "mail-day",
        quota: app.settings().mail.daily_limit,
        window: SignedDuration::from_hours(24),
    };
    let hit = limits.hit(&ceiling, EVERYBODY, app.now()).await?;
    if !hit.passed {
        tracing::error!(mail.kind = message.kind, "the day's mails are used up");
        return Err(Failure::Deferred(
            "the day's mails are used up".to_owned(),
            CEILING_PAUSE,
        ));
    }

    let failure = match mailer.send(message).await {
        Ok(id) => return Ok(Done(format!("sent as {id}"))),
        Err(SendError::Throttled(cause)) => {
            let pause = SLOW_DOWN * rand::random_range(100..=200) / 100;
            Failure::Deferred(cause.to_string(), pause)
        }
        Err(SendError::Transient(cause)) => Failure::Transient(cause.to_string()),
        Err(SendError::Refused(cause)) => Failure::Permanent(cause.to_string()),
    };
    limits.take_back(&ceiling, EVERYBODY, &hit).await?;
    Err(failure)
}
