//! What may be found by whoever reads the tables, the queues or the audit log.

use accounts_testing::TestApp;
use serde_json::Value;

#[tokio::test]
async fn abuse_048_no_password_code_or_token_is_in_any_table_or_queue() {
    let app = TestApp::start().await;
    let _ = app
        .register(&TestApp::registration("ann@example.com"))
        .await
        .expect(201);
    app.deliver().await;
    let link_token = app.token_of("ann@example.com").await;
    let _ = app.verify_email(&link_token).await.expect(200);
    let code = app.fresh_code("ann@example.com").await;
    let tokens = app.verify_otp("ann@example.com", &code).await.expect(200);
    let refreshed = app.refresh(tokens.text("refresh")).await.expect(200);
    let by_password = app.obtain_token("ann@example.com", TestApp::PASSWORD).await;
    let by_password = by_password.expect(200);
    for login in [
        "ann@example.com",
        "nobody@example.com",
        "staple horse battery",
    ] {
        let _ = app
            .obtain_token(login, "staple horse battery")
            .await
            .expect(401);
    }
    let _ = app.resend("ann@example.com").await.expect(200);
    app.relay().await;

    let mut stored: Vec<Value> = Vec::new();
    for table in ["identity", "tasks", "limits", "audit"] {
        let table = &app.table(table);
        stored.extend(app.scan(table).await);
    }
    let queued = app.waiting().await;
    assert!(!queued.is_empty());

    let everything = format!("{stored:?}{queued:?}");
    for secret in [
        TestApp::PASSWORD,
        "staple horse battery",
        by_password.text("access"),
        by_password.text("refresh"),
        &link_token,
        &link_token.replace('-', ""),
        tokens.text("access"),
        tokens.text("refresh"),
        refreshed.text("access"),
        refreshed.text("refresh"),
    ] {
        assert!(
            !secret.is_empty() && !everything.contains(secret),
            "{secret}"
        );
    }
    // Six digits may stand by chance inside a number; as a value of their own they may not.
    assert!(!everything.contains(&format!("\"{code}\"")));
    let audit = format!("{:?}", app.audit().await);
    assert!(!audit.contains("example.com"));
    // The counters' keys hold no address either.
    assert!(!format!("{:?}", app.scan(&app.table("limits")).await).contains("example"));
    app.deliver().await;
}
