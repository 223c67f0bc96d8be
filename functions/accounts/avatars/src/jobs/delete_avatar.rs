use accounts::files::FilePrefix;
use accounts::jobs::DeleteAvatar;
use work::{Assigned, Context, Done, Failure};

/// Deletes the files of a picture that is no longer shown.
pub(crate) async fn delete_avatar(
    context: Context,
    task: Assigned<DeleteAvatar>,
) -> Result<Done, Failure> {
    let DeleteAvatar { user_id, avatar_id } = task.input;
    let prefix = FilePrefix::Avatar(user_id, avatar_id);
    let count = context.app.files().delete_prefix(&prefix).await?;
    Ok(Done::saying(format!("{count} files deleted")))
}
