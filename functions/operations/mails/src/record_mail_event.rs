use cloud::App;
use lambda_runtime::Error;
use operations::mail::{Accepted, Event, Mails, Recorded, Suppressions};
use serde_json::Value;
use store::{StoreError, Tasks};
use work::{Worker, worker};

use crate::settings::Settings;

pub const WORKER: Worker = worker!(record_mail_event);

/// Records what SES says of a mail, and suppresses an address that is no good or whose owner complains. Called by EventBridge
/// with the events of our configuration set, more than once and in any order.
///
/// What is not about a mail of ours changes nothing: an event of another configuration set, about a message that no task of
/// ours sent, or about an address that the message did not go to.
pub async fn record_mail_event(app: App, event: Value) -> Result<(), Error> {
    // A second try would find the same, so it is not a failure.
    let event = match Event::parse(event) {
        Ok(Some(event)) => event,
        Ok(None) => return Ok(()),
        Err(error) => {
            tracing::error!(%error, "news of a mail are passed over");
            return Ok(());
        }
    };
    let own = &app.section::<Settings>().configuration_set;
    if own.as_ref() != Some(&event.configuration_set) {
        tracing::error!("news of a mail are passed over: they are of another configuration set");
        return Ok(());
    }

    let recorded = record(&app, &event).await?;
    let suppresses = event
        .suppresses
        .filter(|_| matches!(recorded, Recorded::Moved | Recorded::KnewBetter));
    if let Some(reason) = suppresses {
        Suppressions(app.store()).add(&event, reason).await?;
    }

    tracing::info!(
        message.id = event.message_id,
        task.id = event.task_id.map(tracing::field::display),
        status = event.status.as_str(),
        ?recorded,
        ?suppresses,
        "news of a mail"
    );
    Ok(())
}

/// Records it. A mail that is not known, but says of which task it is, is one that was sent a moment ago, or by a worker that
/// died before it had written that down.
async fn record(app: &App, event: &Event) -> Result<Recorded, StoreError> {
    let mails = Mails(app.store());
    let recorded = mails.record(event).await?;
    let (Recorded::UnknownMail, Some(task_id)) = (recorded, event.task_id) else {
        return Ok(recorded);
    };
    if Tasks(app.store()).lookup(task_id).await?.is_none() {
        return Ok(recorded);
    }
    let accepted = Accepted {
        id: &event.message_id,
        kind: event.kind.as_deref().unwrap_or("unknown"),
        task_id: Some(task_id),
        address: &event.address,
        at: event.sent_at,
    };
    mails.record_sent(&accepted).await?;
    mails.record(event).await
}
