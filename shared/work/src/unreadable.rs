//! Records of a stream that cannot be read: they must not hold up what comes behind them, and must not be lost sight of.

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_sdk_sqs::error::DisplayErrorContext;
use cloud::App;
use kernel::job::Queue;
use serde::Serialize;
use thiserror::Error;

/// A record that could not be put aside. The stream gives the batch again.
#[derive(Debug, Error)]
#[error("a record that cannot be read could not be put into {0}")]
pub struct NotPutAside(Queue);

/// What an operator needs to find the item that a record is about. Never what is in it.
#[derive(Serialize)]
struct DeadRecord<'a> {
    reason: String,
    partition_key: &'a str,
    sequence_number: &'a str,
}

/// Puts a record that cannot be read into a queue of dead letters, whose alarm tells an operator. Given again it would be no
/// clearer, so whoever met it goes on with the others.
pub async fn put_aside(
    app: &App,
    queue: &Queue,
    record: &EventRecord,
    reason: &serde_dynamo::Error,
) -> Result<(), NotPutAside> {
    let change = &record.change;
    let key = change.keys.get("pk").and_then(|key| match key {
        serde_dynamo::AttributeValue::S(text) => Some(text.as_str()),
        _ => None,
    });
    let dead = DeadRecord {
        reason: without_values(&reason.to_string()),
        partition_key: key.unwrap_or_default(),
        sequence_number: change.sequence_number.as_deref().unwrap_or_default(),
    };
    let body = serde_json::to_string(&dead).expect("a struct of texts is JSON");
    tracing::error!(
        queue = queue.as_str(),
        sequence_number = dead.sequence_number,
        reason = dead.reason,
        "a record of the stream could not be read"
    );
    let url = app.settings().queues.url(queue);
    let request = app.clients().sqs().send_message();
    let sent = request.queue_url(url).message_body(body).send().await;
    sent.map(drop).map_err(|error| {
        tracing::error!(error = %DisplayErrorContext(error), "the queue took no message");
        NotPutAside(queue.clone())
    })
}

/// What serde says is wrong, without the values that it quotes: a name or an address may be among them. What is missing is the
/// name of a field of ours.
fn without_values(reason: &str) -> String {
    const QUOTES: [char; 3] = ['"', '`', '\''];
    if reason.starts_with("missing field") {
        return reason.to_owned();
    }
    match (reason.find(QUOTES), reason.rfind(QUOTES)) {
        (Some(first), Some(last)) => format!("{}…{}", &reason[..first], &reason[last + 1..]),
        _ => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_what_is_wrong_and_quotes_nothing() {
        for (said, kept) in [
            ("missing field `email`", "missing field `email`"),
            (
                "invalid type: string \"anna@example.com\", expected u64",
                "invalid type: string …, expected u64",
            ),
            (
                "invalid type: string \"a \"quoted\" name\", expected u64",
                "invalid type: string …, expected u64",
            ),
            (
                "unknown variant `anna`, expected `a` or `b`",
                "unknown variant …",
            ),
            ("an item is no map", "an item is no map"),
        ] {
            assert_eq!(without_values(said), kept);
        }
    }
}
