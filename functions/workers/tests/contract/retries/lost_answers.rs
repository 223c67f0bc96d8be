//! DynamoDB does what it is asked and its answer is lost on the way: the SDK asks again, and that must not do it twice.

use accounts::jobs::SendWelcome;
use accounts_testing::{Fault, TestApp};
use kernel::id::TaskId;

/// The updates until a mail is sent: the claim, and the mail counted four times, as one of the second's and as one of those that
/// may take a while, as one of the day's and as one that strangers can ask for. If it was not sent, it is taken back four times,
/// too.
const UNTIL_SENT: usize = 5;
const TAKEN_BACK: usize = 4;

/// A welcome that SES asks to send later, tried once while the answers to all updates are lost that come after the first so
/// many.
async fn throttled(app: &TestApp, answered: usize) -> TaskId {
    let user_id = app.member("ann@example.com").await.id;
    let id = app.record_work(&SendWelcome { user_id }).await;
    app.relay().await;
    let event = app.sqs_event("mail-bulk", &app.receive("mail-bulk", 0).await);
    app.ses().fail_next(1, &Fault::throttle());
    app.dynamodb().pass_next_of("UpdateItem", answered);
    for _ in answered..=UNTIL_SENT + TAKEN_BACK {
        app.dynamodb()
            .fail_next_of("UpdateItem", 1, &Fault::LoseAnswer);
        app.dynamodb().pass_next_of("UpdateItem", 1);
    }

    assert!(app.work(event).await.is_empty());

    app.leave_work_undone();
    id
}

#[tokio::test]
async fn a_task_is_put_off_once_though_the_answer_is_lost() {
    let app = TestApp::start_watched().await;

    let id = throttled(&app, UNTIL_SENT + TAKEN_BACK).await;

    // One try less than none could not be read.
    assert_eq!(app.task(id).await.attempts, 0);
}

#[tokio::test]
async fn a_mail_that_was_not_sent_is_taken_back_once_though_the_answers_are_lost() {
    let app = TestApp::start_watched().await;

    let _ = throttled(&app, UNTIL_SENT).await;

    let counters = app.scan(&app.table("limits")).await;
    let mails = counters.iter().filter(|counter| {
        let pk = counter["pk"]["S"].as_str().unwrap_or_default();
        pk.starts_with("LIMIT#mail-day") || pk.starts_with("LIMIT#mail-second")
    });
    let calls: Vec<&str> = mails
        .filter_map(|counter| counter["calls"]["N"].as_str())
        .collect();
    assert_eq!(calls, ["0"; 4]);
}
