use std::io::{BufRead as _, IsTerminal as _, stdin};

use accounts::account::{NewUser, PromoteOutcome, RegisterOutcome, User, Users};
use accounts::actions;
use accounts::jobs::{
    AdministrationEvent, AdministratorChange, AdministratorEvent, TellAdministrators,
    administration_notice,
};
use accounts::password::Password;
use anyhow::bail;
use cloud::App;
use kernel::audit::{Change, Origin};
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::role::Role;
use kernel::task::Task;

use crate::operator::operator_app;

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

    if let Some(user) = Users(app.store()).find_by_email(&email).await? {
        let change = Change {
            field: "role".to_owned(),
            before: user.role.as_str().to_owned(),
            after: Role::Admin.as_str().to_owned(),
        };
        let audit = app
            .audit(actions::ROLE_CHANGED)
            .on(user.id)
            .requested_from(origin)
            .with_changes(vec![change]);
        let notices = [
            administration_notice(&app, user.id, AdministrationEvent::RoleChanged(Role::Admin)),
            of_new_administrator(&app, user.id),
        ];
        match Users(app.store())
            .promote(user.id, &password, app.now(), &notices, &audit)
            .await?
        {
            PromoteOutcome::Promoted => {
                println!("The account is an administrator's now; its sessions are over.");
            }
            PromoteOutcome::Gone => bail!("the account has gone meanwhile"),
            PromoteOutcome::BeingDeleted => {
                bail!("the account is being deleted; run this again when it has gone");
            }
        }
        return Ok(());
    }

    let now = app.now();
    let id = UserId::new(now, &mut app.random());
    let user = User {
        role: Role::Admin,
        email_verified: true,
        ..User::new(id, email, now)
    };
    let audit = app
        .audit(actions::CREATE)
        .on(user.id)
        .requested_from(origin);
    let notice = of_new_administrator(&app, id);
    match Users(app.store())
        .register(&NewUser { user, password }, Some(&notice), &audit)
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

/// The task that tells the other administrators.
fn of_new_administrator(app: &App, user_id: UserId) -> Task {
    app.task(&TellAdministrators(AdministratorChange {
        user_id,
        by: None,
        event: AdministratorEvent::Promoted,
        at: app.now(),
    }))
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
