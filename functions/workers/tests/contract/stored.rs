//! Tasks that an earlier version of the product has stored, and that are still there when the next one is deployed.

use accounts_testing::TestApp;
use kernel::id::{SessionId, TaskId, UserId};
use kernel::task::TaskState;
use serde_json::{Value, json};

/// The items of tasks as the version before jobs were types wrote them: kind, input and queue side by side.
fn stored(id: TaskId, kind: &str, queue: &str, input: &Value) -> Value {
    json!({
        "pk": {"S": format!("TASK#{id}")},
        "sk": {"S": "TASK"},
        "id": {"S": id.to_string()},
        "kind": {"S": kind},
        "input": {"M": input},
        "queue": {"S": queue},
        "state": {"S": "PENDING"},
        "attempts": {"N": "0"},
        "fence": {"N": "0"},
        "created_at": {"S": "2026-03-01T12:00:00Z"},
    })
}

/// Every kind there was, with its queue and an input: `person` has logged in, in `session`; `newcomer` has not verified the
/// address.
fn kinds(
    person: UserId,
    newcomer: UserId,
    session: SessionId,
    [export, other]: [TaskId; 2],
) -> Vec<(&'static str, &'static str, Value)> {
    let user = json!({"user_id": {"S": person.to_string()}});
    let stranger = json!({"user_id": {"S": newcomer.to_string()}});
    let email = |email: &str| json!({ "email": { "S": email } });
    let notice = |event: Value| {
        json!({
            "user_id": {"S": person.to_string()},
            "event": event,
            "at": {"S": "2026-03-01T12:00:00Z"},
        })
    };
    let of_session = |event: &str| json!({"M": {event: {"S": session.to_string()}}});
    vec![
        ("send_verification", "mail-urgent", stranger),
        ("send_verification", "mail-urgent", email("eve@example.com")),
        ("send_one_time_code", "mail-urgent", email("no@example.com")),
        ("send_welcome", "mail-bulk", user.clone()),
        ("send_password_reset", "mail-urgent", user.clone()),
        (
            "send_password_reset",
            "mail-urgent",
            email("ann@example.com"),
        ),
        ("send_email_change", "mail-urgent", user.clone()),
        (
            "send_security_notice",
            "mail-urgent",
            notice(json!({"S": "password_changed"})),
        ),
        (
            "send_security_notice",
            "mail-urgent",
            notice(json!({"S": "factor_added"})),
        ),
        (
            "send_security_notice",
            "mail-urgent",
            notice(of_session("new_device")),
        ),
        (
            "send_security_notice",
            "mail-urgent",
            notice(of_session("recovery_code_used")),
        ),
        ("send_deletion_notice", "mail-urgent", user.clone()),
        (
            "send_export_ready",
            "mail-bulk",
            json!({"user_id": {"S": person.to_string()}, "export_id": {"S": export.to_string()}}),
        ),
        (
            "send_pre_registration",
            "mail-bulk",
            email("early@example.com"),
        ),
        ("export_account", "work", user.clone()),
        ("delete_account", "work", user),
        (
            "delete_avatar",
            "work",
            json!({"user_id": {"S": person.to_string()}, "avatar_id": {"S": other.to_string()}}),
        ),
        (
            "delete_image",
            "work",
            json!({"product_id": {"S": person.to_string()}, "image_id": {"S": other.to_string()}}),
        ),
    ]
}

#[tokio::test]
async fn tasks_of_every_kind_that_were_stored_before_are_still_done() {
    let app = TestApp::start().await;
    let (person, session) = app.member_logged_in("ann@example.com").await;
    let newcomer = app.newcomer("eve@example.com").await;
    let id = || TaskId::new(app.now(), &mut app.app().random());
    let kinds = kinds(person.id, newcomer.id, session.session_id, [id(), id()]);
    let table = &app.table("tasks");
    let mut tasks = Vec::new();
    for (kind, queue, input) in &kinds {
        let task = id();
        app.aws()
            .put(table, &stored(task, kind, queue, input))
            .await;
        tasks.push((task, *kind));
    }

    app.deliver().await;

    let mut results = Vec::new();
    for (task, kind) in tasks {
        let row = app.task(task).await;
        assert_eq!((row.state, row.attempts), (TaskState::Success, 1), "{kind}");
        let result = row.result.unwrap_or_default();
        // Of mails the id is another each time; of copies the size is.
        let words: Vec<&str> = result.split(' ').take(2).collect();
        let numbers_gone = words.join(" ").replace(|c: char| c.is_ascii_digit(), "");
        results.push(format!("{kind}: {}", numbers_gone.trim()));
    }
    assert_eq!(
        results,
        [
            "send_verification: sent as",
            "send_verification: sent as",
            "send_one_time_code: nothing to",
            "send_welcome: sent as",
            "send_password_reset: sent as",
            "send_password_reset: sent as",
            "send_email_change: nothing to",
            "send_security_notice: sent as",
            "send_security_notice: sent as",
            "send_security_notice: sent as",
            "send_security_notice: sent as",
            "send_deletion_notice: nothing to",
            "send_export_ready: sent as",
            "send_pre_registration: nothing to",
            "export_account: bytes",
            "delete_account: the account",
            "delete_avatar: files",
            "delete_image: files",
        ]
    );
}
