use std::collections::BTreeMap;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::id::TaskId;
use kernel::job::Queue;
use serde::Deserialize;
use serde_dynamo::AttributeValue;
use thiserror::Error;

use crate::later::{Due, schedule};
use crate::messages::{LONGEST_DELAY, seconds};
use crate::unreadable::put_aside;
use kernel::task::TaskMessage;

/// The most messages of one `SendMessageBatch`.
const MAX_BATCH: usize = 10;

/// The codes by which SQS says that there is no queue of a name, over JSON and as it did before, or that this is not for the
/// relay to know: its role names the queues that there are.
const MISSING: [&str; 4] = [
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "AccessDenied",
    "AccessDeniedException",
];

/// Where the relay's dead letters go.
const FAILURES: Queue = Queue::named("relay-failures");

/// Some tasks of a batch have no message yet. The stream gives the batch again.
#[derive(Debug, Error)]
#[error("{0} tasks could not be relayed")]
pub struct RelayError(usize);

/// A new task, as much of it as a message needs.
#[derive(Deserialize)]
struct NewTask {
    id: TaskId,
    kind: String,
    queue: Queue,
    #[serde(default)]
    run_at: Option<Timestamp>,
}

/// A message, and how long SQS keeps it back.
struct Outgoing {
    message: TaskMessage,
    delay: SignedDuration,
}

/// Sends a message for every task that was written.
///
/// After a crash or a failure half-way some messages are sent twice, which workers notice by the claim. A record that cannot
/// be read is [put aside](put_aside), or nothing behind it would be sent for a day; its task stays as it is. The same goes for a queue that is not there, unless it `is_known` as
/// that of a job: then it is missing by mistake, and its tasks are given again until it is back.
pub async fn relay(
    app: &App,
    event: Event,
    is_known: impl Fn(&Queue) -> bool,
) -> Result<(), RelayError> {
    let mut queues: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    let mut failed = 0;
    for record in event.records {
        match read(&record) {
            Ok(None) => {}
            Ok(Some(task)) => {
                let message = TaskMessage {
                    task_id: task.id,
                    kind: task.kind,
                };
                let delay = match Due::of(task.run_at, app.now()) {
                    Due::Soon(delay) => delay,
                    Due::Later(at) if schedule(app, &message, &task.queue, at).await => continue,
                    // It must not hold up what comes behind it. Its message comes too early, finds its task not due, and comes
                    // again every quarter of an hour until it is.
                    Due::Later(_) => LONGEST_DELAY,
                };
                let outgoing = Outgoing { message, delay };
                queues.entry(task.queue).or_default().push(outgoing);
            }
            Err(error) => {
                let aside = put_aside(app, &FAILURES, &record, &error).await;
                failed += usize::from(aside.is_err());
            }
        }
    }
    for (queue, messages) in queues {
        for batch in messages.chunks(MAX_BATCH) {
            failed += send(app, &queue, is_known(&queue), batch).await;
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err(RelayError(failed))
    }
}

fn read(record: &EventRecord) -> Result<Option<NewTask>, serde_dynamo::Error> {
    // The event source mapping filters too. A task that only changed has had its message, and results are in the table as well.
    let is_task = |key: &AttributeValue| *key == AttributeValue::S("TASK".to_owned());
    if record.event_name != "INSERT" || !record.change.keys.get("sk").is_some_and(is_task) {
        return Ok(None);
    }
    serde_dynamo::from_item(record.change.new_image.clone()).map(Some)
}

/// Sends some messages and tells how many did not go.
async fn send(app: &App, queue: &Queue, is_known: bool, messages: &[Outgoing]) -> usize {
    let entry = |(position, outgoing): (usize, &Outgoing)| {
        let delay = (!outgoing.delay.is_zero()).then(|| seconds(outgoing.delay));
        let entry = SendMessageBatchRequestEntry::builder()
            .id(position.to_string())
            .message_body(outgoing.message.to_json())
            .set_delay_seconds(delay);
        entry.build().expect("id and body are set")
    };
    let entries = messages.iter().enumerate().map(entry).collect();
    let url = app.settings().queues.url(queue);
    let sent = app
        .clients()
        .sqs()
        .send_message_batch()
        .queue_url(url)
        .set_entries(Some(entries))
        .send()
        .await;

    let failed = match sent {
        Ok(output) => output.failed.len(),
        Err(error) if !is_known && error.code().is_some_and(|code| MISSING.contains(&code)) => {
            tracing::error!(
                queue = queue.as_str(),
                tasks = messages.len(),
                "there is no such queue"
            );
            return 0;
        }
        Err(error) => {
            tracing::error!(queue = queue.as_str(), error = %DisplayErrorContext(error), "the queue took no messages");
            messages.len()
        }
    };
    tracing::info!(
        queue = queue.as_str(),
        sent = messages.len() - failed,
        failed,
        "relayed"
    );
    failed
}
