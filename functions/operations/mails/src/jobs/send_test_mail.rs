use mail::{Addressee, Brand, Prepared};
use operations::jobs::SendTestMail;
use work::{Assigned, Context, Failure};

use crate::mails::TestMail;

/// Sends a mail that says that mail arrives.
pub(crate) async fn send_test_mail(
    context: Context,
    task: Assigned<SendTestMail>,
) -> Result<Prepared, Failure> {
    let SendTestMail { to, locale } = &task.input;
    let mail = TestMail {
        addressee: &Addressee::new(to, "", locale.as_deref()),
        task_id: task.id,
    };
    Ok(Prepared::Mail(mail.render(&context.app.section::<Brand>())))
}
