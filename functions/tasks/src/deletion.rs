//! Deleting an account for good. Every step can be done twice: whoever dies between two begins again.

use cloud::{App, FilePrefix};
use domain::audit::{Action, Origin};
use domain::id::UserId;
use domain::task::Task;
use jiff::SignedDuration;
use work::{Done, Failure};

/// Entries of the audit log that one try scrubs: some ten milliseconds each, so that it ends well inside the function's 30 s.
const ENTRIES_A_TRY: usize = 500;

/// How long the rest waits. Nobody waits for it, and others' work should come between.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Deletes an account: its files, what is kept beside it, and last itself, so that it is found again until all else is gone.
pub(crate) async fn delete(app: &App, task: &Task, user_id: UserId) -> Result<Done, Failure> {
    let accounts = app.store().accounts();
    let Some(user) = accounts.to_delete(user_id, task.id).await? else {
        return Ok(Done("the account has gone".to_owned()));
    };

    for prefix in [
        FilePrefix::Uploads(user_id),
        FilePrefix::Avatars(user_id),
        FilePrefix::Exports(user_id),
    ] {
        app.files().delete_prefix(&prefix).await?;
    }
    let belongings = accounts.delete_belongings(user_id).await?;
    if !accounts.scrub_audit(user_id, ENTRIES_A_TRY).await? {
        let reason = "the audit log is not scrubbed yet".to_owned();
        return Err(Failure::Deferred(reason, PAUSE));
    }

    let object = format!("user/{user_id}");
    let audit = app.audit(Action::Deleted, Some(user_id), object, &Origin::default());
    accounts.finish_deletion(&user, task.id, &audit).await?;
    Ok(Done(format!("deleted, with {belongings} things beside it")))
}
