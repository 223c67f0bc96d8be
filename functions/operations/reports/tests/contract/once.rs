use jiff::SignedDuration;
use kernel::task::TaskState;
use operations_testing::{Call, Fault, TestApp};
use tasks::TaskBelongings;
use work::Belongings as _;

use crate::support::{ask, show};

#[tokio::test]
async fn abuse_079_a_report_delivered_twice_is_told_of_once() {
    let app = TestApp::start_watched().await;
    let (person, admin) = app.admin().await;
    let id = ask(&app, &admin, "tasks", "2026-03").await;
    app.relay().await;
    let event = app.sqs_event("reports", &app.receive("reports", 0).await);
    // The worker dies after the files and the mail's task were written, before it could say so.
    app.dynamodb().pass_next_of("TransactWriteItems", 1);
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 8, &Fault::Drop);
    let _ = app.work(event.clone()).await;
    assert_eq!(app.task(id).await.state, TaskState::Started);
    let keys = app.file_keys().await;
    assert_eq!(keys.len(), 3, "{keys:?}");

    app.dynamodb().heal();
    app.advance(SignedDuration::from_secs(306));
    assert!(app.work(event).await.is_empty());
    app.deliver().await;

    assert_eq!(app.task(id).await.state, TaskState::Success);
    assert_eq!(app.file_keys().await, keys);
    let told = app.mails_to(&person.email).await;
    let told = told
        .iter()
        .filter(|mail| mail.text.contains(&id.to_string()));
    assert_eq!(told.count(), 1);
    app.leave_work_undone();
}

#[tokio::test]
async fn who_may_not_read_reports_any_more_gets_none() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    let id = ask(&app, &admin, "tasks", "2026-03").await;
    app.change_role(&person, "user").await;

    app.deliver().await;

    assert_eq!(app.task(id).await.state, TaskState::Failure);
    assert_eq!(app.file_keys().await, [""; 0]);
    app.leave_work_undone();
}

#[tokio::test]
async fn the_reports_of_an_account_go_with_it() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    let id = ask(&app, &admin, "mail", "2026-03").await;
    app.deliver().await;
    assert_eq!(app.file_keys().await.len(), 3);

    let ended = TaskBelongings.end(app.app(), person.id).await.unwrap();

    assert_eq!(format!("{ended:?}"), "All(4)");
    assert_eq!(app.file_keys().await, [""; 0]);
    show(&app, &admin, id).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn who_wants_no_news_gets_no_mail_and_finds_the_report_all_the_same() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    let first = ask(&app, &admin, "tasks", "2026-03").await;
    app.deliver().await;
    let told = app.mails_to(&person.email).await;
    let told = told
        .iter()
        .find(|mail| mail.text.contains(&first.to_string()))
        .unwrap();
    let token = told.after("/unsubscribe?token=").unwrap();
    let one_click = Call::new("POST", &format!("/api/v1/unsubscribe?token={token}"));
    let _ = app.call(one_click).await.expect(200);

    let second = ask(&app, &admin, "tasks", "2026-03").await;
    app.deliver().await;

    let told = app.mails_to(&person.email).await;
    let is_told = told
        .iter()
        .any(|mail| mail.text.contains(&second.to_string()));
    assert!(!is_told);
    let _ = show(&app, &admin, second).await.expect(200);
    app.leave_work_undone();
}
