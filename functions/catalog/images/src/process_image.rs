use std::convert::Infallible;

use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use catalog::image::{ImageFile, ImageId};
use catalog::product::ProductId;
use pictures::{Uploaded, each_upload};
use work::{Failure, Worker, worker};

use crate::decision::{Sent, decide};

pub const WORKER: Worker = worker!(process_image);

/// Makes images of what was uploaded, and shows them. Called by the queue `image-uploads`, which S3 fills.
pub async fn process_image(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let response = each_upload(event, ImageFile::parse_upload, |upload| {
        handle(&app, upload)
    });
    Ok(response.await)
}

/// Decides on an upload, and deletes it last: until then every step can be done again.
async fn handle(app: &App, uploaded: Uploaded<(ProductId, ImageId)>) -> Result<(), Failure> {
    let Uploaded { key, length } = uploaded;
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
    Ok(())
}
