//! A registration while the tables do not do what they are asked.

use accounts_testing::{Fault, TestApp};

use super::registration;

#[tokio::test]
async fn a_transaction_that_meets_another_is_tried_again() {
    let app = TestApp::start_watched().await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 3, &Fault::TransactionConflict);

    let _ = app
        .register(&registration("ann@example.com"))
        .await
        .expect(201);

    assert_eq!(
        app.dynamodb()
            .seen()
            .iter()
            .filter(|name| *name == "TransactWriteItems")
            .count(),
        5
    );
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_table_registers_once() {
    let app = TestApp::start_watched().await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let _ = app
        .register(&registration("ann@example.com"))
        .await
        .expect(201);

    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn a_failing_table_is_a_503_that_tells_nothing() {
    let app = TestApp::start_watched().await;
    app.dynamodb().fail_always(Fault::Refuse(
        500,
        "InternalServerError",
        "host 10.0.0.7 is down",
    ));

    let answer = app.register(&registration("ann@example.com")).await;

    answer.expect_error(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    assert!(!String::from_utf8_lossy(&answer.body).contains("10.0.0.7"));
    app.dynamodb().heal();
    let _ = app
        .register(&registration("ann@example.com"))
        .await
        .expect(201);
    app.deliver().await;
}

#[tokio::test]
async fn a_refusing_table_is_a_500_that_tells_nothing() {
    let app = TestApp::start_watched().await;
    let fault = Fault::Refuse(
        400,
        "AccessDeniedException",
        "not authorized on table kinwise-identity",
    );
    app.dynamodb().fail_always(fault);

    let answer = app.register(&registration("ann@example.com")).await;

    answer.expect_error(500, "internal");
    assert_eq!(answer.text("error"), "Something went wrong on our side.");
    app.dynamodb().heal();
}
