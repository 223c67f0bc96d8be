use accounts::account::{User, Users};
use accounts::ending::Endings;
use accounts::files::FileKey;
use accounts::jobs::{EXPORT_LIFETIME, ExportAccount, SendExportReady};
use serde_json::{Map, json};
use work::{Assigned, Context, Done, Failure};

/// Puts a copy of an account's data into the bucket, and has its owner told. What is in it the areas say.
pub(crate) async fn export_account(
    context: Context,
    task: Assigned<ExportAccount>,
) -> Result<Done, Failure> {
    let (app, user_id) = (&context.app, task.input.user_id);
    if app.now() >= task.created_at + EXPORT_LIFETIME {
        return Err(Failure::Permanent(
            "nobody could fetch it any more".to_owned(),
        ));
    }
    let user = Users(app.store()).lookup(user_id).await?;
    if !user.as_ref().is_some_and(User::is_active) {
        return Ok(Done::saying(
            "there is no account that may log in".to_owned(),
        ));
    }

    let mut document = Map::from_iter([("made_at".to_owned(), json!(app.now()))]);
    for belongings in context.belongings {
        document.extend(belongings.copy(app, user_id).await?);
    }
    let text = serde_json::to_vec_pretty(&document).expect("JSON is text");
    let size = text.len();
    let key = FileKey::Export(user_id, task.run.task_id());
    app.files().put(&key, "application/json", text).await?;

    // After the file: nobody is told of what is not there. Once, though the file may be written twice.
    let notice = app.task(&SendExportReady {
        user_id,
        export_id: task.run.task_id(),
    });
    let accounts = Endings(app.store());
    accounts.announce_copy(task.run.task_id(), &notice).await?;
    Ok(Done::saying(format!("{size} bytes")))
}
