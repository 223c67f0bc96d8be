use std::collections::BTreeSet;

use kernel::task::TaskState;
use operations_testing::{Call, TestApp};
use serde_json::json;
use store::Tasks;

use crate::support::{ann, dead, list, purge, redrive};

#[tokio::test]
async fn dead_letters_are_listed_with_their_reasons_and_stay() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let one = dead(&app, &ann, 1, "it was ended after 25 s, its time limit").await;
    let two = dead(&app, &ann, 2, "it was ended after 12 s, its time limit").await;
    let three = dead(&app, &ann, 3, "no table (400)").await;
    app.send_message("work-dead-letters", "hello").await;

    for _ in 0..2 {
        let listed = list(&app, &admin, "work").await.expect(200).json;

        assert_eq!(listed["count"], 4, "{listed}");
        let groups = listed["groups"].as_array().unwrap();
        assert_eq!(
            groups[0],
            json!({"group": "it was ended after … s, its time limit", "count": 2})
        );
        let results = listed["results"].as_array().unwrap();
        let ids: BTreeSet<&str> = results
            .iter()
            .filter_map(|letter| letter["task_id"].as_str())
            .collect();
        assert_eq!(ids, BTreeSet::from([one.as_str(), &two, &three]));
        let poison = results
            .iter()
            .find(|letter| letter["task_id"].is_null())
            .unwrap();
        assert_eq!(poison["reason"], "the message names no task");
        let letter = results
            .iter()
            .find(|letter| letter["task_id"] == json!(three))
            .unwrap();
        assert_eq!(
            (&letter["status"], &letter["type"]),
            (&json!("FAILURE"), &json!("add"))
        );
        assert_eq!(letter["reason"], "no table (400)");
        assert!(letter["receives"].as_u64().unwrap() >= 1);
        assert_eq!(letter["last_at"], "2026-03-01T12:00:00Z");
    }
    app.leave_work_undone();
}

#[tokio::test]
async fn all_dead_letters_or_some_of_them_go_back_to_their_queue() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let one = dead(&app, &ann, 1, "one 1").await;
    let two = dead(&app, &ann, 2, "one 2").await;
    let three = dead(&app, &ann, 3, "three").await;
    let four = dead(&app, &ann, 4, "four").await;

    let moved = app
        .call(redrive(&admin, "work", &json!({"task_id": three})))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&moved["moved"], &moved["passed_over"]),
        (&json!(1), &json!(3)),
        "{moved}"
    );
    app.deliver().await;
    assert_eq!(app.ask_about(&ann, &three).await.json["result"], 4);
    let moved = app
        .call(redrive(&admin, "work", &json!({"group": "one …"})))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&moved["moved"], &moved["passed_over"]),
        (&json!(2), &json!(1)),
        "{moved}"
    );
    app.deliver().await;
    for id in [&one, &two] {
        assert_eq!(app.ask_about(&ann, id).await.text("status"), "SUCCESS");
    }
    assert_eq!(app.ask_about(&ann, &four).await.text("status"), "FAILURE");
    let call = Call::new("POST", "/api/v1/admin/queues/work/dead-letters/redrive");
    let moved = app
        .call(call.with_token(&admin.access))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&moved["moved"], &moved["is_more"]),
        (&json!(1), &json!(false))
    );
    app.deliver().await;
    assert_eq!(app.ask_about(&ann, &four).await.json["result"], 5);
    assert!(app.waiting().await.is_empty());
    assert_eq!(app.audit_of("DEAD_LETTERS_REDRIVEN").await.len(), 1);
}

#[tokio::test]
async fn abuse_085_a_second_redrive_while_one_runs_is_refused() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let id = dead(&app, &ann, 1, "not now").await;
    let other = app.another_process();
    let meanwhile = async {
        let second = app
            .call_another(&other, redrive(&admin, "work", &json!({})))
            .await;
        second.expect_error(409, "dead_letters_in_use");
        let body = json!({"confirm": "work"});
        let purged = app.call_another(&other, purge(&admin, "work", &body)).await;
        purged.expect_error(409, "dead_letters_in_use");
        // The letters of another queue are others.
        let elsewhere = redrive(&admin, "mail-bulk", &json!({}));
        let _ = app.call_another(&other, elsewhere).await.expect(200);
    };

    // Held when it has the lock and writes into the audit log.
    let first = redrive(&admin, "work", &json!({}));
    let first = app
        .call_held_at("TransactWriteItems", first, meanwhile)
        .await;

    assert_eq!(first.expect(200).json["moved"], 1);
    app.deliver().await;
    assert_eq!(app.ask_about(&ann, &id).await.text("status"), "SUCCESS");
    // The lock is free again, and one that was left behind ends.
    let _ = app
        .call(redrive(&admin, "work", &json!({})))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_lock_that_was_left_behind_ends_by_itself() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let store = app.app().store();
    let lock = operations::queue::Lock::take(store, "work", "a call that died", app.now()).await;
    let lock = lock.unwrap().unwrap();
    let refused = app.call(redrive(&admin, "work", &json!({}))).await;
    refused.expect_error(409, "dead_letters_in_use");

    app.advance(jiff::SignedDuration::from_secs(35));
    let taken = operations::queue::Lock::take(store, "work", "the next", app.now()).await;
    let taken = taken.unwrap().unwrap();
    // The first lets go of nothing that is another's.
    lock.release().await.unwrap();
    let refused = app.call(redrive(&admin, "work", &json!({}))).await;
    refused.expect_error(409, "dead_letters_in_use");
    taken.release().await.unwrap();
    let _ = app
        .call(redrive(&admin, "work", &json!({})))
        .await
        .expect(200);
}

#[tokio::test]
async fn abuse_085_a_task_that_has_succeeded_since_has_no_second_effect() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let id = dead(&app, &ann, 1, "not now").await;
    // Two letters of one task, as a message that came twice leaves them.
    let message = format!("{{\"task_id\": \"{id}\", \"kind\": \"add\"}}");
    app.send_message("work-dead-letters", &message).await;
    let moved = app
        .call(redrive(&admin, "work", &json!({})))
        .await
        .expect(200)
        .json;
    assert_eq!(moved["moved"], 2);
    app.deliver().await;
    app.bring_back().await;
    app.deliver().await;
    let row = app.task(id.parse().unwrap()).await;
    assert_eq!((row.state, row.attempts), (TaskState::Success, 2));

    app.send_message("work-dead-letters", &message).await;
    let moved = app
        .call(redrive(&admin, "work", &json!({})))
        .await
        .expect(200)
        .json;

    assert_eq!((&moved["moved"], &moved["settled"]), (&json!(0), &json!(1)));
    assert!(app.waiting().await.is_empty());
    let row = app.task(id.parse().unwrap()).await;
    assert_eq!((row.state, row.attempts), (TaskState::Success, 2));
}

#[tokio::test]
async fn a_letter_that_nobody_redrove_has_no_effect() {
    let app = TestApp::start().await;
    let ann = ann(&app).await;
    let id = dead(&app, &ann, 1, "not now").await;
    // By the console of AWS, or by a message that comes twice.
    let message = format!("{{\"task_id\": \"{id}\", \"kind\": \"add\"}}");
    app.send_message("work", &message).await;

    app.deliver().await;

    assert_eq!(app.ask_about(&ann, &id).await.text("status"), "FAILURE");
    let waiting = app.waiting().await;
    assert!(
        waiting
            .iter()
            .all(|message| message.queue == "work-dead-letters")
    );
    assert_eq!(waiting.len(), 2);
    assert!(
        !Tasks(app.app().store())
            .redrive("019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11".parse().unwrap())
            .await
            .unwrap()
    );
    app.leave_work_undone();
}

#[tokio::test]
async fn dead_letters_are_deleted_by_who_types_the_queues_name() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = ann(&app).await;
    let one = dead(&app, &ann, 1, "not now").await;
    let _ = dead(&app, &ann, 2, "not now").await;
    for (body, field) in [
        (json!({}), "confirm"),
        (json!({"confirm": "mail-bulk"}), "confirm"),
        (json!({"confirm": "work", "task_id": "x"}), "task_id"),
        (json!({"confirm": "work", "all": true}), "all"),
    ] {
        let answer = app.call(purge(&admin, "work", &body)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty());
    }

    let body = json!({"confirm": "work", "task_id": one});
    let purged = app
        .call(purge(&admin, "work", &body))
        .await
        .expect(200)
        .json;
    assert_eq!(
        (&purged["moved"], &purged["passed_over"]),
        (&json!(1), &json!(1))
    );
    let purged = app
        .call(purge(&admin, "work", &json!({"confirm": "work"})))
        .await
        .expect(200)
        .json;
    assert_eq!(purged["moved"], 1);

    assert!(app.waiting().await.is_empty());
    // The tasks stay, and can be tried again.
    let call = Call::new("POST", &format!("/api/v1/admin/tasks/{one}/retry"));
    let _ = app.call(call.with_token(&admin.access)).await.expect(202);
    app.deliver().await;
}

#[tokio::test]
async fn what_was_given_up_can_be_looked_at_and_deleted_and_not_sent() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.send_message("relay-failures", "{\"reason\": \"unreadable\"}")
        .await;

    let listed = list(&app, &admin, "relay-failures").await.expect(200).json;
    assert_eq!(listed["count"], 1);
    assert_eq!(listed["results"][0]["reason"], "it could not be worked off");
    let answer = app
        .call(redrive(&admin, "relay-failures", &json!({})))
        .await;
    answer.expect_error(409, "queue_without_work");
    let body = json!({"confirm": "relay-failures"});
    let purged = app
        .call(purge(&admin, "relay-failures", &body))
        .await
        .expect(200);
    assert_eq!(purged.json["moved"], 1);
    assert!(app.waiting().await.is_empty());
}

#[tokio::test]
async fn a_stale_proof_deletes_nothing() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.send_message("work-dead-letters", "hello").await;
    app.advance(jiff::SignedDuration::from_mins(20));

    let answer = app
        .call(purge(&admin, "work", &json!({"confirm": "work"})))
        .await;

    answer.expect_error(403, "reauthentication_required");
    assert_eq!(app.waiting().await.len(), 1);
    app.leave_work_undone();
}

#[tokio::test]
async fn abuse_090_nobody_else_looks_at_or_moves_dead_letters() {
    let app = TestApp::start().await;
    let ann = ann(&app).await;
    let id = dead(&app, &ann, 1, "not now").await;
    for (method, path) in [
        ("GET", "queues"),
        ("GET", "queues/work/dead-letters"),
        ("POST", "queues/work/dead-letters/redrive"),
        ("POST", "queues/work/dead-letters/purge"),
        ("POST", "queues/work/pause"),
        ("POST", "queues/work/resume"),
    ] {
        let path = format!("/api/v1/admin/{path}");
        let call = || {
            if method == "GET" {
                Call::get(&path)
            } else {
                Call::post(&path, &json!({"confirm": "work"}))
            }
        };
        app.call(call())
            .await
            .expect_error(401, "not_authenticated");
        app.call(call().with_token(&ann.access))
            .await
            .expect_error(403, "forbidden");
    }
    assert_eq!(app.ask_about(&ann, &id).await.text("status"), "FAILURE");
    assert_eq!(app.waiting().await.len(), 1);
    app.leave_work_undone();
}
