use domain::id::made_at;
use domain::jobs::{EXPORT_LIFETIME, SendExportReady};
use mail::{Addressee, Brand, ExportReady, Prepared};
use work::{Assigned, Context, Failure};

/// Says where the copy of all data is, while it can be fetched.
pub(crate) async fn send_export_ready(
    context: Context,
    task: Assigned<SendExportReady>,
) -> Result<Prepared, Failure> {
    let app = &context.app;
    let SendExportReady { user_id, export_id } = task.input;
    let Some(user) = app.store().users().lookup(user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };
    let now = app.now();
    let ends_at = made_at(export_id.uuid()).map(|asked_at| asked_at + EXPORT_LIFETIME);
    let Some(ends_at) = ends_at.filter(|ends_at| now < *ends_at) else {
        return Ok(Prepared::Nothing("the copy is deleted"));
    };
    let mail = ExportReady {
        addressee: &Addressee::new(&user.email, &user.first_name),
        export_id,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(
        mail.render(&Brand::of(&app.settings().mail)),
    ))
}
