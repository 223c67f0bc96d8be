//! SQS delivers at least once: the same work, asked for again and again, is done once.

use accounts::jobs::SendWelcome;
use accounts_testing::TestApp;
use futures_util::future::join_all;
use kernel::task::TaskState;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_079_a_message_delivered_five_times_at_once_sends_one_mail() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let id = app.record_work(&SendWelcome { user_id: person.id }).await;
    app.relay().await;
    let event = app.sqs_event("mail-bulk", &app.receive("mail-bulk", 0).await);
    assert_eq!(event.records.len(), 1);

    let workers = (0..5).map(|_| {
        let (app, event) = (app.app().clone(), event.clone());
        tokio::spawn(async move { workers::send_email::send_email(app, event).await })
    });
    join_all(workers).await;

    assert_eq!(app.mails().await.len(), 1);
    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Success, 1));
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_079_a_message_delivered_five_times_in_a_row_sends_one_mail() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.record_work(&SendWelcome { user_id: person.id }).await;
    app.relay().await;
    let event = app.sqs_event("mail-bulk", &app.receive("mail-bulk", 0).await);

    for _ in 0..5 {
        assert!(app.work(event.clone()).await.is_empty());
    }

    assert_eq!(app.mails().await.len(), 1);
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_079_five_messages_of_one_task_send_one_mail() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let id = app.record_work(&SendWelcome { user_id: person.id }).await;
    for _ in 0..5 {
        let body = format!("{{\"task_id\": \"{id}\", \"kind\": \"send_welcome\"}}");
        app.send_message("mail-bulk", &body).await;
    }

    app.deliver().await;
    // Those that found the task held come back after its lease and find it done.
    app.bring_back().await;
    app.deliver().await;

    assert_eq!(app.mails().await.len(), 1);
    assert!(app.waiting().await.is_empty());
}

#[tokio::test]
async fn a_code_delivered_twice_stays_the_code_that_was_mailed() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.relay().await;
    let event = app.sqs_event("mail-urgent", &app.receive("mail-urgent", 0).await);
    for _ in 0..2 {
        assert!(app.work(event.clone()).await.is_empty());
    }

    let code = app.code_of("ann@example.com").await;

    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
    assert_eq!(app.mails().await.len(), 1);
    app.leave_work_undone();
}
