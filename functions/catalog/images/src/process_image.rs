use std::convert::Infallible;

use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use catalog::image::ImageFile;
use kernel::error_chain;
use pictures::Uploaded;
use work::{Failure, Worker, worker};

use crate::decision::{Sent, decide};

pub const WORKER: Worker = worker!(process_image);

/// Makes images of what was uploaded, and shows them. Called by the queue `image-uploads`, which S3 fills.
pub async fn process_image(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
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
    let uploads = Uploaded::all_of(body, ImageFile::parse_upload)
        .map_err(|error| Failure::Permanent(error_chain(&error)))?;
    for Uploaded { key, length } in uploads {
        let (product_id, id) = key;
        let sent = Sent {
            product_id,
            id,
            length,
        };
        let outcome = decide(app, sent).await?;
        let upload = ImageFile::Upload(product_id, id);
        app.files().delete(&upload).await?;
        tracing::info!(product.id = %product_id, image.id = %id, outcome, "the upload was looked at");
    }
    Ok(())
}
