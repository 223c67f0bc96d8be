//! What happens when SES does not do what it is asked.

mod dead_letters;
mod lost_answers;

use accounts::jobs::{SendOneTimeCode, SendWelcome};
use accounts_testing::{Fault, TestApp, Waiting};
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::id::TaskId;
use kernel::task::TaskState;
use store::{Claim, Tasks};

/// A member, and the code that was asked for.
async fn code_wanted(app: &TestApp) -> TaskId {
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    let tasks = app.tasks().await;
    tasks[0]["id"].as_str().unwrap().parse().unwrap()
}

async fn the_message(app: &TestApp) -> Waiting {
    let mut waiting = app.waiting().await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    waiting.remove(0)
}

#[tokio::test]
async fn a_transient_fault_is_tried_again_later() {
    let app = TestApp::start().await;
    let id = code_wanted(&app).await;
    app.ses().fail_next(1, &Fault::fail());

    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Retry, 1));
    assert_eq!(
        task.last_error.as_deref(),
        Some("InternalFailure (500): An internal error occurred.")
    );
    let message = the_message(&app).await;
    assert_eq!(
        (message.queue.as_str(), message.receives),
        ("mail-urgent", 1)
    );
    // Any time up to 30 seconds.
    assert!(message.hidden_for <= 30, "{message:?}");
    assert!(app.mails().await.is_empty());

    app.bring_back().await;
    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Success, 2));
    let code = app.code_of("ann@example.com").await;
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_later() {
    let app = TestApp::start().await;
    let id = code_wanted(&app).await;
    app.ses().fail_next(1, &Fault::Drop);

    app.deliver().await;
    assert_eq!(app.task(id).await.state, TaskState::Retry);
    assert!(app.mails().await.is_empty());

    app.bring_back().await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn after_a_lost_answer_the_newer_mail_is_the_good_one() {
    let app = TestApp::start().await;
    let _ = code_wanted(&app).await;
    app.ses().fail_next(1, &Fault::LoseAnswer);
    app.deliver().await;

    app.bring_back().await;
    app.deliver().await;

    // Nobody can know whether SES has sent it: a second mail is better than none, and its code ends the first.
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 2);
    let (old, new) = (mails[0].code().unwrap(), mails[1].code().unwrap());
    if old != new {
        let _ = app.verify_otp("ann@example.com", &old).await.expect(400);
    }
    let _ = app.verify_otp("ann@example.com", &new).await.expect(200);
}

#[tokio::test]
async fn a_mail_that_ses_refuses_is_given_up_at_once() {
    let app = TestApp::start().await;
    let id = code_wanted(&app).await;
    app.ses().fail_next(1, &Fault::reject());

    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Failure, 1));
    let error = task.last_error.unwrap();
    assert!(
        error.contains("MessageRejected (400)") && !error.contains("example.com"),
        "{error}"
    );
    assert!(app.waiting().await.is_empty());
    assert_eq!(app.ses().seen().len(), 1);
    // Its message sent again changes nothing: it would be refused again.
    let body = format!("{{\"task_id\": \"{id}\", \"kind\": \"send_one_time_code\"}}");
    app.send_message("mail-urgent", &body).await;
    app.deliver().await;
    assert_eq!(app.ses().seen().len(), 1);
}

#[tokio::test]
async fn throttling_puts_a_mail_off_without_using_up_a_try() {
    let app = TestApp::start().await;
    let id = code_wanted(&app).await;
    app.ses().fail_always(Fault::throttle());
    let body = format!("{{\"task_id\": \"{id}\", \"kind\": \"send_one_time_code\"}}");
    app.relay().await;
    // More often than a message may be received.
    for round in 1..=6 {
        app.deliver().await;

        let task = app.task(id).await;
        assert_eq!((task.state, task.attempts), (TaskState::Retry, 0));
        assert!(
            task.last_error
                .unwrap()
                .contains("TooManyRequestsException")
        );
        let waiting = app.waiting().await;
        assert_eq!(waiting.len(), round);
        for message in waiting {
            // A fresh message, which nobody has received, and which comes in five to ten seconds.
            assert_eq!(
                (message.queue.as_str(), message.receives),
                ("mail-urgent", 0)
            );
            assert!(message.hidden_for <= 10, "{message:?}");
        }
        // The next round need not wait for it: the same message, there already.
        app.send_message("mail-urgent", &body).await;
    }
    app.ses().heal();

    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Success, 1));
    assert_eq!(app.mails().await.len(), 1);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_table_that_fails_leaves_the_message_for_later() {
    let app = TestApp::start_watched().await;
    let id = code_wanted(&app).await;
    app.relay().await;
    app.dynamodb().fail_always(Fault::fail());

    assert!(app.work_once().await);

    app.dynamodb().heal();
    assert_eq!(app.task(id).await.state, TaskState::Pending);
    let message = the_message(&app).await;
    assert_eq!(message.receives, 1);
    assert!(message.hidden_for > 100, "{message:?}");
    app.bring_back().await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn a_table_that_fails_once_the_mail_is_sent_brings_the_task_back_after_its_lease() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let work = SendWelcome { user_id: person.id };
    let id = app.record_work(&work).await;
    app.relay().await;
    let event = app.sqs_event("mail-bulk", &app.receive("mail-bulk", 0).await);
    // The claim is written and the mail counted, twice as one of the second's and twice as one of the day's; that it was sent cannot be recorded, and what became of the task cannot either, each through all of the tries of the SDK.
    app.dynamodb().pass_next_of("UpdateItem", 5);
    app.dynamodb().fail_next_of("UpdateItem", 8, &Fault::fail());

    assert_eq!(app.work(event.clone()).await.len(), 1);

    assert_eq!(app.task(id).await.state, TaskState::Started);
    assert_eq!(app.mails().await.len(), 1);
    // As long as the lease lasts nobody sends it again; after it somebody must, for nobody can know.
    assert_eq!(app.work(event.clone()).await.len(), 1);
    assert_eq!(app.mails().await.len(), 1);
    app.advance(SignedDuration::from_secs(36));
    assert!(app.work(event).await.is_empty());
    assert_eq!(app.mails().await.len(), 2);
    assert_eq!(app.task(id).await.state, TaskState::Success);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_whose_worker_died_is_taken_again_after_its_lease() {
    let app = TestApp::start().await;
    let id = code_wanted(&app).await;
    app.relay().await;
    let tasks = Tasks(app.app().store());
    let dead = tasks
        .claim(id, app.now(), SignedDuration::from_secs(35))
        .await
        .unwrap();
    let Claim::Claimed(dead) = dead else {
        panic!("{dead:?}")
    };

    app.deliver().await;
    assert!(app.mails().await.is_empty());
    let message = the_message(&app).await;
    assert!((25..=36).contains(&message.hidden_for), "{message:?}");

    app.advance(SignedDuration::from_secs(36));
    app.bring_back().await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);

    // Were it only slow and not dead: it can change nothing any more.
    let now = app.now();
    let late = "too late";
    let end = store::End::Redrivable;
    for left in [
        tasks.retry(&dead, late, None, now).await,
        tasks.fail(&dead, late, end, now).await,
    ] {
        assert_eq!(left.unwrap(), store::Left::Lost);
    }
    assert_eq!(app.task(id).await.state, TaskState::Success);
}

#[tokio::test]
async fn a_task_nobody_knows_is_forgotten() {
    let app = TestApp::start().await;
    let id = TaskId::new(app.now(), &mut app.app().random());
    let body = format!("{{\"task_id\": \"{id}\", \"kind\": \"send_welcome\", \"more\": 1}}");
    app.send_message("mail-bulk", &body).await;

    app.deliver().await;

    assert!(app.waiting().await.is_empty());
}

#[tokio::test]
async fn abuse_081_one_bad_of_ten_does_not_run_the_nine_again() {
    let app = TestApp::start().await;
    for position in 0..10 {
        let person = app.member(&format!("ann{position}@example.com")).await;
        app.record_work(&SendWelcome { user_id: person.id }).await;
    }
    app.ses().fail_next(1, &Fault::fail());

    app.deliver().await;

    assert_eq!(app.mails().await.len(), 9);
    assert_eq!(app.waiting().await.len(), 1);
    assert_eq!(app.ses().seen().len(), 10);
    app.bring_back().await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 10);
    assert_eq!(app.ses().seen().len(), 11);
    let attempts: Vec<_> = app
        .tasks()
        .await
        .into_iter()
        .map(|task| task["attempts"].clone())
        .collect();
    assert_eq!(
        attempts.iter().filter(|attempts| **attempts == "1").count(),
        9
    );
    assert_eq!(
        attempts.iter().filter(|attempts| **attempts == "2").count(),
        1
    );
}

#[tokio::test]
async fn an_address_that_was_typed_is_in_no_message_and_no_error() {
    let app = TestApp::start().await;
    let email = EmailAddress::parse("secret-ann@example.com").unwrap();
    let _ = app.member("secret-ann@example.com").await;
    let id = app.record_work(&SendOneTimeCode { email }).await;
    app.ses().fail_next(
        1,
        &Fault::Refuse(
            400,
            "MessageRejected",
            "Bad <secret-ann@example.com>, sorry",
        ),
    );
    app.relay().await;

    assert!(!format!("{:?}", app.waiting().await).contains("secret-ann"));
    app.deliver().await;
    assert!(
        !app.task(id)
            .await
            .last_error
            .unwrap()
            .contains("secret-ann")
    );
}
