use accounts::actions;
use accounts::ending::Endings;
use accounts::jobs::DeleteAccount;
use jiff::SignedDuration;
use work::{Assigned, Context, Done, Ended, Failure};

/// The time for which the rest of a deletion waits. Nobody waits for it, and others' work should come between.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Deletes an account for good: what the areas keep for it, and last itself, so that it is found again until all else is
/// gone. Every step can be done twice: a worker that died between two begins again.
pub(crate) async fn delete_account(
    context: Context,
    task: Assigned<DeleteAccount>,
) -> Result<Done, Failure> {
    let (app, user_id) = (&context.app, task.input.user_id);
    let accounts = Endings(app.store());
    let Some(user) = accounts.to_delete(user_id, task.id).await? else {
        return Ok(Done::saying("the account has gone".to_owned()));
    };

    let mut deleted = 0;
    for belongings in context.belongings {
        match belongings.end(app, user_id).await? {
            Ended::All(count) => deleted += count,
            Ended::Partly(rest) => return Err(Failure::Deferred(rest.to_owned(), PAUSE)),
        }
    }

    let audit = app.audit(actions::DELETED).by_owner(user_id);
    accounts.finish_deletion(&user, task.id, &audit).await?;
    Ok(Done::saying(format!(
        "deleted, with {deleted} things beside it"
    )))
}
