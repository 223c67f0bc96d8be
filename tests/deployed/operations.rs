//! Background work over HTTP, on the deployed stack: every function under its own role.

use end_to_end::{Member, Stack, Tokens, Visitor, eventually};
use jiff::SignedDuration;
use serde_json::{Value, json};
use test_support::machine_time;
use tokio::sync::Mutex;

/// Held by tests that stop the work on a queue, or need it to go on.
static QUEUES: Mutex<()> = Mutex::const_new(());

struct Operator {
    visitor: Visitor,
    tokens: Tokens,
}

impl Operator {
    async fn of(stack: &Stack) -> Self {
        let admin = Member::join(stack).await;
        let tokens = admin.sign_in_as_admin().await;
        let visitor = admin.visitor;
        Self { visitor, tokens }
    }

    async fn get(&self, path: &str) -> Value {
        let path = format!("/api/v1/admin/{path}");
        let answer = self.visitor.get_as(&self.tokens.access, &path).await;
        answer.expect(200).json
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let path = format!("/api/v1/admin/{path}");
        let answer = self.visitor.post_as(&self.tokens.access, &path, body).await;
        assert!(
            matches!(answer.status, 200 | 202),
            "{path}: {}",
            answer.json
        );
        answer.json
    }

    /// The task of anybody's, once it is in a state.
    async fn task_in(&self, id: &str, status: &str) -> Value {
        let path = format!("tasks/{id}");
        eventually("the task to be so", async || {
            let task = self.get(&path).await;
            (task["status"] == status).then_some(task)
        })
        .await
    }
}

/// Asks for a task and gives its id.
async fn ask(member: &Member, tokens: &Tokens, task: &Value) -> String {
    let answer = member
        .visitor
        .post_as(&tokens.access, "/api/v1/tasks", task);
    answer.await.expect(202).text("task_id").to_owned()
}

/// The member's own task, once it is finished.
async fn finished(member: &Member, tokens: &Tokens, id: &str) -> Value {
    let path = format!("/api/v1/tasks/{id}");
    eventually("the task to be finished", async || {
        let task = member.visitor.get_as(&tokens.access, &path).await;
        let task = task.expect(200).json;
        (!task["finished_at"].is_null()).then_some(task)
    })
    .await
}

#[tokio::test]
async fn a_member_has_work_done_and_fetches_its_result() {
    let stack = Stack::deployed();
    let _going = QUEUES.lock().await;
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;

    let sum = ask(&member, &tokens, &json!({"type": "add", "x": 5, "y": 3})).await;
    let long = ask(
        &member,
        &tokens,
        &json!({"type": "long_running", "duration": 2}),
    )
    .await;

    let sum = finished(&member, &tokens, &sum).await;
    assert_eq!(
        (&sum["status"], &sum["result"]),
        (&json!("SUCCESS"), &json!(8)),
        "{sum}"
    );
    let long = finished(&member, &tokens, &long).await;
    assert_eq!(long["progress"], json!({"done": 2, "total": 2}), "{long}");
    let list = member
        .visitor
        .get_as(&tokens.access, "/api/v1/tasks?status=SUCCESS")
        .await;
    assert_eq!(
        list.expect(200).json["results"].as_array().unwrap().len(),
        2
    );
}

#[tokio::test]
async fn a_queue_is_paused_and_what_waits_meanwhile_is_revoked_or_done_later() {
    let stack = Stack::deployed();
    let _alone = QUEUES.lock().await;
    let operator = Operator::of(&stack).await;
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let work = async |wanted: &str| {
        eventually("the queue to be so", async || {
            let queues = operator.get("queues").await;
            let queues = queues["queues"].as_array().unwrap().clone();
            let own = queues.into_iter().find(|queue| queue["name"] == "work");
            own.filter(|queue| queue["work"] == wanted)
        })
        .await
    };
    work("active").await;
    operator.post("queues/work/pause", &json!({})).await;
    work("paused").await;

    let kept = ask(&member, &tokens, &json!({"type": "add", "x": 1, "y": 1})).await;
    let revoked = ask(&member, &tokens, &json!({"type": "add", "x": 2, "y": 1})).await;
    let path = format!("/api/v1/tasks/{revoked}/revoke");
    let answer = member
        .visitor
        .post_as(&tokens.access, &path, &json!({}))
        .await;
    assert_eq!(answer.expect(200).text("status"), "REVOKED");
    let open = operator.get("tasks?status=OPEN&queue=work").await;
    let is_open = |task: &Value| task["task_id"] == json!(kept);
    assert!(
        open["results"].as_array().unwrap().iter().any(is_open),
        "{open}"
    );
    operator.post("queues/work/resume", &json!({})).await;
    work("active").await;

    let kept = finished(&member, &tokens, &kept).await;
    assert_eq!(kept["status"], "SUCCESS");
    let revoked = operator.get(&format!("tasks/{revoked}")).await;
    assert_eq!(
        (&revoked["status"], &revoked["attempts"]),
        (&json!("REVOKED"), &json!(0))
    );
}

#[tokio::test]
async fn a_dead_letter_is_listed_and_redriven_and_a_failed_task_tried_again() {
    let stack = Stack::deployed();
    let _going = QUEUES.lock().await;
    let operator = Operator::of(&stack).await;
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    // Two tasks that have used up their tries, as a worker leaves them.
    let mut dead = Vec::new();
    for x in [1, 2] {
        let id = ask(&member, &tokens, &json!({"type": "add", "x": x, "y": 1})).await;
        finished(&member, &tokens, &id).await;
        stack.edit_task(&id, "state", json!({"S": "FAILURE"})).await;
        stack
            .edit_task(&id, "redrivable", json!({"BOOL": true}))
            .await;
        stack
            .edit_task(&id, "last_error", json!({"S": format!("{id} was away")}))
            .await;
        dead.push(id);
    }
    let message = format!("{{\"task_id\": \"{}\", \"kind\": \"add\"}}", dead[0]);
    stack.send_message("WorkDeadLettersUrl", &message).await;

    let letters = operator.get("queues/work/dead-letters").await;
    let own = letters["results"].as_array().unwrap().iter();
    let own = own
        .clone()
        .find(|letter| letter["task_id"] == json!(dead[0]));
    assert_eq!(own.unwrap()["status"], "FAILURE", "{letters}");
    let moved = operator
        .post(
            "queues/work/dead-letters/redrive",
            &json!({"task_id": dead[0]}),
        )
        .await;
    assert_eq!(moved["moved"], 1, "{moved}");
    let redriven = operator.task_in(&dead[0], "SUCCESS").await;
    assert_eq!(redriven["attempts"], 2);

    let retry = operator
        .post(&format!("tasks/{}/retry", dead[1]), &json!({}))
        .await;
    let retry = retry["task_id"].as_str().unwrap();
    let done = finished(&member, &tokens, retry).await;
    assert_eq!(
        (&done["result"], &done["retry_of"]),
        (&json!(3), &json!(dead[1]))
    );
    let again = format!("/api/v1/admin/tasks/{}/retry", dead[1]);
    let again = operator
        .visitor
        .post_as(&operator.tokens.access, &again, &json!({}))
        .await;
    again.expect_error_with(409, "task_retried_before", &["task_id"]);
    // What nobody can work off is looked at and deleted.
    stack.send_message("RelayFailuresUrl", "{}").await;
    let confirm = json!({"confirm": "relay-failures"});
    let purged = operator
        .post("queues/relay-failures/dead-letters/purge", &confirm)
        .await;
    assert!(purged["moved"].as_u64().unwrap() >= 1, "{purged}");
}

#[tokio::test]
async fn a_schedule_runs_when_an_operator_wants_it_and_not_while_it_is_off() {
    let stack = Stack::deployed();
    let operator = Operator::of(&stack).await;
    stack.fire_schedule_of("watch_schedules").await;

    let manual = async || {
        let runs = operator.get("schedules/sweep_tasks/runs").await;
        let runs = runs["results"].as_array().unwrap().iter();
        runs.filter(|run| run["manual"] == true && run["outcome"] == "done")
            .count()
    };
    let before = manual().await;
    operator.post("schedules/sweep_tasks/run", &json!({})).await;
    eventually("the schedule to run", async || {
        (manual().await > before).then_some(())
    })
    .await;
    let listed = operator.get("schedules").await;
    let names = listed["schedules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"]);
    let expected = [
        "purge_accounts",
        "rebuild_index",
        "report_low_stock",
        "rotate_signing_key",
        "sweep_tasks",
        "watch_schedules",
    ];
    assert!(names.eq(expected.iter()), "{listed}");

    let off = operator
        .post("schedules/sweep_tasks/disable", &json!({}))
        .await;
    assert_eq!(off["enabled"], false);
    let on = operator
        .post("schedules/sweep_tasks/enable", &json!({}))
        .await;
    assert_eq!(on["enabled"], true);
}

#[tokio::test]
async fn abuse_086_a_task_of_next_month_waits_in_a_schedule_that_sends_its_message() {
    let stack = Stack::deployed();
    let _going = QUEUES.lock().await;
    let member = Member::join(&stack).await;
    let tokens = member.sign_in().await;
    let run_at = machine_time() + SignedDuration::from_hours(30 * 24);
    let task = json!({"type": "add", "x": 20, "y": 22, "run_at": run_at});
    let id = ask(&member, &tokens, &task).await;

    let schedule = eventually("its schedule", async || stack.task_schedule(&id).await).await;
    assert_eq!(schedule["ActionAfterCompletion"], "DELETE");

    // A month later: the schedule's moment has come, and so has the task's.
    stack.edit_task(&id, "not_before", json!({"N": "0"})).await;
    stack.bring_schedule_forward(&id, &schedule).await;
    let done = finished(&member, &tokens, &id).await;
    assert_eq!(
        (&done["result"], &done["attempts"]),
        (&json!(42), &json!(1))
    );
    eventually("the schedule to go", async || {
        stack.task_schedule(&id).await.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_report_of_each_kind_is_written_and_its_files_are_shown() {
    let stack = Stack::deployed();
    let operator = Operator::of(&stack).await;
    let month = machine_time().strftime("%Y-%m").to_string();
    for report in ["activity", "mail", "tasks"] {
        let asked = json!({"type": "report", "report": report, "month": month});
        let access = &operator.tokens.access;
        let asked = operator.visitor.post_as(access, "/api/v1/tasks", &asked);
        let id = asked.await.expect(202).text("task_id").to_owned();

        operator.task_in(&id, "SUCCESS").await;

        let path = format!("/api/v1/tasks/{id}/files");
        let files = operator
            .visitor
            .get_as(access, &path)
            .await
            .expect(200)
            .json;
        assert_eq!(files["files"].as_array().map(Vec::len), Some(3), "{report}");
    }
}
