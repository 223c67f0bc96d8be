use accounts::account::Users;
use accounts::jobs::SendAdministratorChange;
use cloud::App;
use kernel::id::UserId;
use mail::{Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::owner::{addressee_at, owner};
use crate::mails::{AdministratorChangeNotice, Party};

/// Tells an administrator that there is another one, or one fewer. Whoever was one when it was done hears of it, although they
/// may have been locked since, by the same hand.
pub(crate) async fn send_administrator_change(
    context: Context,
    task: Assigned<SendAdministratorChange>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let SendAdministratorChange { to, change } = task.input;
    let user = match owner(app, to, change.at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let by = match change.by {
        Some(by) => party(app, by).await?,
        None => Party::Operator,
    };
    let notice = AdministratorChangeNotice {
        addressee: &addressee_at(app, &user, change.at).await?,
        account: &party(app, change.user_id).await?,
        event: change.event,
        by: &by,
        at: change.at,
    };
    Ok(Prepared::Mail(notice.render(&app.section::<Brand>())))
}

/// What administrators know an account by.
async fn party(app: &App, id: UserId) -> Result<Party, Failure> {
    let user = Users(app.store()).lookup(id).await?;
    Ok(user.map_or(Party::Gone(id), |user| Party::Account(user.email)))
}
