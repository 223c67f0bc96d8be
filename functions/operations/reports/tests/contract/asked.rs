use operations_testing::{Call, TestApp};
use serde_json::json;

use crate::support::asking;

#[tokio::test]
async fn a_report_is_for_those_who_may_read_reports() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    let body = asking("activity", "2026-02");

    let call = Call::post("/api/v1/tasks", &body).with_token(&ann.access);
    app.call(call).await.expect_error(403, "forbidden");
    assert!(
        app.tasks()
            .await
            .iter()
            .all(|task| task["kind"] != "report")
    );
    // What anybody may ask for, anybody may still ask for.
    let add = json!({"type": "add", "x": 1, "y": 2});
    let _ = app.ask_for(&ann, &add).await;

    let call = Call::post("/api/v1/tasks", &body).with_token(&admin.access);
    let accepted = app.call(call).await.expect(202);
    assert_eq!(
        accepted.json["parameters"],
        json!({"report": "activity", "month": "2026-02"})
    );
    app.leave_work_undone();
}

#[tokio::test]
async fn a_report_that_cannot_be_made_is_refused_with_the_field() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (body, field) in [
        (asking("activity", "2026-04"), "month"),
        // The audit log is kept for a year, and tasks for 30 days: it is the first of March, and a day of January
        // is left.
        (asking("activity", "2025-02"), "month"),
        (asking("tasks", "2025-12"), "month"),
        (asking("mail", "2025-12"), "month"),
        (asking("mail", "2026-13"), "month"),
        (asking("mail", "february"), "month"),
        (asking("money", "2026-02"), "report"),
        (json!({"type": "report", "report": "mail"}), "month"),
        (json!({"type": "report", "month": "2026-02"}), "report"),
        (
            json!({"type": "report", "report": "mail", "month": "2026-02", "to": "x"}),
            "to",
        ),
    ] {
        let call = Call::post("/api/v1/tasks", &body).with_token(&admin.access);
        let answer = app.call(call).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{body}");
    }
    for (report, month) in [
        ("activity", "2025-03"),
        ("tasks", "2026-01"),
        ("mail", "2026-03"),
    ] {
        let _ = app.ask_for(&admin, &asking(report, month)).await;
    }
    app.leave_work_undone();
}
