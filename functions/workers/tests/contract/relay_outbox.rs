use accounts::jobs::{Recipient, SendOneTimeCode, SendVerification, SendWelcome};
use accounts_testing::{Fault, TestApp};
use kernel::email::EmailAddress;
use serde_json::{Value, json};

use workers::relay_outbox::relay_outbox;

fn code_for(position: usize) -> SendOneTimeCode {
    let email = EmailAddress::parse(&format!("ann{position}@example.com")).unwrap();
    SendOneTimeCode { email }
}

/// The images of so many new tasks.
async fn new_tasks(app: &TestApp, count: usize) -> Vec<Value> {
    for position in 0..count {
        app.record_work(&code_for(position)).await;
    }
    app.new_tasks().await
}

async fn bodies(app: &TestApp) -> Vec<Value> {
    let waiting = app.waiting().await;
    let bodies = waiting
        .iter()
        .map(|message| serde_json::from_str(&message.body).unwrap());
    bodies.collect()
}

#[tokio::test]
async fn a_message_names_its_task_and_nothing_more() {
    let app = TestApp::start().await;
    let id = app.record_work(&code_for(0)).await;

    app.relay().await;

    assert_eq!(
        bodies(&app).await,
        [json!({"task_id": id, "kind": "send_one_time_code"})]
    );
    app.deliver().await;
}

#[tokio::test]
async fn every_task_goes_to_the_queue_of_its_kind() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let code = SendOneTimeCode {
        email: email.clone(),
    };
    let welcome = SendWelcome { user_id: person.id };
    app.record_work(&code).await;
    app.record_work(&SendVerification(Recipient::Email(email)))
        .await;
    app.record_work(&welcome).await;

    app.relay().await;

    let mut queues: Vec<String> = app
        .waiting()
        .await
        .into_iter()
        .map(|message| message.queue)
        .collect();
    queues.sort();
    assert_eq!(queues, ["mail-bulk", "mail-urgent", "mail-urgent"]);
    app.deliver().await;
}

#[tokio::test]
async fn only_new_tasks_are_relayed() {
    let app = TestApp::start().await;
    let images = new_tasks(&app, 1).await;
    for name in ["MODIFY", "REMOVE"] {
        let mut event = app.stream_event(&images);
        event.records[0].event_name = name.to_owned();
        relay_outbox(app.app().clone(), event).await.unwrap();
    }
    relay_outbox(app.app().clone(), app.stream_event(&[]))
        .await
        .unwrap();

    assert!(app.waiting().await.is_empty());

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();
    assert_eq!(app.waiting().await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn more_than_ten_go_in_batches_of_ten() {
    let app = TestApp::start_watched().await;
    let images = new_tasks(&app, 25).await;

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();

    assert_eq!(app.sqs().seen(), ["SendMessageBatch"; 3]);
    let mut ids: Vec<String> = bodies(&app)
        .await
        .iter()
        .map(|body| body["task_id"].to_string())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 25);
    app.deliver().await;
}

#[tokio::test]
async fn a_queue_that_takes_nothing_fails_the_event_and_it_is_given_again() {
    let app = TestApp::start_watched().await;
    for position in 0..25 {
        app.member(&format!("ann{position}@example.com")).await;
    }
    for position in 0..25 {
        let _ = app
            .request_otp(&format!("ann{position}@example.com"))
            .await
            .expect(200);
    }
    let images = app.new_tasks().await;
    // One batch, through all of the SDK's tries.
    app.sqs().fail_next(3, &Fault::fail());

    assert!(
        relay_outbox(app.app().clone(), app.stream_event(&images))
            .await
            .is_err()
    );
    assert_eq!(app.waiting().await.len(), 15);

    // The stream gives the whole event again: some messages are there twice, and every mail is sent once.
    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();
    assert_eq!(app.waiting().await.len(), 40);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 25);
}

#[tokio::test]
async fn a_message_that_the_queue_refuses_fails_the_event() {
    let app = TestApp::start_watched().await;
    let images = new_tasks(&app, 2).await;
    let partly = json!({
        "Successful": [{"Id": "0", "MessageId": "m-0", "MD5OfMessageBody": "x"}],
        "Failed": [{"Id": "1", "SenderFault": false, "Code": "InternalError", "Message": "try again"}],
    });
    app.sqs().fail_next(1, &Fault::Answer(200, partly));

    assert!(
        relay_outbox(app.app().clone(), app.stream_event(&images))
            .await
            .is_err()
    );

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();
    app.deliver().await;
}

#[tokio::test]
async fn a_record_that_cannot_be_read_keeps_nothing_back() {
    let app = TestApp::start().await;
    let mut images = new_tasks(&app, 3).await;
    images[1]["queue"] = json!({"S": "no-such-queue"});

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();

    assert_eq!(app.waiting().await.len(), 2);
    app.leave_work_undone();
}

#[tokio::test]
async fn a_record_without_its_form_goes_to_the_dead_letters_and_holds_nothing_up() {
    let app = TestApp::start().await;
    let mut images = new_tasks(&app, 3).await;
    images[1]["queue"] = json!({"N": "7"});

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();

    let dead = app.receive("relay-failures", 0).await;
    assert_eq!(dead.len(), 1);
    let body = dead[0].body().unwrap();
    assert!(body.contains("sequence_number"), "{body}");
    assert!(!body.contains("example.com"), "{body}");
    app.leave_work_undone();
}

#[tokio::test]
async fn a_queue_of_a_job_that_is_missing_for_a_while_loses_nothing() {
    let app = TestApp::start_watched().await;
    let images = new_tasks(&app, 2).await;
    let missing = Fault::Refuse(
        400,
        "QueueDoesNotExist",
        "The specified queue does not exist.",
    );
    app.sqs().fail_next(1, &missing);

    assert!(
        relay_outbox(app.app().clone(), app.stream_event(&images))
            .await
            .is_err()
    );
    assert!(app.waiting().await.is_empty());

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();
    assert_eq!(app.waiting().await.len(), 2);
    app.deliver().await;
}

#[tokio::test]
async fn a_queue_that_the_role_does_not_name_keeps_nothing_back() {
    let app = TestApp::start_watched().await;
    let mut images = new_tasks(&app, 1).await;
    images[0]["queue"] = json!({"S": "of-nobody"});
    let refused = Fault::Refuse(
        403,
        "AccessDeniedException",
        "The role does not name this queue.",
    );
    app.sqs().fail_next(1, &refused);

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();

    assert!(app.waiting().await.is_empty());
    app.leave_work_undone();
}

#[tokio::test]
async fn a_task_written_by_a_later_version_is_relayed_as_well() {
    let app = TestApp::start().await;
    let mut images = new_tasks(&app, 1).await;
    images[0]["priority"] = json!({"N": "5"});

    relay_outbox(app.app().clone(), app.stream_event(&images))
        .await
        .unwrap();

    app.deliver().await;
}
