//! Work that is given up, and what an operator can do about it.

use accounts::jobs::SendWelcome;
use accounts_testing::{Fault, TestApp};
use kernel::id::TaskId;
use kernel::task::TaskState;

use super::{code_wanted, the_message};

/// A welcome that SES does not take, until `heal`.
async fn hopeless_welcome(app: &TestApp) -> TaskId {
    let user_id = app.member("ann@example.com").await.id;
    app.ses().fail_always(Fault::fail());
    app.record_work(&SendWelcome { user_id }).await
}

/// Lets the workers try until they give a task up.
async fn give_up(app: &TestApp, task: TaskId) {
    for _ in 0..4 {
        app.deliver().await;
        app.bring_back().await;
    }
    app.deliver().await;
    assert_eq!(app.task(task).await.state, TaskState::Failure);
}

#[tokio::test]
async fn the_longest_pause_doubles_and_the_fourth_failure_is_the_last() {
    let app = TestApp::start().await;
    let id = hopeless_welcome(&app).await;
    for (receives, longest) in [(1, 60), (2, 120), (3, 240)] {
        app.bring_back().await;
        app.deliver().await;

        let message = the_message(&app).await;
        assert_eq!(message.receives, receives);
        // Any time up to the longest, which doubles.
        assert!(message.hidden_for <= longest, "{message:?}");
        let task = app.task(id).await;
        assert_eq!(
            (task.state, u64::from(task.attempts)),
            (TaskState::Retry, receives)
        );
    }

    app.bring_back().await;
    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Failure, 4));
    assert_eq!(app.tasks().await[0]["redrivable"], true);
    assert!(task.last_error.unwrap().contains("InternalFailure"));
    let message = the_message(&app).await;
    assert_eq!(message.queue, "mail-bulk-dead-letters");
    assert_eq!(app.ses().seen().len(), 4);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_redrive_sends_the_mail_once() {
    let app = TestApp::start().await;
    let id = hopeless_welcome(&app).await;
    give_up(&app, id).await;
    app.ses().heal();
    let body = the_message(&app).await.body;

    assert_eq!(app.redrive("mail-bulk").await, 1);
    app.deliver().await;

    assert_eq!(app.task(id).await.state, TaskState::Success);
    assert_eq!(app.mails().await.len(), 1);
    // A second redrive, by whatever mistake, has no second effect.
    app.send_message("mail-bulk", &body).await;
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(app.task(id).await.attempts, 5);
}

#[tokio::test]
async fn a_redrive_gets_all_its_tries_again() {
    let app = TestApp::start().await;
    let id = hopeless_welcome(&app).await;
    for _ in 0..2 {
        give_up(&app, id).await;
        assert_eq!(app.redrive("mail-bulk").await, 1);
    }
    app.ses().heal();

    app.deliver().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Success, 9));
}

#[tokio::test]
async fn abuse_080_a_poison_message_ends_as_a_dead_letter_and_the_queue_moves_on() {
    let app = TestApp::start().await;
    let poison = [
        "",
        "no json",
        "{}",
        "[1]",
        "{\"task_id\": \"x\", \"kind\": \"y\"}",
        "{\"task_id\": null}",
    ];
    for body in poison.iter().filter(|body| !body.is_empty()) {
        app.send_message("mail-urgent", body).await;
    }
    let id = code_wanted(&app).await;

    app.deliver().await;

    assert_eq!(app.task(id).await.state, TaskState::Success);
    let waiting = app.waiting().await;
    assert_eq!(waiting.len(), 5);
    for message in waiting {
        assert_eq!(
            (message.queue.as_str(), message.receives),
            ("mail-urgent-dead-letters", 4)
        );
    }
    app.leave_work_undone();
}
