//! `relay_outbox`, killed at every step.

use std::collections::BTreeSet;

use accounts::jobs::SendWelcome;
use accounts_testing::TestApp;
use end_to_end::unique_address;
use kernel::task::TaskState;

use super::{Workshop, at_every_call, failures, launch};

#[tokio::test]
async fn a_relay_killed_at_any_step_loses_no_task_and_does_none_twice() {
    let workshop = Workshop::open().await;
    at_every_call(1, async |call, moment| {
        // Two tasks of one queue and one of another: two calls.
        let [one, other] = ["one", "other"].map(unique_address);
        let _ = workshop
            .app
            .register(&TestApp::registration(&one))
            .await
            .expect(201);
        let member = workshop.app.member(&other).await;
        let _ = workshop.app.request_otp(&other).await.expect(200);
        workshop
            .app
            .record_work(&SendWelcome { user_id: member.id })
            .await;
        let images = workshop.app.new_tasks().await;
        assert_eq!(images.len(), 3);
        let event = workshop.app.stream_event(&images);
        let event = serde_json::to_value(event).expect("an event is JSON");

        let killed = workshop.kill_at("relay_outbox", &event, call, moment).await;
        // The stream gives a batch again until it is answered.
        let endpoint = workshop.stack.endpoint();
        let healthy = launch(&workshop.stack, &workshop.app, "relay_outbox", endpoint).await;
        assert_eq!(failures(&healthy.invoke(&event).await), [""; 0]);
        healthy.kill().await;

        let waiting = workshop.app.waiting().await;
        let distinct: BTreeSet<&str> = waiting.iter().map(|one| one.body.as_str()).collect();
        assert_eq!(distinct.len(), 3, "{call} {moment:?}: {waiting:?}");
        workshop.work_until_quiet().await;
        for image in &images {
            let id = image["id"]["S"].as_str().unwrap_or_default();
            let row = workshop.app.task(id.parse().expect("a task's id")).await;
            let seen = (row.state, row.attempts);
            assert_eq!(seen, (TaskState::Success, 1), "{call} {moment:?}: {id}");
        }
        for (email, count) in [(&one, 1), (&other, 2)] {
            let mails = workshop.app.mails_to(email).await;
            assert_eq!(mails.len(), count, "{call} {moment:?}: {mails:#?}");
        }
        if killed.is_none() {
            assert_eq!(call, 3, "the relay makes one call a queue");
        }
        killed.is_some()
    })
    .await;
    workshop.close().await;
}
