//! What each kind of task says, to whom, and whether it still should.

use cloud::App;
use domain::code::OneTimeCode;
use domain::email::EmailAddress;
use domain::task::{Recipient, Task, Work};
use domain::user::User;
use mail::{Addressee, Brand, Message, OneTimeCodeMail};
use work::Failure;

mod links;
mod notices;

/// What is to be sent for a task.
pub(crate) enum Prepared {
    /// This.
    Mail(Message),
    /// Nothing, which is as it should be.
    Nothing(&'static str),
}

const NO_ACCOUNT: &str = "there is no such account";

/// Looks afresh at what a task is about, and makes its mail.
pub(crate) async fn prepare(app: &App, task: &Task) -> Result<Prepared, Failure> {
    match &task.work {
        Work::SendVerification(recipient) => links::verification(app, recipient).await,
        Work::SendOneTimeCode { email } => one_time_code(app, task, email).await,
        Work::SendWelcome { user_id } => notices::welcome(app, *user_id, task.created_at).await,
        Work::SendPasswordReset(recipient) => links::password_reset(app, recipient).await,
        Work::SendEmailChange { user_id } => links::email_change(app, *user_id).await,
        Work::SendDeletionNotice { user_id } => links::deletion_notice(app, *user_id).await,
        Work::SendPreRegistration { email } => links::pre_registration(app, email).await,
        Work::SendSecurityNotice { user_id, event, at } => {
            notices::security_notice(app, task.id, *user_id, *event, *at).await
        }
        Work::SendExportReady { user_id, export_id } => {
            notices::export_ready(app, *user_id, *export_id).await
        }
        Work::ExportAccount { .. } | Work::DeleteAccount { .. } | Work::DeleteAvatar { .. } => {
            Err(Failure::Permanent(
                "this is no mail: its queue is `work`, and its worker `perform_work`".to_owned(),
            ))
        }
    }
}

/// The account a mail is for, by whichever way it was named.
async fn recipient(app: &App, recipient: &Recipient) -> Result<Option<User>, Failure> {
    let users = app.store().users();
    Ok(match recipient {
        Recipient::UserId(id) => users.lookup(*id).await?,
        Recipient::Email(email) => users.find_by_email(email).await?,
    })
}

async fn one_time_code(app: &App, task: &Task, email: &EmailAddress) -> Result<Prepared, Failure> {
    let user = app.store().users().find_by_email(email).await?;
    let Some(user) = user.filter(User::is_active) else {
        return Ok(Prepared::Nothing("there is no account that may log in"));
    };

    let (code, now) = (OneTimeCode::generate(&mut app.random()), app.now());
    let hash = app.pepper().await?.hash(email, &code);
    let Some(ends_at) = app
        .store()
        .codes()
        .issue(email, task.id, &hash, now)
        .await?
    else {
        return Err(Failure::Permanent(
            "the code is no longer good: used, too old, or a newer one was asked for".to_owned(),
        ));
    };
    let mail = OneTimeCodeMail {
        addressee: &addressee(&user),
        code: &code,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
}

fn addressee(user: &User) -> Addressee {
    Addressee {
        email: user.email.clone(),
        first_name: user.first_name.to_string(),
    }
}

fn brand(app: &App) -> Brand {
    let settings = &app.settings().mail;
    Brand {
        app_name: settings.app_name.clone(),
        frontend_url: settings.frontend_url.clone(),
    }
}
