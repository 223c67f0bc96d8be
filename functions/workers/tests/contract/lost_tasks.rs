//! A worker whose lease is over may be slow and not dead: what it does with a task that is no longer its own changes nothing.

use accounts::jobs::{ExportAccount, Recipient, SendVerification, SendWelcome};
use accounts_testing::{Fault, TestApp};
use aws_lambda_events::event::sqs::SqsEvent;
use jiff::SignedDuration;
use kernel::id::TaskId;
use kernel::task::MAX_TRIES;
use serde_json::Value;
use store::{Claim, Tasks};

/// What sends a mail.
const SEND: &str = "POST /v2/email/outbound-emails";

/// The time for which a worker may hold a task.
const LEASE: SignedDuration = SignedDuration::from_secs(35);

/// What becomes of a task while its worker sends the mail.
#[derive(Debug, Clone, Copy)]
enum Loss {
    /// Another worker takes it once the lease is over.
    Taken,
    /// Nothing is left of it.
    Removed,
}

/// What SES says to a slow worker, if it does not send the mail, and how often the message was received: for each end that a
/// try can have.
fn ends() -> [(Vec<Fault>, u32); 5] {
    [
        (vec![], 1),
        (vec![Fault::fail()], 1),
        (vec![Fault::fail()], MAX_TRIES),
        (vec![Fault::throttle()], 1),
        (vec![Fault::reject()], 1),
    ]
}

/// A task as it is stored; null if there is none.
async fn stored(app: &TestApp, id: TaskId) -> Value {
    let (table, pk) = (app.table("tasks"), format!("TASK#{id}"));
    app.aws().item(&table, &pk, "TASK").await
}

async fn remove(app: &TestApp, id: TaskId) {
    let (table, pk) = (app.table("tasks"), format!("TASK#{id}"));
    app.aws().remove(&table, &pk, "TASK").await;
}

/// The event of a task's message, as if it had been received so often.
async fn event_of(app: &TestApp, queue: &str, id: TaskId, receives: u32) -> SqsEvent {
    app.relay().await;
    let mut event = app.sqs_event(queue, &app.receive(queue, 0).await);
    event.records.retain(|message| {
        let body = message.body.as_deref().unwrap_or_default();
        body.contains(&id.to_string())
    });
    assert_eq!(event.records.len(), 1);
    let count = ("ApproximateReceiveCount".to_owned(), receives.to_string());
    event.records[0].attributes.extend([count]);
    event
}

/// Lets a worker come to the sending of a mail and lose the task there. Whatever SES says then, the task stays as it is.
async fn lose(app: &TestApp, event: SqsEvent, id: TaskId, loss: Loss, faults: &[Fault]) {
    for fault in faults {
        app.ses().fail_next(1, fault);
    }
    let mut before = Value::Null;
    let other = app.another_process();
    let meanwhile = async {
        match loss {
            Loss::Taken => {
                app.advance(LEASE);
                let claim = Tasks(other.store()).claim(id, app.now(), LEASE).await;
                assert!(matches!(claim, Ok(Claim::Claimed(_))), "{claim:?}");
            }
            Loss::Removed => remove(app, id).await,
        }
        before = stored(app, id).await;
    };

    app.ses()
        .held_after(0, SEND, app.work(event), meanwhile)
        .await;

    assert_eq!(stored(app, id).await, before, "{loss:?} {faults:?}");
}

#[tokio::test]
async fn a_worker_that_has_lost_a_task_neither_ends_it_nor_puts_it_off() {
    let app = TestApp::start().await;
    for (number, (faults, receives)) in ends().into_iter().enumerate() {
        for loss in [Loss::Taken, Loss::Removed] {
            let email = format!("ann{number}.{loss:?}@example.com");
            let user_id = app.member(&email).await.id;
            let id = app.record_work(&SendWelcome { user_id }).await;
            let event = event_of(&app, "mail-bulk", id, receives).await;

            lose(&app, event, id, loss, &faults).await;
        }
    }
    app.leave_work_undone();
}

/// The input is what the other worker works with.
#[tokio::test]
async fn a_worker_that_has_lost_a_task_does_not_forget_its_input() {
    let app = TestApp::start().await;
    for (number, faults) in [vec![], vec![Fault::reject()]].into_iter().enumerate() {
        let user_id = app.newcomer(&format!("ann{number}@example.com")).await.id;
        let job = SendVerification(Recipient::UserId(user_id));
        let id = app.record_work(&job).await;
        let event = event_of(&app, "mail-urgent", id, 1).await;

        lose(&app, event, id, Loss::Taken, &faults).await;
    }
    app.leave_work_undone();
}

#[tokio::test]
async fn a_copy_whose_task_was_taken_away_is_told_of_to_nobody() {
    let app = TestApp::start_watched().await;
    let user_id = app.member("ann@example.com").await.id;
    let id = app.record_work(&ExportAccount { user_id }).await;
    let event = event_of(&app, "work", id, 1).await;

    let meanwhile = remove(&app, id);
    app.held_at("TransactWriteItems", app.work(event), meanwhile)
        .await;

    assert_eq!(app.tasks().await, [] as [Value; 0]);
    app.leave_work_undone();
}
