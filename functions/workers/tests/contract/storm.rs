//! Many mails at once, and an SES that does not keep up.

use std::collections::HashSet;
use std::sync::Arc;

use accounts::jobs::SendWelcome;
use accounts_testing::{Fault, TestApp};
use futures_util::future::join_all;

/// Mails of the storm.
const MAILS: usize = 500;
/// Calls of SES until it has caught up; up to then it refuses every second one, and some mails twice.
const THROTTLED: usize = 600;
/// Workers at once, as the event source mapping allows.
const WORKERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_mails_through_a_throttling_ses_are_sent_once_each() {
    let app = Arc::new(TestApp::start().await);
    let members: Vec<usize> = (0..MAILS).collect();
    for block in members.chunks(50) {
        join_all(block.iter().map(async |position| {
            let person = app.member(&format!("ann{position}@example.com")).await;
            app.record_work(&SendWelcome { user_id: person.id }).await;
        }))
        .await;
    }
    app.ses().fail_every(2, THROTTLED, Fault::throttle());
    app.relay().await;
    assert_eq!(app.waiting().await.len(), MAILS);

    app.drain(WORKERS).await;

    let mails = app.mails().await;
    let recipients: HashSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((mails.len(), recipients.len()), (MAILS, MAILS));
    let sent: HashSet<String> = mails
        .iter()
        .map(|mail| format!("sent as {}", mail.id))
        .collect();
    for task in app.tasks().await {
        assert_eq!(
            (&task["state"], &task["attempts"]),
            (&"SUCCESS".into(), &"1".into())
        );
        assert!(sent.contains(task["result"].as_str().unwrap()));
    }
    assert_eq!(app.ses().seen().len(), MAILS + THROTTLED / 2);
}
