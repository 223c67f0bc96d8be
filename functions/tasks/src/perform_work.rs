use std::convert::Infallible;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use cloud::{App, FilePrefix};
use domain::task::{Task, Work};
use work::{Batch, Done, Failure, Worker, worker};

use crate::{deletion, export};

pub const WORKER: Worker = worker!(perform_work);

/// Does what is neither a request nor a mail. Called by the queue `work`.
pub async fn perform_work(app: App, event: SqsEvent) -> Result<SqsBatchResponse, Infallible> {
    Ok(Batch::new(&app)
        .run(event, |task| perform(&app, task))
        .await)
}

async fn perform(app: &App, task: Task) -> Result<Done, Failure> {
    match task.work {
        Work::ExportAccount { user_id } => export::export(app, &task, user_id).await,
        Work::DeleteAccount { user_id } => deletion::delete(app, &task, user_id).await,
        Work::DeleteAvatar { user_id, avatar_id } => {
            let prefix = FilePrefix::Avatar(user_id, avatar_id);
            let count = app.files().delete_prefix(&prefix).await?;
            Ok(Done(format!("{count} files deleted")))
        }
        other => Err(Failure::Permanent(format!(
            "{} is not done from this queue",
            other.kind()
        ))),
    }
}
