//! Whoever asked for a transfer, as long as they may have it.

use catalog::permissions::ManageCatalog;
use cloud::App;
use kernel::id::UserId;
use kernel::permission::Permission as _;
use kernel::task::Task;
use work::Failure;

/// The account that asked for a task, if it still manages the catalogue. It is asked before each step: whoever loses the right
/// has nothing more done.
///
/// # Errors
/// The task is given up: nobody asked for it who may have it.
pub(crate) async fn owner_of(app: &App, task: &Task) -> Result<UserId, Failure> {
    let missing = || Failure::Permanent("Nobody asked for it who may have it.".to_owned());
    let owner = task.owner.ok_or_else(missing)?;
    let role = identity::find_role(app.store(), owner).await?;
    if role.is_some_and(|role| ManageCatalog::ROLES.contains(&role)) {
        Ok(owner)
    } else {
        Err(missing())
    }
}
