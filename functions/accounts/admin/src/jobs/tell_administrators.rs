use accounts::jobs::{SendAdministratorChange, TellAdministrators};
use identity::administrators;
use kernel::task::Task;
use store::Tasks;
use work::{Assigned, Context, Done, Failure};

/// Has every administrator told of a change of who they are, but whose account was changed: they hear of it as its owner.
/// Whoever made the change hears of it, too, since perhaps it was their session and not they.
pub(crate) async fn tell_administrators(
    context: Context,
    task: Assigned<TellAdministrators>,
) -> Result<Done, Failure> {
    let store = context.app.store();
    let TellAdministrators(change) = task.input;
    let administrators = administrators(store).await?;
    let others = administrators
        .into_iter()
        .filter(|id| *id != change.user_id);

    let mut told = 0;
    for to in others {
        let notice = SendAdministratorChange { to, change };
        let notice = Task::new(task.id.following(to), &notice, task.created_at);
        told += usize::from(Tasks(store).follow_up(&notice).await?);
    }
    Ok(Done::saying(format!("{told} administrators are told")))
}
