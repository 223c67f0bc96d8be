use jiff::SignedDuration;
use operations_testing::{Call, TestApp};
use serde_json::{Value, json};

use crate::support::ann;

async fn refused(app: &TestApp, token: &str, body: &Value, field: &str) -> String {
    let call = Call::post("/api/v1/tasks", body).with_token(token);
    let answer = app.call(call).await;
    answer.expect_error(400, "invalid_fields");
    answer.detail(field).to_owned()
}

#[tokio::test]
async fn two_numbers_are_added() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;

    let body = json!({"type": "add", "x": 5, "y": 3});
    let call = Call::post("/api/v1/tasks", &body).with_token(&ann.access);
    let accepted = app.call(call).await.expect(202);
    let id = accepted.text("task_id").to_owned();
    assert_eq!(
        accepted.json,
        json!({"task_id": id, "type": "add", "status": "PENDING", "parameters": {"x": 5, "y": 3}})
    );
    let before = app.ask_about(&ann, &id).await.expect(200);
    assert_eq!(
        (before.text("status"), &before.json["result"]),
        ("PENDING", &Value::Null)
    );

    app.deliver().await;

    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(task["result"], 8);
    assert_eq!(
        (&task["status"], &task["attempts"]),
        (&json!("SUCCESS"), &json!(1))
    );
    assert_eq!(task["parameters"], json!({"x": 5, "y": 3}));
    let steps: Vec<&Value> = task["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["status"])
        .collect();
    assert_eq!(steps, ["PENDING", "STARTED", "SUCCESS"]);
    assert_eq!(task["started_at"], task["finished_at"]);
}

#[tokio::test]
async fn a_text_is_counted() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let id = app
        .ask_for(
            &ann,
            &json!({"type": "process_data", "data": "two words\nabc"}),
        )
        .await;

    app.deliver().await;

    let task = app.ask_about(&ann, &id).await.expect(200).json;
    let result = &task["result"];
    assert_eq!(
        (&result["words"], &result["lines"], &result["bytes"]),
        (&json!(3), &json!(2), &json!(13))
    );
    assert_eq!(result["sha256"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn what_does_not_fit_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let before = app.tasks().await.len();
    let year = json!("2027-03-03T00:00:00Z");
    for (body, field) in [
        (json!({}), "type"),
        (json!({"type": "rm"}), "type"),
        (json!({"type": 5}), "type"),
        (
            json!({"type": "send_welcome", "user_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11"}),
            "type",
        ),
        (json!({"type": "add", "x": 1}), "y"),
        (json!({"type": "add", "x": "1", "y": 2}), "x"),
        (json!({"type": "add", "x": 1, "y": 2, "z": 3}), "z"),
        (json!({"type": "add", "x": f64::MAX, "y": 2}), "x"),
        (json!({"type": "add", "x": 1, "y": 1e-200}), "y"),
        (json!({"type": "long_running", "duration": 0}), "duration"),
        (json!({"type": "long_running", "duration": 601}), "duration"),
        (json!({"type": "long_running", "duration": 1.5}), "duration"),
        (json!({"type": "long_running", "duration": -1}), "duration"),
        (json!({"type": "process_data"}), "data"),
        (
            json!({"type": "process_data", "data": "x".repeat(16_385)}),
            "data",
        ),
        (
            json!({"type": "add", "x": 1, "y": 2, "run_at": "tomorrow"}),
            "run_at",
        ),
        (
            json!({"type": "add", "x": 1, "y": 2, "run_at": "2026-03-01T12:00:00Z"}),
            "run_at",
        ),
        (
            json!({"type": "add", "x": 1, "y": 2, "run_at": year}),
            "run_at",
        ),
        (
            json!({"type": "add", "x": 1, "y": 2, "run_at": 7}),
            "run_at",
        ),
    ] {
        let reason = refused(&app, &ann.access, &body, field).await;
        assert!(!reason.is_empty(), "{body}");
    }
    let reason = refused(&app, &ann.access, &json!({"type": "rm"}), "type").await;
    assert_eq!(
        reason,
        "Name one of these: add, long_running, process_data, report."
    );
    assert_eq!(app.tasks().await.len(), before);
}

#[tokio::test]
async fn numbers_of_every_size_are_added() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    for (x, y, sum) in [
        (json!(0.1), json!(0.2), json!(0.1 + 0.2)),
        (json!(-1e100), json!(1e100), json!(0.0)),
        (json!(u64::MAX), json!(0), json!(u64::MAX)),
        (json!(i64::MIN), json!(0), json!(i64::MIN)),
        (json!(1e-100), json!(0), json!(1e-100)),
    ] {
        let id = app
            .ask_for(&ann, &json!({"type": "add", "x": x, "y": y}))
            .await;
        app.deliver().await;
        let task = app.ask_about(&ann, &id).await.expect(200).json;
        assert_eq!(task["result"], sum, "{task}");
        assert_eq!(task["parameters"], json!({"x": x, "y": y}));
    }
}

#[tokio::test]
async fn a_hundred_tasks_an_hour_are_recorded_and_no_more() {
    let app = TestApp::start().await;
    app.call_from_afar();
    let (_, ann) = ann(&app).await;
    let body = json!({"type": "add", "x": 1, "y": 1});
    let call = || Call::post("/api/v1/tasks", &body).with_token(&ann.access);

    let mut statuses: Vec<u16> = Vec::new();
    for _ in 0..6 {
        let answers = app.call_all((0..18).map(|_| call())).await;
        statuses.extend(answers.iter().map(|answer| answer.status));
    }

    let passed = statuses.iter().filter(|status| **status == 202).count();
    assert_eq!(passed, 100, "{statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|status| [202, 429, 409].contains(status)),
        "{statuses:?}"
    );
    app.call(call()).await.expect_error(429, "rate_limited");
    app.deliver().await;
}

#[tokio::test]
async fn a_result_expires_and_says_so() {
    let app = TestApp::start().await;
    let (person, ann) = ann(&app).await;
    let id = app
        .ask_for(&ann, &json!({"type": "add", "x": 1, "y": 1}))
        .await;
    app.deliver().await;

    app.advance(SignedDuration::from_mins(59));
    let ann = app.log_in(&person).await;
    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(
        (&task["result"], &task["result_expired"]),
        (&json!(2), &json!(false))
    );
    app.advance(SignedDuration::from_mins(1));
    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(
        (&task["result"], &task["result_expired"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(task["status"], "SUCCESS");
}

#[tokio::test]
async fn abuse_086_a_task_of_next_month_has_a_schedule_and_is_done_once() {
    let app = TestApp::start().await;
    // The emulator's schedules go by the machine's clock.
    app.advance_to_machine_time();
    let (person, ann) = ann(&app).await;
    let run_at = app.now() + SignedDuration::from_hours(30 * 24);
    let body = json!({"type": "add", "x": 1, "y": 1, "run_at": run_at});
    let id = app.ask_for(&ann, &body).await;
    app.relay().await;

    let schedule = app.schedule_of(&id).await.unwrap();
    let second = (run_at.as_millisecond() + 999).div_euclid(1_000);
    let second = jiff::Timestamp::from_second(second).unwrap();
    let expected = second.strftime("at(%Y-%m-%dT%H:%M:%S)").to_string();
    assert_eq!(schedule.expression, expected);
    assert!(schedule.is_deleted_after && schedule.has_dead_letters);
    assert!(schedule.queue.ends_with("-work"), "{schedule:?}");
    assert!(app.waiting().await.is_empty());
    // The relay is retried, and finds the schedule there.
    app.relay_again(&id).await;

    // The schedule runs, and runs once more.
    app.advance(SignedDuration::from_hours(30 * 24) + SignedDuration::from_secs(1));
    for _ in 0..2 {
        app.send_message("work", &schedule.message).await;
    }
    let ann = app.log_in(&person).await;
    app.bring_back().await;
    app.deliver().await;
    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(
        (&task["status"], &task["attempts"]),
        (&json!("SUCCESS"), &json!(1))
    );
}

#[tokio::test]
async fn a_task_of_a_later_moment_is_not_done_before() {
    let app = TestApp::start().await;
    let (_, ann) = ann(&app).await;
    let body = json!({"type": "add", "x": 1, "y": 1, "run_at": "2026-03-01T12:10:00.5Z"});
    let id = app.ask_for(&ann, &body).await;
    // Whatever sends its message too early: a schedule that runs twice, an operator.
    let message = format!("{{\"task_id\": \"{id}\", \"kind\": \"add\"}}");
    app.send_message("work", &message).await;

    app.deliver().await;

    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(
        (&task["status"], &task["attempts"]),
        (&json!("PENDING"), &json!(0))
    );
    assert_eq!(task["run_at"], "2026-03-01T12:10:00.5Z");
    app.advance(SignedDuration::from_mins(11));
    app.bring_back().await;
    app.deliver().await;
    let task = app.ask_about(&ann, &id).await.expect(200).json;
    assert_eq!(
        (&task["status"], &task["attempts"]),
        (&json!("SUCCESS"), &json!(1))
    );
    app.leave_work_undone();
}
