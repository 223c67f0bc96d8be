use identity::{Topic, find_contact, opt_out_key};
use mail::{Addressee, Brand, OptOut, Prepared};
use operations::jobs::SendReportReady;
use operations::report::REPORT_LIFETIME;
use work::{Assigned, Context, Failure};

use crate::mails::ReportReady;

/// What the mail is about: the list of tasks says that a report is done, too.
const TOPIC: Topic = Topic::Updates;

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
    if !contact.mails.wants(TOPIC) {
        return Ok(Prepared::UNWANTED);
    }
    let brand = app.section::<Brand>();
    let opt_out = identity::OptOut::of(ready.user_id, TOPIC, &contact.email);
    let token = opt_out.token(&*opt_out_key(app).await?);
    let opt_out = OptOut::new(&brand, &app.section::<mail::Settings>(), &token);
    let locale = contact.locale.as_deref();
    let to = Addressee::new(&contact.email, &contact.first_name, locale);
    let mail = ReportReady {
        addressee: &to.who_can_opt_out(opt_out),
        task_id: ready.task_id,
        report: ready.report,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand)))
}
