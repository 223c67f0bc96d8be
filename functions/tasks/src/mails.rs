//! What each kind of task says, to whom, and whether it still should.

use cloud::App;
use domain::code::OneTimeCode;
use domain::email::EmailAddress;
use domain::id::{SessionId, UserId};
use domain::task::{Recipient, SecurityEvent, Task, Work};
use domain::user::User;
use domain::link::LinkToken;
use mail::{Addressee, Brand, Message, OneTimeCodeMail, TokenReuseNotice, Verification, Welcome};
use store::IssueOutcome;
use work::Failure;

/// What is to be sent for a task.
pub(crate) enum Prepared {
    /// This.
    Mail(Message),
    /// Nothing, which is as it should be.
    Nothing(&'static str),
}

/// Looks afresh at what a task is about, and makes its mail.
pub(crate) async fn prepare(app: &App, task: &Task) -> Result<Prepared, Failure> {
    match &task.work {
        Work::SendVerification(recipient) => verification(app, recipient).await,
        Work::SendOneTimeCode { email } => one_time_code(app, task, email).await,
        Work::SendWelcome { user_id } => welcome(app, *user_id).await,
        Work::SendSecurityNotice {
            user_id,
            event: SecurityEvent::TokenReuse(session_id),
            ..
        } => token_reuse_notice(app, *user_id, *session_id).await,
        _ => Err(Failure::Permanent("to come".to_owned())),
    }
}

async fn verification(app: &App, recipient: &Recipient) -> Result<Prepared, Failure> {
    let users = app.store().users();
    let user = match recipient {
        Recipient::UserId(id) => users.lookup(*id).await?,
        Recipient::Email(email) => users.find_by_email(email).await?,
    };
    let Some(user) = user else {
        return Ok(Prepared::Nothing("there is no such account"));
    };

    let (token, now) = (LinkToken::generate(&mut app.random()), app.now());
    let IssueOutcome::Issued(ends_at) = app
        .store()
        .verifications()
        .issue(&user, &token, now)
        .await?
    else {
        return Ok(Prepared::Nothing("the address is verified"));
    };
    let mail = Verification {
        addressee: &addressee(&user),
        token: &token,
        ends_at,
        now,
    };
    Ok(Prepared::Mail(mail.render(&brand(app))))
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

async fn welcome(app: &App, user_id: UserId) -> Result<Prepared, Failure> {
    let Some(user) = app.store().users().lookup(user_id).await? else {
        return Ok(Prepared::Nothing("there is no such account"));
    };
    Ok(Prepared::Mail(
        Welcome {
            addressee: &addressee(&user),
        }
        .render(&brand(app)),
    ))
}

async fn token_reuse_notice(
    app: &App,
    user_id: UserId,
    session_id: SessionId,
) -> Result<Prepared, Failure> {
    let user = app.store().users().lookup(user_id).await?;
    let revocation = app
        .store()
        .sessions()
        .lookup(user_id, session_id)
        .await?
        .and_then(|session| session.revocation);
    let (Some(user), Some(revocation)) = (user, revocation) else {
        return Ok(Prepared::Nothing("the account or its session has gone"));
    };
    let notice = TokenReuseNotice {
        addressee: &addressee(&user),
        at: revocation.at,
        client: &revocation.client,
        agent: &revocation.agent,
    };
    Ok(Prepared::Mail(notice.render(&brand(app))))
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
