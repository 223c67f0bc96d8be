use accounts::account::Users;
use accounts::jobs::{EXPORT_LIFETIME, SendExportReady};
use kernel::id::made_at;
use mail::{Addressee, Brand, Prepared};
use work::{Assigned, Context, Failure};

use crate::mails::ExportReady;

/// Says where the copy of all data is, while it can be fetched.
pub(crate) async fn send_export_ready(
    context: Context,
    task: Assigned<SendExportReady>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let SendExportReady { user_id, export_id } = task.input;
    let Some(user) = Users(app.store()).lookup(user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };
    let now = app.now();
    let ends_at = made_at(export_id.uuid()).map(|asked_at| asked_at + EXPORT_LIFETIME);
    let Some(ends_at) = ends_at.filter(|ends_at| now < *ends_at) else {
        return Ok(Prepared::Nothing("the copy is deleted"));
    };
    let mail = ExportReady {
        addressee: &Addressee::new(&user.email, &user.first_name, user.locale()),
        export_id,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
