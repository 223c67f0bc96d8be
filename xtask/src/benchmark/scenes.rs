//! What each function needs to do what it is for: who calls, and what they did before.

mod shop;

use anyhow::{Context, Result};
use jiff::ToSpan as _;
use local_aws::now;
use serde_json::Value;

use super::authenticator::Authenticator;
use super::events::Filling;
use super::people::{Person, text};
use super::stage::Stage;

/// What was arranged, as far as the event has to say it.
pub(crate) struct Arranged {
    /// What goes into the function's sample.
    pub(crate) filling: Filling,
    /// What gives the code for it.
    pub(crate) authenticator: Option<Authenticator>,
    /// The key at which an upload waits to be looked at.
    pub(crate) upload: Option<String>,
}

/// Arrange it, by calling other functions as a front end does. The people are named after the function, so that nobody
/// reads another's mail.
pub(crate) async fn arrange(stage: &Stage<'_>, function: &str) -> Result<Arranged> {
    let mut caller = Person::named(stage, function);
    let sample = stage.sample(function)?;
    if sample.pointer("/headers/authorization").is_some() {
        caller.join_as_admin().await?;
    }
    // Each function is in one of these at the most.
    for_visitors(&mut caller, function).await?;
    for_callers(&mut caller, function).await?;
    for_administrators(&mut caller, stage, function).await?;
    for_workers(&mut caller, stage, function).await?;
    shop::for_shops(&mut caller, stage, function).await?;
    caller.set("day", today()?);
    Ok(Arranged {
        filling: caller.filling,
        authenticator: caller.authenticator,
        upload: caller.upload,
    })
}

/// Functions that need no session.
async fn for_visitors(caller: &mut Person<'_>, function: &str) -> Result<()> {
    match function {
        "verify_email" => drop(caller.register().await?),
        "obtain_token" | "refresh_token" => {
            caller.join().await?;
            // From a device that is known, as most log-ins are.
            caller.log_in().await?;
        }
        "verify_otp" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.get_code().await?;
        }
        "answer_challenge" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.add_factor().await?;
            let asked = caller.call("obtain_token").await?;
            caller.set("challenge", text(&asked, "challenge")?);
        }
        "show_avatar" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.show_picture().await?;
        }
        "reset_password" => {
            caller.join().await?;
            caller.call("request_password_reset").await?;
            caller.open_link("reset-password").await?;
        }
        "report_activity" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.call("change_password").await?;
            caller.open_link("not-me").await?;
        }
        "confirm_email_change" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.want_other_address();
            caller.call("change_email").await?;
            caller.open_link("confirm-email").await?;
        }
        "cancel_account_deletion" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.call("delete_account").await?;
            caller.open_link("cancel-deletion").await?;
        }
        "confirm_pre_registration" => {
            caller.call("create_pre_registration").await?;
            caller.open_link("pre-registration").await?;
        }
        "unsubscribe" => {
            caller.join_as_admin().await?;
            caller.get_report(&month()?).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Functions about the caller's own account.
async fn for_callers(caller: &mut Person<'_>, function: &str) -> Result<()> {
    match function {
        "change_email" => caller.want_other_address(),
        "cancel_email_change" => {
            caller.want_other_address();
            caller.call("change_email").await?;
        }
        "confirm_totp" => caller.begin_factor().await?,
        "disable_totp" | "renew_recovery_codes" => caller.add_factor().await?,
        "rename_session" | "revoke_session" => caller.set("id", caller.session()?),
        // The token of samconfig.toml, in the place of the caller's.
        "show_metrics" => caller.set("authorization", "Bearer local-token-of-scrapes".to_owned()),
        "delete_avatar" => caller.show_picture().await?,
        "show_export" => caller.get_export().await?,
        "get_task" => {
            caller.ask_for_task().await?;
            let is_done = |task: &Value| (task["status"] == "SUCCESS").then_some(());
            caller.call_until("get_task", is_done).await?;
        }
        "list_tasks" => caller.ask_for_task().await?,
        "show_report_files" => caller.get_report(&month()?).await?,
        _ => {}
    }
    Ok(())
}

/// Functions about other people's accounts and what was sent to them.
async fn for_administrators(
    caller: &mut Person<'_>,
    stage: &Stage<'_>,
    function: &str,
) -> Result<()> {
    let mut subject = Person::named(stage, &format!("{function}.subject"));
    match function {
        "get_user" | "update_user" | "revoke_user_sessions" | "send_user_reset" => {
            caller.set("id", subject.join().await?);
        }
        "delete_user_factor" => {
            caller.set("id", subject.join().await?);
            subject.log_in().await?;
            subject.add_factor().await?;
        }
        "list_users" => {
            caller.set("id", subject.join().await?);
            caller.call("update_user").await?;
            let is_listed = |page: &Value| page["results"].get(0).map(drop);
            caller.call_until("list_users", is_listed).await?;
        }
        "list_otps" => caller.get_code().await?,
        "delete_otp" => {
            caller.get_code().await?;
            let listed = caller.call("list_otps").await?;
            caller.set("id", text(&listed["results"][0], "id")?);
        }
        "list_password_resets" => {
            caller.call("request_password_reset").await?;
            caller.open_link("reset-password").await?;
        }
        "list_pre_registrations" => {
            caller.call("create_pre_registration").await?;
            caller.open_link("pre-registration").await?;
            caller.call("confirm_pre_registration").await?;
        }
        "find_mails" => caller.find_mail().await?,
        "release_suppression" => {
            caller.find_mail().await?;
            stage.run("record_mail_event", &caller.filling).await?;
            let listed = caller.call("list_suppressions").await?;
            caller.set("id", text(&listed["results"][0], "id")?);
        }
        "revoke_task" | "revoke_any_task" | "show_task" | "retry_task" | "list_all_tasks" => {
            // Nobody does it meanwhile.
            stage.run_beside(false).await?;
            caller.ask_for_task().await?;
            if function == "retry_task" {
                stage.fail(&caller.filling["id"]).await?;
            }
        }
        "list_schedules" | "list_schedule_runs" | "run_schedule_now" | "enable_schedule"
        | "disable_schedule" => {
            stage.run("watch_schedules", &caller.filling).await?;
            stage.run("purge_accounts", &caller.filling).await?;
        }
        // Nobody has failed to log in here.
        "list_audit_entries" => caller.set("action", "LOGIN".to_owned()),
        _ => {}
    }
    Ok(())
}

/// Functions that queues call: the tasks and the upload in their samples.
async fn for_workers(caller: &mut Person<'_>, stage: &Stage<'_>, function: &str) -> Result<()> {
    match function {
        "send_email" => {
            caller.join().await?;
            // A task that is done forgets what it was about, so these are not begun.
            stage.run_beside(false).await?;
            caller.call("request_otp").await?;
            // Somebody else, because whoever has joined gets no link.
            let newcomer = Person::named(stage, &format!("{function}.newcomer"));
            newcomer.call("register_user").await?;
        }
        "process_avatar" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.ask_for_form().await?;
        }
        "perform_work" => {
            caller.join().await?;
            caller.log_in().await?;
            caller.get_export().await?;
        }
        "write_report" => {
            caller.join_as_admin().await?;
            caller.get_report(&month()?).await?;
        }
        "record_mail_event" => {
            caller.join_as_admin().await?;
            caller.find_mail().await?;
        }
        _ => {}
    }
    Ok(())
}

/// The month that reports are asked for: the last that is over and has 31 days, so that they cost the same every day.
fn month() -> Result<String> {
    let today: jiff::civil::Date = today()?.parse()?;
    let months = (1..=2).map(|ago| today.first_of_month().saturating_sub(ago.months()));
    let month = months.into_iter().find(|month| month.days_in_month() == 31);
    let month = month.context("of any two months one after another, one has 31 days")?;
    Ok(month.strftime("%Y-%m").to_string())
}

/// The day that lists are asked for.
fn today() -> Result<String> {
    let now = jiff::Timestamp::try_from(now()).context("the machine's clock is wrong")?;
    Ok(now.strftime("%Y-%m-%d").to_string())
}
