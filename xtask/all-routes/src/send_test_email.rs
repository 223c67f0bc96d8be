use cloud::App;
use kernel::audit::Origin;
use kernel::email::EmailAddress;
use operations::actions::TEST_MAIL_SENT;
use operations::jobs::SendTestMail;
use store::Tasks;

use crate::operator::operator_app;

/// Records a test mail, which takes the way of every mail.
pub(crate) async fn send_test_email(address: &str) -> anyhow::Result<()> {
    let to = EmailAddress::parse(address)?;
    let app: App = operator_app().await?;
    let task = app.task(&SendTestMail { to, locale: None });
    let origin = Origin {
        client: "operator".to_owned(),
        agent: "send-test-email".to_owned(),
        request_id: String::new(),
    };
    let audit = app.audit(TEST_MAIL_SENT).on(task.id).requested_from(origin);
    let attempt = "ask for a test mail";
    Tasks(app.store()).request(attempt, &task, &audit).await?;
    println!("The mail is on its way, as task {}.", task.id);
    Ok(())
}
