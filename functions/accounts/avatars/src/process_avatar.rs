use std::convert::Infallible;

use accounts::files::FileKey;
use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use kernel::id::{AvatarId, UserId};
use pictures::{Uploaded, each_upload};
use work::{Failure, Worker, worker};

use crate::decision::{Upload, decide};

pub const WORKER: Worker = worker!(process_avatar);

/// Makes pictures of what was uploaded, and shows them. Called by the queue `avatar-uploads`, which S3 fills.
pub async fn process_avatar(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    let response = each_upload(event, FileKey::parse_upload, |upload| handle(&app, upload));
    Ok(response.await)
}

/// Decides on an upload, and deletes it last: until then every step can be done again.
async fn handle(app: &App, uploaded: Uploaded<(UserId, AvatarId)>) -> Result<(), Failure> {
    let Uploaded { key, length } = uploaded;
    let (user_id, id) = key;
    let upload = Upload {
        user_id,
        id,
        length,
    };
    let outcome = decide(app, upload).await?;
    app.files().delete(&FileKey::Upload(user_id, id)).await?;
    tracing::info!(user.id = %user_id, avatar.id = %id, outcome, "the upload was looked at");
    Ok(())
}
