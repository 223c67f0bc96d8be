//! What an installation does for any area, shown by areas that only these tests have.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};

use test_support::{Area, TestApp};

/// The messages that a worker was handed, in their order.
type Seen = Arc<Mutex<Vec<String>>>;

/// A worker that notes what it is handed, and wants back what is not `good`.
fn note(seen: &Seen, event: SqsEvent) -> Ready<Result<SqsBatchResponse, Infallible>> {
    let mut answer = SqsBatchResponse::default();
    for message in event.records {
        let text = message.body.unwrap_or_default();
        if text != "good" {
            answer.add_failure(message.message_id.unwrap_or_default());
        }
        seen.lock().expect("no worker panics").push(text);
    }
    ready(Ok(answer))
}

#[tokio::test]
async fn a_worker_is_handed_what_is_in_its_queue_and_gets_back_what_it_wants_back() {
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let area = Area::default().with_worker("mail-bulk", move |_, event| note(&noted, event));
    let app = TestApp::start(area).await;
    app.send_message("mail-bulk", "good").await;
    app.send_message("mail-bulk", "bad").await;

    app.deliver().await;

    let mut once = seen.lock().expect("no worker panics").clone();
    once.sort();
    assert_eq!(once, ["bad", "good"]);
    let waiting = app.waiting().await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!((waiting[0].body.as_str(), waiting[0].receives), ("bad", 1));

    app.bring_back().await;
    app.deliver().await;

    let count = seen.lock().expect("no worker panics").len();
    assert_eq!(count, 3);
    app.leave_work_undone();
}

#[tokio::test]
#[should_panic(expected = "no template has the queue mail-loud")]
async fn a_queue_that_no_template_has_is_not_there() {
    let app = TestApp::start(Area::default()).await;
    app.send_message("mail-loud", "good").await;
}

#[tokio::test]
async fn a_message_of_a_queue_without_a_worker_stays_where_it_is() {
    let app = TestApp::start(Area::default()).await;
    app.send_message("work", "good").await;

    app.deliver().await;

    let waiting = app.waiting().await;
    assert_eq!((waiting.len(), waiting[0].receives), (1, 0), "{waiting:?}");
    app.leave_work_undone();
}
