//! A reset while the tables do not do what they are asked: it happens as a whole or not at all.

use accounts_testing::{Fault, TestApp};

use super::super::request_password_reset::{forgot_call, reset_token};
use super::{NEW, a_moment_later, reset_call};

#[tokio::test]
async fn a_reset_that_fails_changes_nothing_and_can_be_tried_again() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    let token = reset_token(&app, "ann@example.com").await;

    for operation in ["GetItem", "TransactWriteItems"] {
        // More often than the SDK tries.
        app.dynamodb().fail_next_of(operation, 20, &Fault::fail());
        app.call(reset_call(&token))
            .await
            .expect_error(503, "unavailable");
        app.dynamodb().heal();
        let _ = app.me(&session.access).await.expect(200);
    }
    a_moment_later(&app);
    let _ = app.call(reset_call(&token)).await.expect(200);

    let _ = app.me(&session.access).await.expect(401);
    assert_eq!(app.audit_of("PASSWORD_RESET").await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn a_lost_answer_of_the_table_resets_once() {
    let app = TestApp::start_watched().await;
    let _ = app.member("ann@example.com").await;
    let token = reset_token(&app, "ann@example.com").await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let _ = app.call(reset_call(&token)).await.expect(200);

    let _ = app.obtain_token("ann@example.com", NEW).await.expect(200);
    assert_eq!(app.audit_of("PASSWORD_RESET").await.len(), 1);
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 2);
}

#[tokio::test]
async fn a_worker_that_dies_after_it_made_the_link_makes_another_that_is_good() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.call(forgot_call("ann@example.com")).await.expect(200);
    app.relay().await;
    // The link is in the table, and its mail is lost.
    app.ses().fail_next(1, &Fault::fail());
    app.deliver().await;
    assert!(app.mails().await.is_empty());

    app.bring_back().await;
    app.deliver().await;

    let token = app.token_of("ann@example.com").await;
    let _ = app.call(reset_call(&token)).await.expect(200);
    app.deliver().await;
}
