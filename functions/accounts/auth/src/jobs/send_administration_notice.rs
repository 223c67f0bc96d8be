use accounts::jobs::SendAdministrationNotice;
use mail::{Brand, Prepared};
use work::{Assigned, Context, Failure};

use super::owner::{addressee_at, owner};
use crate::mails::AdministrationNotice;

/// Tells the owner of an account what an administrator has done to it. Nothing in the mail is secret, so it may go out twice.
pub(crate) async fn send_administration_notice(
    context: Context,
    task: Assigned<SendAdministrationNotice>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let SendAdministrationNotice { user_id, event, at } = task.input;
    let user = match owner(app, user_id, at).await? {
        Ok(user) => user,
        Err(reason) => return Ok(Prepared::Nothing(reason)),
    };
    let notice = AdministrationNotice {
        addressee: &addressee_at(app, &user, at).await?,
        event,
        at,
    };
    Ok(Prepared::Mail(notice.render(&app.section::<Brand>())))
}
