//! What a worker does with a message when it is through with it.

use aws_lambda_events::event::sqs::SqsMessage;
use aws_sdk_sqs::error::DisplayErrorContext;
use cloud::App;
use jiff::SignedDuration;
use kernel::task::{MAX_TRIES, Task};
use thiserror::Error;

use kernel::task::TaskMessage;

/// The longest delay that SQS gives a message.
pub(crate) const LONGEST_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// A message could not be sent.
#[derive(Debug, Error)]
#[error("the queue took no message")]
pub struct NotSent(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Sends a message for a task that may have lost its own. One too many does its work once.
pub async fn send(app: &App, task: &Task) -> Result<(), NotSent> {
    let message = TaskMessage {
        task_id: task.id,
        kind: task.kind.clone(),
    };
    let request = app.clients().sqs().send_message();
    let request = request
        .queue_url(app.settings().queues.url(&task.queue))
        .message_body(message.to_json());
    let sent = request.send().await;
    sent.map(drop).map_err(|error| NotSent(Box::new(error)))
}

/// What becomes of a message.
pub(crate) enum Fate {
    /// The message is done with.
    Delete,
    /// The message comes back, after so long, or when its visibility time is over. That uses up one of its receives.
    Keep(Option<SignedDuration>),
}

/// The task that a message is about. `None` if it names none.
pub(crate) fn parse(message: &SqsMessage) -> Option<TaskMessage> {
    let body = message.body.as_deref()?;
    serde_json::from_str(body).ok()
}

/// How often the message was received, this time included.
pub(crate) fn receive_count(message: &SqsMessage) -> u32 {
    message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

/// The queue that a message came from.
pub(crate) fn queue_of(app: &App, message: &SqsMessage) -> Option<String> {
    let arn = message.event_source_arn.as_deref()?;
    app.settings().queues.url_of_arn(arn)
}

/// Sends a fresh message in the place of this one: a receive is used up only by a real try. It comes after the pause, or as late
/// as SQS allows; then the task says that it is not due yet, and it is sent again. So no pause depends on a message that is kept
/// in flight.
pub(crate) async fn send_again(app: &App, message: &SqsMessage, pause: SignedDuration) -> Fate {
    let pause = pause.clamp(SignedDuration::ZERO, LONGEST_DELAY);
    match queue_of(app, message) {
        Some(url) => replace(app, url, message, pause).await,
        None => Fate::Keep(None),
    }
}

/// Has a message come back whose task was not tried, after a pause. It must not use up its last receive by having come too early,
/// nor be in flight for long: then another one takes its place.
pub(crate) async fn come_back(app: &App, message: &SqsMessage, pause: SignedDuration) -> Fate {
    if pause <= LONGEST_DELAY && receive_count(message) < MAX_TRIES {
        Fate::Keep(Some(pause))
    } else {
        send_again(app, message, pause).await
    }
}

/// Sends a message to the dead letters of its queue: its task has used up its tries, and the message was not received so often
/// itself.
pub(crate) async fn bury(app: &App, message: &SqsMessage) -> Fate {
    match queue_of(app, message) {
        Some(url) => {
            // The rule by which queues of dead letters are named.
            let url = format!("{url}-dead-letters");
            replace(app, url, message, SignedDuration::ZERO).await
        }
        None => Fate::Keep(None),
    }
}

/// Hides a message for a time. If that fails it comes back when its visibility time is over, which is only later.
pub(crate) async fn hide(app: &App, message: &SqsMessage, pause: Option<SignedDuration>) {
    let (Some(pause), Some(handle)) = (pause, &message.receipt_handle) else {
        return;
    };
    let Some(url) = queue_of(app, message) else {
        return;
    };
    let changed = app
        .clients()
        .sqs()
        .change_message_visibility()
        .queue_url(url)
        .receipt_handle(handle)
        .visibility_timeout(seconds(pause))
        .send();
    if let Err(error) = changed.await {
        let error = DisplayErrorContext(error);
        tracing::warn!(message.id = message.message_id, %error, "the message keeps its visibility time");
    }
}

async fn replace(app: &App, url: String, message: &SqsMessage, pause: SignedDuration) -> Fate {
    let sent = app
        .clients()
        .sqs()
        .send_message()
        .queue_url(url)
        .set_message_body(message.body.clone())
        .delay_seconds(seconds(pause))
        .send()
        .await;
    match sent {
        Ok(_) => Fate::Delete,
        Err(error) => {
            let error = DisplayErrorContext(error);
            tracing::error!(message.id = message.message_id, %error, "a message could not be sent in the place of another");
            Fate::Keep(None)
        }
    }
}

/// A pause in whole seconds.
pub(crate) fn seconds(pause: SignedDuration) -> i32 {
    // Rounded up: a message that comes too early finds its task not due.
    let millis = pause.as_millis().max(0);
    i32::try_from((millis + 999) / 1_000).unwrap_or(i32::MAX)
}
