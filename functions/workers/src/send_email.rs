use std::convert::Infallible;

use areas::kept_mail::{Accepted, Mails, Suppressions};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::App;
use cloud::metrics::MAIL;
use jiff::SignedDuration;
use kernel::error_chain;
use mail::{Brand, Mailer, Message, Prepared, SENT_AS, SendError};
use rand::RngExt as _;
use work::{Batch, Context, Done, Failure, Worker, worker};

use crate::budget::{self, Budget};

pub const WORKER: Worker = worker!(send_email);

/// The time for which SES is left alone after it asked to slow down. Many wait at once, so each adds a random part of as
/// much again.
const SLOW_DOWN: SignedDuration = SignedDuration::from_secs(5);

/// The time for which a mail waits once the day's ceiling is reached, before it asks again.
const CEILING_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// The reason why a mail is given up that goes to an address which gets none.
const RECIPIENT_SUPPRESSED: &str = "recipient_suppressed";

/// Sends the mails that are due. Called by the queues `mail-urgent` and `mail-bulk`.
///
/// The code or link in a mail is made by its job, here and now, so that it is in no table, queue or log.
pub async fn send_email(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let (brand, settings) = (app.section::<Brand>(), app.section::<mail::Settings>());
    let client = app.clients().ses().clone();
    let mailer = Mailer::new(
        client,
        &brand.app_name,
        &settings.from_address,
        settings.configuration_set.clone(),
    );
    let context = Context {
        app: app.clone(),
        belongings: areas::BELONGINGS,
    };

    let batch = Batch::new(&context, areas::MAILS);
    Ok(batch
        .run(event, |prepared| finish(&app, &mailer, prepared))
        .await)
}

async fn finish(app: &App, mailer: &Mailer, prepared: Prepared) -> Result<Done, Failure> {
    match prepared {
        Prepared::Mail(message) => send(app, mailer, &message).await,
        Prepared::Nothing(reason) => Ok(Done::saying(format!("nothing to send: {reason}"))),
    }
}

async fn send(app: &App, mailer: &Mailer, message: &Message) -> Result<Done, Failure> {
    // Beside each other, since few addresses get no mail: what was counted for one of those is given back.
    let suppressions = Suppressions(app.store());
    let (is_suppressed, budget) =
        tokio::join!(suppressions.has(&message.to), budget::take(app, message));
    let budget = budget?;
    if is_suppressed? {
        if let Budget::Counted(counted) = budget {
            counted.take_back(app).await?;
        }
        tracing::info!(name: MAIL.name, mails = 1, mail.kind = message.kind, mail.outcome = "suppressed", "the address gets no mail");
        return Err(Failure::Permanent(RECIPIENT_SUPPRESSED.to_owned()));
    }
    let counted = match budget {
        Budget::Counted(counted) => counted,
        Budget::DayUsedUp => {
            tracing::warn!(name: MAIL.name, mails = 1, mail.kind = message.kind, mail.outcome = "put_off", "the day's mails are used up");
            let reason = "the day's mails are used up".to_owned();
            return Err(Failure::Deferred(reason, CEILING_PAUSE));
        }
        Budget::TooFast(pause) => {
            let reason = "the second's mails are used up".to_owned();
            return Err(Failure::Deferred(reason, pause));
        }
    };

    let sent = mailer.send(message).await;
    let outcome = match &sent {
        Ok(_) => "sent",
        Err(SendError::Throttled(_)) => "throttled",
        Err(SendError::Transient(_)) => "failed",
        Err(SendError::Refused(_)) => "refused",
    };
    tracing::info!(name: MAIL.name, mails = 1, mail.kind = message.kind, mail.outcome = outcome, "SES has answered");
    let failure = match sent {
        Ok(id) => {
            record(app, &id, message).await;
            return Ok(Done::saying(format!("{SENT_AS}{id}")));
        }
        Err(SendError::Throttled(cause)) => {
            let pause = SLOW_DOWN * app.random().random_range(100..=200) / 100;
            Failure::Deferred(cause.to_string(), pause)
        }
        Err(SendError::Transient(cause)) => Failure::Transient(cause.to_string()),
        Err(SendError::Refused(cause)) => Failure::Permanent(cause.to_string()),
    };
    counted.take_back(app).await?;
    Err(failure)
}

/// Records a mail that SES has taken. It is sent, whatever becomes of that: a failure would send it once more. The first news of
/// it make up for the record.
async fn record(app: &App, id: &str, message: &Message) {
    let accepted = Accepted {
        id,
        kind: message.kind,
        task_id: message.of.as_ref().map(|task| task.id),
        address: &message.to,
        at: app.now(),
    };
    if let Err(error) = Mails(app.store()).record_sent(&accepted).await {
        tracing::error!(
            error.chain = error_chain(&error),
            "that a mail was sent could not be recorded"
        );
    }
}
