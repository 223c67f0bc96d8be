use std::io::{BufRead as _, IsTerminal as _, stdin};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use api::App;
use aws_config::BehaviorVersion;
use cloud::{Clients, Settings};
use domain::audit::{Action, Origin};
use domain::clock::SystemClock;
use domain::email::EmailAddress;
use domain::id::UserId;
use domain::password::Password;
use domain::user::{Role, User};
use store::{NewUser, RegisterOutcome};

/// Makes the account with this address an administrator's, with a password given here; makes it if there is none.
pub(crate) async fn create_admin(email: &str) -> anyhow::Result<()> {
    let email = EmailAddress::parse(email)?;
    let app = operator_app().await?;
    let password =
        Password::parse(&ask_password()?, &[email.local_part()])?.hash(&mut app.random());
    let origin = Origin {
        client: "operator".to_owned(),
        agent: "create-admin".to_owned(),
        request_id: String::new(),
    };

    if let Some(user) = app.store().users().find_by_email(&email).await? {
        let audit = app.audit(
            Action::RoleChanged,
            None,
            format!("user/{}", user.id),
            &origin,
        );
        if !app
            .store()
            .users()
            .promote(user.id, &password, app.now(), &audit)
            .await?
        {
            bail!("the account has gone meanwhile");
        }
        println!("The account is an administrator's now; its sessions are over.");
        return Ok(());
    }

    let now = app.now();
    let id = UserId::new(now, &mut app.random());
    let user = User {
        role: Role::Admin,
        email_verified: true,
        ..User::new(id, email, now)
    };
    let audit = app.audit(Action::Create, None, format!("user/{}", user.id), &origin);
    match app
        .store()
        .users()
        .register(&NewUser { user, password }, None, &audit)
        .await?
    {
        RegisterOutcome::Registered => {
            println!("The administrator is there. Log in with the password.");
        }
        RegisterOutcome::EmailTaken | RegisterOutcome::UsernameTaken => {
            bail!("the account was made meanwhile; run this again");
        }
    }
    Ok(())
}

/// An App with whatever region and credentials the operator's AWS tools have.
async fn operator_app() -> anyhow::Result<App> {
    let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
    let region = config
        .region()
        .context("no AWS region is set; set AWS_REGION or a profile")?
        .to_string();
    let credentials = config
        .credentials_provider()
        .context("no AWS credentials are set")?;
    Ok(App::new(
        Settings::from_env()?,
        Arc::new(SystemClock),
        Clients::new(region, credentials),
    ))
}

fn ask_password() -> anyhow::Result<String> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ")?;
    if password != rpassword::prompt_password("Password again: ")? {
        bail!("the two passwords are not the same");
    }
    Ok(password)
}
