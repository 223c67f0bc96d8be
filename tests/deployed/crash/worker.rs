//! `send_email`, killed at every step: of the mails of a new member and of a log-in. Those with other links are in `links`.

use accounts::jobs::SendWelcome;
use accounts_testing::{Mail, TestApp};
use end_to_end::unique_address;
use kernel::id::TaskId;
use kernel::job::Queue;
use kernel::task::TaskState;

use super::{Workshop, at_every_call, failures};

/// How SES is called.
const SEND: &str = "POST /v2/email/outbound-emails";

/// A task of one kind, ready to be worked on, and how to see that its mail is good.
pub(super) trait Scenario {
    /// Where its message waits.
    const QUEUE: Queue;
    /// What its mail's subject contains.
    const SUBJECT: &'static str;

    /// Makes the task, for an address that nobody has.
    async fn arrange(app: &TestApp, email: &str) -> TaskId;

    /// Uses the mails that were sent, oldest first: of several the newest alone is good, and good once.
    async fn use_mails(_app: &TestApp, _email: &str, _mails: &[Mail]) {}
}

/// Kills the worker before and after every call it makes for a task, then has the message delivered again.
pub(super) async fn kill_at_every_step<S: Scenario>() {
    let workshop = Workshop::open().await;
    workshop.app.call_from_afar();
    let mut sent_twice = 0;
    at_every_call(4, async |call, moment| {
        let email = unique_address("survivor");
        let task = S::arrange(&workshop.app, &email).await;
        workshop.app.relay().await;
        let messages = workshop.receive(&S::QUEUE).await;
        let event = workshop.event(&S::QUEUE, &messages);

        let heard_of = workshop.kill_at("send_email", &event, call, moment).await;
        workshop.bring_back(&S::QUEUE, &messages).await;
        workshop.work_until_quiet().await;

        let row = workshop.app.task(task).await;
        assert_eq!(row.state, TaskState::Success, "{call} {moment:?}: {row:?}");
        let mut mails = workshop.app.mails_to(&email).await;
        mails.retain(|mail| mail.subject.contains(S::SUBJECT));
        // A mail that SES has taken, while the task does not say so, goes out again: it cannot be known. Between the two is the
        // record of the mail.
        let sent = heard_of.iter().flatten().position(|call| call == SEND);
        let is_unrecorded = match (&heard_of, sent) {
            (Some(calls), Some(sent)) => calls.len() <= sent + 2,
            _ => false,
        };
        let expected = 1 + usize::from(is_unrecorded);
        assert_eq!(mails.len(), expected, "{call} {moment:?}: {heard_of:?}");
        sent_twice += usize::from(is_unrecorded);
        S::use_mails(&workshop.app, &email, &mails).await;
        workshop.app.deliver().await;
        heard_of.is_some()
    })
    .await;
    // Killed after SES took it, or after that was recorded, and before the task's end arrived.
    assert_eq!(sent_twice, 4);
    workshop.close().await;
}

pub(super) struct Verification;

impl Scenario for Verification {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "Verify your e-mail";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        let _ = app
            .register(&TestApp::registration(email))
            .await
            .expect(201);
        newest_task(app, "send_verification").await
    }

    async fn use_mails(app: &TestApp, email: &str, mails: &[Mail]) {
        let tokens: Vec<String> = mails.iter().filter_map(Mail::token).collect();
        let (newest, older) = tokens.split_last().expect("a mail with a link");
        for token in older {
            let answer = app.verify_email(token).await;
            answer.expect_error(400, "invalid_token");
        }
        for message in ["Email verified successfully", "Email already verified"] {
            let answer = app.verify_email(newest).await.expect(200);
            assert_eq!(answer.text("message"), message, "{email}");
        }
        let mut welcomes = app.tasks().await;
        welcomes.retain(|task| task["kind"] == "send_welcome" && task["state"] == "PENDING");
        assert_eq!(welcomes.len(), 1);
    }
}

pub(super) struct OneTimeCode;

impl Scenario for OneTimeCode {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "login code";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        app.member(email).await;
        let _ = app.request_otp(email).await.expect(200);
        newest_task(app, "send_one_time_code").await
    }

    async fn use_mails(app: &TestApp, email: &str, mails: &[Mail]) {
        let codes: Vec<String> = mails.iter().filter_map(Mail::code).collect();
        let (newest, older) = codes.split_last().expect("a mail with a code");
        for code in older {
            // One code in a million is the same again.
            assert_ne!(code, newest);
            let answer = app.verify_otp(email, code).await;
            answer.expect_error(400, "invalid_otp");
        }
        let user = app.verify_otp(email, newest).await.expect(200).json;
        let again = app.verify_otp(email, newest).await;
        again.expect_error(400, "invalid_otp");
        let owner = format!("USER#{}", user["user"]["id"].as_str().unwrap_or_default());
        let mut sessions = app.identity().await;
        sessions.retain(|item| {
            item["pk"] == owner.as_str()
                && item["sk"]
                    .as_str()
                    .is_some_and(|sk| sk.starts_with("SESSION#"))
        });
        assert_eq!(sessions.len(), 1);
    }
}

struct Welcome;

impl Scenario for Welcome {
    const QUEUE: Queue = Queue::MAIL_BULK;
    const SUBJECT: &'static str = "Welcome";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        let user_id = app.member(email).await.id;
        app.record_work(&SendWelcome { user_id }).await
    }
}

struct TokenReuseNotice;

impl Scenario for TokenReuseNotice {
    const QUEUE: Queue = Queue::MAIL_URGENT;
    const SUBJECT: &'static str = "session was ended";

    async fn arrange(app: &TestApp, email: &str) -> TaskId {
        let person = app.member(email).await;
        let first = app.log_in(&person).await.refresh;
        let mut newest = first.clone();
        for _ in 0..2 {
            let answer = app.refresh(&newest).await.expect(200);
            answer.text("refresh").clone_into(&mut newest);
        }
        let _ = app.refresh(&first).await.expect(401);
        newest_task(app, "send_security_notice").await
    }
}

pub(super) async fn newest_task(app: &TestApp, kind: &str) -> TaskId {
    let tasks = app.tasks().await;
    let task = tasks.iter().rfind(|task| task["kind"] == kind);
    let id = task.and_then(|task| task["id"].as_str()?.parse().ok());
    id.unwrap_or_else(|| panic!("no task {kind} was recorded"))
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_verification_leaves_one_good_link() {
    kill_at_every_step::<Verification>().await;
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_code_leaves_one_good_code() {
    kill_at_every_step::<OneTimeCode>().await;
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_welcome_still_greets() {
    kill_at_every_step::<Welcome>().await;
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_notice_still_warns() {
    kill_at_every_step::<TokenReuseNotice>().await;
}

#[tokio::test]
async fn abuse_079_a_message_that_comes_five_times_at_once_sends_one_mail() {
    let workshop = Workshop::open().await;
    let email = unique_address("popular");
    let task = Verification::arrange(&workshop.app, &email).await;
    workshop.app.relay().await;
    let waiting = workshop.app.waiting().await;
    for _ in 0..4 {
        let queue = Queue::MAIL_URGENT;
        workshop
            .app
            .send_message(queue.as_str(), &waiting[0].body)
            .await;
    }
    let messages = workshop.receive(&Queue::MAIL_URGENT).await;
    assert_eq!(messages.len(), 5);

    let event = workshop.event(&Queue::MAIL_URGENT, &messages);
    let wanted_back = failures(&workshop.healthy.invoke(&event).await);

    // One did the work. Whoever came while it was at it comes again, and finds it done.
    assert_eq!(workshop.app.mails_to(&email).await.len(), 1);
    assert!(wanted_back.len() <= 4, "{wanted_back:?}");
    workshop.bring_back(&Queue::MAIL_URGENT, &messages).await;
    workshop.work_until_quiet().await;
    assert_eq!(workshop.app.mails_to(&email).await.len(), 1);
    let row = workshop.app.task(task).await;
    assert_eq!((row.state, row.attempts), (TaskState::Success, 1));
    workshop.close().await;
}
