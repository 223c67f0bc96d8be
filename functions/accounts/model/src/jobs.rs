//! The jobs of accounts: what each needs to know. The function of a job stands beside the endpoint that asks for it.

mod administration;

use cloud::App;
use jiff::{SignedDuration, Timestamp};
use kernel::email::EmailAddress;
use kernel::id::{AvatarId, SessionId, TaskId, UserId};
use kernel::job::{Job, Queue};
use kernel::task::Task;
use serde::{Deserialize, Serialize};

pub use administration::*;

/// The time in which a copy of an account's data can be fetched, from the moment at which it was asked for.
pub const EXPORT_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Makes a verification link and mails it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SendVerification(pub Recipient);

impl Job for SendVerification {
    const KIND: &'static str = "send_verification";
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const FORGETS_INPUT: bool = true;
}

/// Makes the one-time code that was asked for and mails it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOneTimeCode {
    /// The address as typed; it may have no account.
    pub email: EmailAddress,
}

impl Job for SendOneTimeCode {
    const KIND: &'static str = "send_one_time_code";
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const FORGETS_INPUT: bool = true;
    /// A code lives ten minutes: three retries must fit into them.
    const RETRY_BASE: SignedDuration = SignedDuration::from_secs(30);
}

/// Greets a new member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendWelcome {
    /// The account that is greeted.
    pub user_id: UserId,
}

impl Job for SendWelcome {
    const KIND: &'static str = "send_welcome";
    const QUEUE: Queue = Queue::MAIL_BULK;
}

/// Makes a link to choose a new password and mails it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SendPasswordReset(pub Recipient);

impl Job for SendPasswordReset {
    const KIND: &'static str = "send_password_reset";
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const FORGETS_INPUT: bool = true;
}

/// Makes a link that verifies the address an account wants, and mails it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendEmailChange {
    /// The account whose address is to change.
    pub user_id: UserId,
}

impl Job for SendEmailChange {
    const KIND: &'static str = "send_email_change";
    const QUEUE: Queue = Queue::MAIL_URGENT;
}

/// Tells the owner of something done to the account, with a link for 'this was not me'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendSecurityNotice {
    /// The account that it was done to.
    pub user_id: UserId,
    /// The event that the owner is told of.
    pub event: SecurityEvent,
    /// The moment at which it was done.
    pub at: Timestamp,
}

impl Job for SendSecurityNotice {
    const KIND: &'static str = "send_security_notice";
    const QUEUE: Queue = Queue::MAIL_URGENT;
}

/// The task that tells the owner of an account what was done to it just now.
pub fn security_notice(app: &App, user_id: UserId, event: SecurityEvent) -> Task {
    let at = app.now();
    app.task(&SendSecurityNotice { user_id, event, at })
}

/// Makes a link that keeps an account which is to be deleted, and mails it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendDeletionNotice {
    /// The account that is to be deleted.
    pub user_id: UserId,
}

impl Job for SendDeletionNotice {
    const KIND: &'static str = "send_deletion_notice";
    const QUEUE: Queue = Queue::MAIL_URGENT;
}

/// Says where the copy of all data is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendExportReady {
    /// The account that the data is about.
    pub user_id: UserId,
    /// The copy, by the task that made it.
    pub export_id: TaskId,
}

impl Job for SendExportReady {
    const KIND: &'static str = "send_export_ready";
    const QUEUE: Queue = Queue::MAIL_BULK;
}

/// Makes a link that confirms a pre-registration and mails it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPreRegistration {
    /// The address as typed.
    pub email: EmailAddress,
}

impl Job for SendPreRegistration {
    const KIND: &'static str = "send_pre_registration";
    const QUEUE: Queue = Queue::MAIL_BULK;
    const FORGETS_INPUT: bool = true;
}

/// Puts a copy of all of an account's data into the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportAccount {
    /// The account that the data is about.
    pub user_id: UserId,
}

impl Job for ExportAccount {
    const KIND: &'static str = "export_account";
    const QUEUE: Queue = Queue::WORK;
}

/// Deletes everything about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteAccount {
    /// The account that is deleted.
    pub user_id: UserId,
}

impl Job for DeleteAccount {
    const KIND: &'static str = "delete_account";
    const QUEUE: Queue = Queue::WORK;
}

/// Deletes the files of a picture that is no longer shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteAvatar {
    /// The account whose picture it was.
    pub user_id: UserId,
    /// The picture whose files are deleted.
    pub avatar_id: AvatarId,
}

impl Job for DeleteAvatar {
    const KIND: &'static str = "delete_avatar";
    const QUEUE: Queue = Queue::WORK;
}

/// Something done to an account that its owner hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityEvent {
    /// The password was changed or reset.
    PasswordChanged,
    /// The account has another e-mail address. Goes to the one it had.
    EmailChanged,
    /// A second factor is asked for from now on.
    FactorAdded,
    /// The second factor is no longer asked for.
    FactorRemoved,
    /// A log-in from a device not seen before.
    NewDevice(SessionId),
    /// A recovery code was used in place of the authenticator: to log in, or as a proof that the session asked for again.
    RecoveryCodeUsed(SessionId),
    /// An old refresh token of a session came back, and the session was ended.
    TokenReuse(SessionId),
}

/// The account that a mail is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The account has this id.
    UserId(UserId),
    /// Whoever has this address; it may have no account.
    Email(EmailAddress),
}

#[cfg(test)]
mod tests {
    use kernel::task::{MAX_TRIES, Task};
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use serde_json::{Value, json};

    use super::*;

    fn input<J: Job>(kind: &str, queue: &str, input: &Value) -> J {
        let now = Timestamp::from_second(1_000).unwrap();
        let task = Task {
            id: TaskId::new(now, &mut StdRng::seed_from_u64(1)),
            kind: kind.to_owned(),
            input: input.clone(),
            queue: serde_json::from_value(json!(queue)).unwrap(),
            created_at: now,
            owner: None,
            run_at: None,
            retry_of: None,
        };
        let job: J = task.input_of().expect("the stored input is this job's");
        assert_eq!(Task::new(task.id, &job, now), task);
        job
    }

    /// The inputs as they stood in tables and queues before jobs were types. They must stay readable, and be written alike.
    #[test]
    fn tasks_that_were_stored_before_are_still_read() {
        let id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
        let user = json!({ "user_id": id });
        let email = json!({ "email": "ann@example.com" });
        let at = "2026-03-01T12:00:00Z";
        let notice = |event: Value| json!({ "user_id": id, "event": event, "at": at });

        input::<SendVerification>("send_verification", "mail-urgent", &user);
        input::<SendVerification>("send_verification", "mail-urgent", &email);
        input::<SendOneTimeCode>("send_one_time_code", "mail-urgent", &email);
        input::<SendWelcome>("send_welcome", "mail-bulk", &user);
        input::<SendPasswordReset>("send_password_reset", "mail-urgent", &user);
        input::<SendPasswordReset>("send_password_reset", "mail-urgent", &email);
        input::<SendEmailChange>("send_email_change", "mail-urgent", &user);
        for event in [
            json!("password_changed"),
            json!("email_changed"),
            json!("factor_added"),
            json!("factor_removed"),
            json!({ "new_device": id }),
            json!({ "recovery_code_used": id }),
            json!({ "token_reuse": id }),
        ] {
            input::<SendSecurityNotice>("send_security_notice", "mail-urgent", &notice(event));
        }
        for event in [
            json!({ "role_changed": "parent" }),
            json!("locked"),
            json!("unlocked"),
            json!("sessions_ended"),
        ] {
            let kind = "send_administration_notice";
            input::<SendAdministrationNotice>(kind, "mail-urgent", &notice(event));
        }
        for (by, event) in [
            (json!(id), "promoted"),
            (json!(id), "demoted"),
            (json!(id), "locked"),
            (Value::Null, "unlocked"),
        ] {
            let change = json!({ "user_id": id, "by": by, "event": event, "at": at });
            input::<TellAdministrators>("tell_administrators", "work", &change);
            let told = json!({ "to": id, "change": change });
            let kind = "send_administrator_change";
            input::<SendAdministratorChange>(kind, "mail-urgent", &told);
        }
        input::<SendDeletionNotice>("send_deletion_notice", "mail-urgent", &user);
        let ready = json!({ "user_id": id, "export_id": id });
        input::<SendExportReady>("send_export_ready", "mail-bulk", &ready);
        input::<SendPreRegistration>("send_pre_registration", "mail-bulk", &email);
        input::<ExportAccount>("export_account", "work", &user);
        input::<DeleteAccount>("delete_account", "work", &user);
        let avatar = json!({ "user_id": id, "avatar_id": id });
        input::<DeleteAvatar>("delete_avatar", "work", &avatar);
    }

    #[test]
    fn every_retry_of_a_code_comes_while_the_code_is_good() {
        let longest: SignedDuration = (1..MAX_TRIES)
            .map(|tries| SendOneTimeCode::RETRY_BASE * 2_i32.pow(tries - 1))
            .sum();

        assert!(longest < crate::code::LIFETIME);
    }

    #[test]
    fn another_jobs_task_is_not_read() {
        let now = Timestamp::from_second(1_000).unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let job = DeleteAccount {
            user_id: UserId::new(now, &mut rng),
        };
        let task = Task::new(TaskId::new(now, &mut rng), &job, now);

        assert_eq!(task.input_of::<ExportAccount>(), None);
        assert_eq!(task.input_of::<DeleteAccount>(), Some(job));
    }
}
