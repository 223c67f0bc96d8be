//! One link in several hands, and log-ins while a password is reset.

use accounts_testing::TestApp;

use super::super::request_password_reset::reset_token;
use super::{NEW, reset_call};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_027_of_many_uses_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;

    let answers = app.call_all((0..10).map(|_| reset_call(&token))).await;

    let successes = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(successes.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.expect_error(400, "invalid_token");
    }
    assert_eq!(app.audit_of("PASSWORD_RESET").await.len(), 1);
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_with_the_old_password_does_not_outlive_the_reset() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    let calls = (0..9).map(|position| match position {
        4 => reset_call(&token),
        _ => TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD),
    });

    let answers = app.call_all(calls).await;

    let _ = answers[4].clone().expect(200);
    for answer in answers
        .iter()
        .filter(|answer| answer.json["access"] != serde_json::Value::Null)
    {
        let _ = app.me(answer.text("access")).await.expect(401);
        let _ = app.refresh(answer.text("refresh")).await.expect(401);
    }
    let _ = app.obtain_token("ann@example.com", NEW).await;
    app.deliver().await;
}
