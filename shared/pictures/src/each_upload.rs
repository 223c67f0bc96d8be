//! The loop of a worker that makes pictures.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use kernel::error_chain;
use work::Failure;

use crate::notice::Uploaded;

/// Hands `handle` every upload that the messages of a queue are about, as [`Uploaded::all_of`] finds them by `parse`. Reports
/// the messages that are to come back, and those alone.
///
/// `handle` decides on an upload and deletes it last: until then every step can be done again.
pub async fn each_upload<K, F>(
    event: SqsEvent,
    parse: fn(&str) -> Option<K>,
    handle: impl Fn(Uploaded<K>) -> F,
) -> SqsBatchResponse
where
    F: Future<Output = Result<(), Failure>>,
{
    let mut failed = Vec::new();
    // One after the other: two pictures at once would need twice the memory.
    for message in event.records {
        let body = message.body.as_deref().unwrap_or_default();
        if let Err(failure) = each_of(body, parse, &handle).await {
            tracing::error!(
                message.id = message.message_id,
                ?failure,
                "the upload stays where it is"
            );
            failed.extend(message.message_id);
        }
    }
    let mut response = SqsBatchResponse::default();
    response.set_failures(failed);
    response
}

/// Goes through the uploads of a message.
async fn each_of<K, F>(
    message: &str,
    parse: fn(&str) -> Option<K>,
    handle: &impl Fn(Uploaded<K>) -> F,
) -> Result<(), Failure>
where
    F: Future<Output = Result<(), Failure>>,
{
    let uploads = Uploaded::all_of(message, parse)
        .map_err(|error| Failure::Permanent(error_chain(&error)))?;
    for upload in uploads {
        handle(upload).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;
    use crate::notice::tests::{notice_about, number};

    #[tokio::test]
    async fn a_message_that_fails_comes_back_and_stops_no_other() {
        let notice = |numbers: &[u32]| {
            let objects = numbers.iter().map(|number| {
                let key = format!("uploads/{number}");
                json!({"key": key, "size": number})
            });
            notice_about(&objects.collect::<Vec<_>>())
        };
        let event = json!({"Records": [
            {"messageId": "unreadable", "body": "{}"},
            {"messageId": "failing", "body": notice(&[1, 13, 2])},
            {"messageId": "empty"},
            {"messageId": "good", "body": notice(&[3, 4])},
        ]});
        let seen = RefCell::new(Vec::new());

        let response = each_upload(serde_json::from_value(event).unwrap(), number, |upload| {
            seen.borrow_mut().push(upload.key);
            let outcome = match upload.key {
                13 => Err(Failure::Transient("bad luck".to_owned())),
                _ => Ok(()),
            };
            std::future::ready(outcome)
        });
        let failures = response.await.batch_item_failures;

        let failures: Vec<&str> = failures.iter().map(|it| &*it.item_identifier).collect();
        assert_eq!(failures, ["unreadable", "failing", "empty"]);
        // Of a message that fails, what is left comes with it again.
        assert_eq!(seen.into_inner(), [1, 13, 3, 4]);
    }
}
