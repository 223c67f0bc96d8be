use std::convert::Infallible;

use accounts::files::FileKey;
use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use kernel::error_chain;
use pictures::Uploaded;
use work::{Failure, Worker, worker};

use crate::decision::{Upload, decide};

pub const WORKER: Worker = worker!(process_avatar);

/// Makes pictures of what was uploaded, and shows them. Called by the queue `avatar-uploads`, which S3 fills.
pub async fn process_avatar(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let mut failed = Vec::new();
    // One after the other: two pictures at once would need twice the memory.
    for message in event.records {
        if let Err(failure) = handle(&app, &message).await {
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
    Ok(response)
}

/// Goes through the uploads of a message. Each is deleted last: until then every step can be done again.
async fn handle(app: &App, message: &SqsMessage) -> Result<(), Failure> {
    let body = message.body.as_deref().unwrap_or_default();
    let uploads = Uploaded::all_of(body, FileKey::parse_upload)
        .map_err(|error| Failure::Permanent(error_chain(&error)))?;
    for Uploaded { key, length } in uploads {
        let (user_id, id) = key;
        let upload = Upload {
            user_id,
            id,
            length,
        };
        let outcome = decide(app, upload).await?;
        app.files().delete(&FileKey::Upload(user_id, id)).await?;
        tracing::info!(user.id = %user_id, avatar.id = %id, outcome, "the upload was looked at");
    }
    Ok(())
}
