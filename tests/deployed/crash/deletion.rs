//! The end of an account, killed at every step: the wish, the schedule that sees its time has come, and the work itself.

use accounts_testing::{Call, LoggedIn, Person, TestApp};
use end_to_end::{Request, schedule_event, unique_address};
use kernel::job::Queue;
use kernel::task::TaskState;
use lambda_harness::Function;
use serde_json::{Value, json};

use super::{Workshop, at_every_call, launch};

const ASK: &str = "/api/v1/users/me/deletion";

impl Workshop {
    /// The tasks of a kind about an account.
    async fn tasks_of(&self, kind: &str, person: &Person) -> Vec<Value> {
        let mut tasks = self.app.tasks().await;
        let id = person.id.to_string();
        tasks.retain(|task| task["kind"] == kind && task.to_string().contains(&id));
        tasks
    }

    /// An account whose owner asked for its end, two weeks and a day ago.
    async fn arrange_due(&self) -> (Person, LoggedIn) {
        let person = self.app.member(&unique_address("gone")).await;
        let session = self.app.log_in(&person).await;
        let body = json!({"password": TestApp::PASSWORD});
        let ask = Call::post(ASK, &body).with_token(&session.access);
        let asked = self.app.call(ask).await;
        assert!((200..300).contains(&asked.status), "{}", asked.json);
        self.app.deliver().await;
        let yesterday = self.app.now() - jiff::SignedDuration::from_hours(24);
        let yesterday = yesterday.as_millisecond();
        let table = &self.app.table("identity");
        let pk = format!("USER#{}", person.id);
        let due = json!({"N": yesterday.to_string()});
        let place = json!({"S": format!("{yesterday:013}#{}", person.id)});
        for (attribute, value) in [("deletion_due_at", due), ("due_sk", place)] {
            let aws = self.app.aws();
            aws.edit(table, &pk, "USER", attribute, &value).await;
        }
        (person, session)
    }

    async fn purge(&self) {
        let endpoint = self.stack.endpoint();
        let process = launch(&self.stack, &self.app, "purge_accounts", endpoint).await;
        let outcome = process.invoke(&schedule_event()).await;
        assert!(outcome.answer().is_some(), "{outcome:?}");
        process.kill().await;
    }

    /// What is left of an account in the identity table.
    async fn left_of(&self, person: &Person) -> Vec<Value> {
        let id = person.id.to_string();
        let mut items = self.app.identity().await;
        items.retain(|item| {
            let text = item.to_string();
            text.contains(&id) || text.contains(&person.email)
        });
        items
    }
}

#[tokio::test]
async fn a_request_for_deletion_killed_at_any_step_has_happened_or_has_not() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    app.call_from_afar();
    at_every_call(2, async |call, moment| {
        let person = app.member(&unique_address("leaver")).await;
        let session = app.log_in(&person).await;
        let body = json!({"password": TestApp::PASSWORD});

        let request = Request::post(ASK, &body).with_token(&session.access);
        let killed = workshop
            .kill_endpoint_at("delete_account", &request, call, moment)
            .await;

        let place = format!("{call} {moment:?}");
        let tasks = workshop.tasks_of("send_deletion_notice", &person).await;
        let tasks = tasks.len();
        let me = app.me(&session.access).await.status;
        let expected = if tasks == 1 { 401 } else { 200 };
        assert_eq!(me, expected, "{place}: {tasks} tasks");
        if tasks == 0 {
            let again = Call::post(ASK, &body).with_token(&session.access);
            let again = app.call(again).await;
            assert!(
                (200..300).contains(&again.status),
                "{place}: {}",
                again.json
            );
        }
        let token = workshop.token_for(&person.email, "cancel-deletion").await;
        let cancel = "/api/v1/users/me/deletion/cancel";
        let cancel = Call::post(cancel, &json!({ "token": token }));
        let _ = app.call(cancel).await.expect(200);
        app.log_in(&person).await;
        app.deliver().await;
        killed
    })
    .await;
    workshop.close().await;
}

#[tokio::test]
async fn a_schedule_killed_at_any_step_hands_each_account_over_once() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    at_every_call(2, async |call, moment| {
        let (person, _) = workshop.arrange_due().await;

        let killed = workshop
            .kill_at("purge_accounts", &schedule_event(), call, moment)
            .await;
        workshop.purge().await;
        workshop.purge().await;

        let tasks = workshop.tasks_of("delete_account", &person).await;
        assert_eq!(tasks.len(), 1, "{call} {moment:?}");
        let token = app.obtain_token(&person.email, TestApp::PASSWORD).await;
        token.expect_error(401, "invalid_credentials");
        killed.is_some()
    })
    .await;
    app.leave_work_undone();
    workshop.close().await;
}

#[tokio::test]
async fn a_deletion_killed_at_any_step_is_finished_by_the_next_try() {
    let workshop = Workshop::open().await;
    let app = &workshop.app;
    app.call_from_afar();
    let endpoint = workshop.stack.endpoint();
    let healthy = launch(&workshop.stack, app, "perform_work", endpoint).await;
    at_every_call(4, async |call, moment| {
        let (person, _) = workshop.arrange_due().await;
        workshop.purge().await;
        let tasks = workshop.tasks_of("delete_account", &person).await;
        let task = tasks[0]["id"].as_str().and_then(|id| id.parse().ok());
        let task = task.expect("a task has an id");
        app.relay().await;
        let messages = workshop.receive(&Queue::WORK).await;
        let event = workshop.event(&Queue::WORK, &messages);

        let killed = workshop.kill_at("perform_work", &event, call, moment).await;
        workshop.bring_back(&Queue::WORK, &messages).await;
        finish(&workshop, &healthy).await;

        let place = format!("{call} {moment:?}");
        let row = app.task(task).await;
        assert_eq!(row.state, TaskState::Success, "{place}: {row:?}");
        let left = workshop.left_of(&person).await;
        assert!(left.is_empty(), "{place}: {left:#?}");
        let id = person.id.to_string();
        let mut deleted = app.audit_of("DELETED").await;
        deleted.retain(|entry| entry.to_string().contains(&id));
        assert_eq!(deleted.len(), 1, "{place}");
        killed.is_some()
    })
    .await;
    healthy.kill().await;
    workshop.close().await;
}

/// Has a healthy worker do what is left in the queue.
async fn finish(workshop: &Workshop, worker: &Function) {
    // Each message comes four times at most.
    for _ in 0..5 {
        let messages = workshop.receive(&Queue::WORK).await;
        if messages.is_empty() {
            return;
        }
        workshop.work_on_with(worker, &Queue::WORK, &messages).await;
    }
    panic!("the worker does not come to an end");
}
