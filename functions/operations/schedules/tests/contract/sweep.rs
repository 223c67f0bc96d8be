use jiff::SignedDuration;
use kernel::id::TaskId;
use kernel::task::TaskState;
use operations::jobs::Add;
use operations_testing::TestApp;
use serde_json::json;
use store::{Claim, Tasks};

const LEASE: SignedDuration = SignedDuration::from_secs(35);

async fn sweep(app: &TestApp) {
    let swept = schedules::sweep_tasks::sweep_tasks(app.app().clone(), json!({})).await;
    swept.unwrap();
}

async fn task(app: &TestApp) -> TaskId {
    let (x, y) = (1.into(), 1.into());
    app.record_work(&Add { x, y }).await
}

#[tokio::test]
async fn a_task_whose_worker_died_at_its_last_try_ends_as_a_failure_and_can_be_redriven() {
    let app = TestApp::start().await;
    let id = task(&app).await;
    app.new_tasks().await;
    let tasks = Tasks(app.app().store());
    for _ in 0..4 {
        let claim = tasks.claim(id, app.now(), LEASE).await.unwrap();
        assert!(matches!(claim, Claim::Claimed(_)));
        app.advance(SignedDuration::from_secs(180));
    }
    // SQS has moved its message, and nobody heard of it.
    let message = format!("{{\"task_id\": \"{id}\", \"kind\": \"add\"}}");
    app.send_message("work-dead-letters", &message).await;
    app.advance(SignedDuration::from_mins(12));
    sweep(&app).await;
    assert_eq!(app.task(id).await.state, TaskState::Started);

    app.advance(SignedDuration::from_mins(15));
    sweep(&app).await;

    let row = app.task(id).await;
    assert_eq!((row.state, row.attempts), (TaskState::Failure, 4));
    assert_eq!(
        row.last_error.as_deref(),
        Some("its worker died, and its message did not come back")
    );
    assert!(row.is_redrivable);
    assert_eq!(app.redrive("work").await, 1);
    app.deliver().await;
    let row = app.task(id).await;
    assert_eq!((row.state, row.attempts), (TaskState::Success, 5));
}

#[tokio::test]
async fn a_task_that_was_called_off_and_whose_worker_died_ends_as_revoked() {
    let app = TestApp::start().await;
    let id = task(&app).await;
    app.new_tasks().await;
    let tasks = Tasks(app.app().store());
    let _ = tasks.claim(id, app.now(), LEASE).await.unwrap();
    let audit = app.app().audit(operations::actions::TASK_REVOKED);
    tasks.revoke(id, &audit).await.unwrap();
    app.advance(SignedDuration::from_mins(16));

    sweep(&app).await;

    let row = app.task(id).await;
    assert_eq!((row.state, row.is_redrivable), (TaskState::Revoked, false));
}

#[tokio::test]
async fn a_task_whose_message_is_lost_gets_another_one_and_is_given_up_in_the_end() {
    let app = TestApp::start().await;
    let (lost, hopeless) = (task(&app).await, task(&app).await);
    // The stream gave them up: nothing is relayed.
    app.new_tasks().await;
    app.advance(SignedDuration::from_hours(23));
    sweep(&app).await;
    assert!(app.waiting().await.is_empty());

    app.advance(SignedDuration::from_hours(1));
    sweep(&app).await;
    let waiting = app.waiting().await;
    assert_eq!(waiting.len(), 2);
    let message = app.receive("work", 0).await;
    let own = |id: TaskId| {
        message
            .iter()
            .filter(move |m| m.body.as_deref().unwrap().contains(&id.to_string()))
    };
    let messages: Vec<_> = own(lost).cloned().collect();
    let failed = app.work(app.sqs_event("work", &messages)).await;
    app.settle("work", &messages, &failed).await;
    assert_eq!(app.task(lost).await.state, TaskState::Success);

    // Nobody takes those of the other, for days.
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(24));
        sweep(&app).await;
    }
    let row = app.task(hopeless).await;
    assert_eq!(row.state, TaskState::Failure);
    assert_eq!(
        row.last_error.as_deref(),
        Some("no message of it ever came")
    );
    let page = store::PageRequest::new(1, None);
    let runs = work::schedule::Runs(app.app().store());
    let runs = runs.list_runs("sweep_tasks", &page).await.unwrap().items;
    assert_eq!((runs[0].counts["given_up"], runs[0].counts["open"]), (1, 1));
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_of_a_later_moment_is_not_stuck() {
    let app = TestApp::start().await;
    let run_at = app.now() + SignedDuration::from_hours(100);
    let (x, y) = (1.into(), 1.into());
    let task = app.app().task(&Add { x, y }).at(Some(run_at));
    let id = app.record_task(&task).await;
    app.new_tasks().await;
    app.advance(SignedDuration::from_hours(123));
    sweep(&app).await;
    assert!(app.waiting().await.is_empty());

    app.advance(SignedDuration::from_hours(1));
    sweep(&app).await;

    assert_eq!(app.waiting().await.len(), 1);
    app.deliver().await;
    assert_eq!(app.task(id).await.state, TaskState::Success);
}
