//! `send_email`, killed in the midst of a batch.

use end_to_end::unique_address;
use kernel::job::Queue;
use kernel::task::TaskState;

use super::worker::{OneTimeCode, Scenario, Verification};
use super::{Workshop, at_every_call};

#[tokio::test]
async fn a_worker_killed_within_a_batch_leaves_every_task_of_it_to_be_done() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    app.call_from_afar();
    at_every_call(1, async |call, moment| {
        let [new, known] = ["new", "known"].map(unique_address);
        let tasks = [
            Verification::arrange(app, &new).await,
            OneTimeCode::arrange(app, &known).await,
        ];
        app.relay().await;
        let messages = workshop.receive(&Queue::MAIL_URGENT).await;
        assert_eq!(messages.len(), 2);
        let event = workshop.event(&Queue::MAIL_URGENT, &messages);

        let killed = workshop.kill_at("send_email", &event, call, moment).await;
        workshop.bring_back(&Queue::MAIL_URGENT, &messages).await;
        workshop.work_until_quiet().await;

        for task in tasks {
            let row = app.task(task).await;
            assert_eq!(row.state, TaskState::Success, "{call} {moment:?}: {row:?}");
        }
        // Both are worked on at once, so a mail that was sent need not be the last thing that AWS heard of.
        let [links, codes] = [app.mails_to(&new).await, app.mails_to(&known).await];
        for mails in [&links, &codes] {
            assert!(
                (1..=2).contains(&mails.len()),
                "{call} {moment:?}: {mails:#?}"
            );
        }
        Verification::use_mails(app, &new, &links).await;
        OneTimeCode::use_mails(app, &known, &codes).await;
        app.deliver().await;
        if killed.is_none() {
            assert_eq!((links.len(), codes.len()), (1, 1));
        }
        killed.is_some()
    })
    .await;
    workshop.close().await;
}
