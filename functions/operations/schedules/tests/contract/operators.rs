use operations_testing::{Answer, Call, LoggedIn, TestApp};
use serde_json::json;

async fn post(app: &TestApp, who: &LoggedIn, path: &str) -> Answer {
    let call = Call::new("POST", &format!("/api/v1/admin/schedules/{path}"));
    app.call(call.with_token(&who.access)).await
}

async fn get(app: &TestApp, who: &LoggedIn, path: &str) -> Answer {
    let call = Call::get(&format!("/api/v1/admin/schedules{path}"));
    app.call(call.with_token(&who.access)).await
}

#[tokio::test]
async fn schedules_are_listed_with_their_latest_run() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    assert_eq!(
        get(&app, &admin, "").await.expect(200).json["schedules"],
        json!([])
    );
    app.watch_schedules().await.unwrap();
    app.purge().await;

    let listed = get(&app, &admin, "").await.expect(200).json;

    let purge = &listed["schedules"][0];
    assert_eq!(purge["name"], "purge_accounts");
    assert_eq!(
        purge["about"],
        "Hands accounts over to be deleted whose time is up"
    );
    assert_eq!(
        (&purge["expression"], &purge["enabled"]),
        (&json!("cron(0 * * * ? *)"), &json!(true))
    );
    assert_eq!(purge["time_zone"], "Europe/Berlin");
    assert_eq!(
        purge["last_run"],
        json!({
            "slot": "2026-03-01T12:00:00Z",
            "manual": false,
            "outcome": "done",
            "tries": 1,
            "started_at": "2026-03-01T12:00:00Z",
            "duration_ms": 0,
            "counts": {"handed_over": 0},
            "error": null,
        })
    );
    let rotation = &listed["schedules"][3];
    assert_eq!(
        (&rotation["name"], &rotation["last_run"]),
        (&json!("rotate_signing_key"), &json!(null))
    );
    app.advance(jiff::SignedDuration::from_hours(1));
    app.purge().await;
    let admin = app.log_in(&person).await;
    let runs = get(&app, &admin, "/purge_accounts/runs")
        .await
        .expect(200)
        .json;
    let slots: Vec<_> = runs["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| &run["slot"])
        .collect();
    assert_eq!(slots, ["2026-03-01T13:00:00Z", "2026-03-01T12:00:00Z"]);
}

#[tokio::test]
async fn a_schedule_is_switched_off_and_on() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.watch_schedules().await.unwrap();

    let off = post(&app, &admin, "purge_accounts/disable")
        .await
        .expect(200)
        .json;
    assert_eq!(off, json!({"name": "purge_accounts", "enabled": false}));
    let _ = post(&app, &admin, "purge_accounts/disable")
        .await
        .expect(200);
    assert_eq!(
        get(&app, &admin, "").await.json["schedules"][0]["enabled"],
        false
    );
    app.purge().await;
    let runs = get(&app, &admin, "/purge_accounts/runs")
        .await
        .expect(200)
        .json;
    assert_eq!(runs["results"][0]["outcome"], "disabled");
    let on = post(&app, &admin, "purge_accounts/enable")
        .await
        .expect(200)
        .json;
    assert_eq!(on["enabled"], true);

    assert_eq!(app.audit_of("SCHEDULE_DISABLED").await.len(), 1);
    let audit = app.audit_of("SCHEDULE_ENABLED").await;
    assert_eq!(audit[0]["object"], "schedule/purge_accounts");
}

#[tokio::test]
async fn a_schedule_that_nobody_knows_is_a_404() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.watch_schedules().await.unwrap();
    for path in [
        "feed_cat/run",
        "feed_cat/enable",
        "feed_cat/disable",
        "%2e%2e/run",
    ] {
        post(&app, &admin, path)
            .await
            .expect_error(404, "not_found");
    }
    get(&app, &admin, "/feed_cat/runs")
        .await
        .expect_error(404, "not_found");
    assert!(app.audit_of("SCHEDULE_RUN").await.is_empty());
}

#[tokio::test]
async fn a_function_that_is_not_there_is_a_503() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.watch_schedules().await.unwrap();

    let answer = post(&app, &admin, "sweep_tasks/run").await;

    answer.expect_error(503, "unavailable");
    // That it was wanted is in the log.
    assert_eq!(app.audit_of("SCHEDULE_RUN").await.len(), 1);
}

#[tokio::test]
async fn abuse_090_nobody_else_sees_or_runs_schedules() {
    let app = TestApp::start().await;
    app.watch_schedules().await.unwrap();
    let ann = app.log_in(&app.member("ann@example.com").await).await;
    for (method, path) in [
        ("GET", ""),
        ("GET", "/purge_accounts/runs"),
        ("POST", "/purge_accounts/run"),
        ("POST", "/purge_accounts/enable"),
        ("POST", "/purge_accounts/disable"),
    ] {
        let call = || Call::new(method, &format!("/api/v1/admin/schedules{path}"));
        app.call(call())
            .await
            .expect_error(401, "not_authenticated");
        app.call(call().with_token(&ann.access))
            .await
            .expect_error(403, "forbidden");
    }
}
