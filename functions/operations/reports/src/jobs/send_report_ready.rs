use identity::find_contact;
use mail::{Addressee, Brand, Prepared};
use operations::jobs::SendReportReady;
use operations::report::REPORT_LIFETIME;
use work::{Assigned, Context, Failure};

use crate::mails::ReportReady;

/// Says where a report is, while it can be fetched.
pub(crate) async fn send_report_ready(
    context: Context,
    task: Assigned<SendReportReady>,
) -> Result<Prepared, Failure> {
    let (app, ready) = (&context.app, &task.input);
    let Some(contact) = find_contact(app.store(), ready.user_id).await? else {
        return Ok(Prepared::NO_ACCOUNT);
    };
    let (now, ends_at) = (app.now(), ready.ready_at + REPORT_LIFETIME);
    if now >= ends_at {
        return Ok(Prepared::Nothing("the report is deleted"));
    }
    let locale = contact.locale.as_deref();
    let mail = ReportReady {
        addressee: &Addressee::new(&contact.email, &contact.first_name, locale),
        task_id: ready.task_id,
        report: ready.report,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&app.section::<Brand>())))
}
