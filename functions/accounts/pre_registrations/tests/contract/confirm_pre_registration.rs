use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::{PATH, confirm, confirm_call, leave, leave_call};

#[tokio::test]
async fn the_link_confirms_the_address_and_may_be_followed_again() {
    let app = TestApp::start().await;
    let token = leave(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_mins(5));

    let first = confirm(&app, &token).await.expect(200);
    app.advance(SignedDuration::from_mins(5));
    let second = confirm(&app, &token).await.expect(200);

    let message = "Your address is confirmed. We will write when we open.";
    assert_eq!(first.json, json!({ "message": message }));
    assert_eq!(second.json, first.json);
    let item = app
        .identity_item("PRE_REGISTRATION#ann@example.com", "PRE_REGISTRATION")
        .await;
    let confirmed_at: i64 = item["confirmed_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.now().as_millisecond() - confirmed_at, 5 * 60 * 1000);
    // Two years, and then it is forgotten.
    let ttl: i64 = item["ttl"].as_str().unwrap().parse().unwrap();
    assert_eq!(ttl, confirmed_at / 1000 + 730 * 24 * 3600);
    let entries = app.audit_of("PRE_REGISTRATION_CONFIRMED").await;
    assert_eq!(entries.len(), 1);
    assert!(!entries[0].to_string().contains("example.com"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_confirms() {
    let app = TestApp::start().await;
    let token = leave(&app, "ann@example.com").await;

    let answers = app.call_all((0..20).map(|_| confirm_call(&token))).await;

    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(app.audit_of("PRE_REGISTRATION_CONFIRMED").await.len(), 1);
}

#[tokio::test]
async fn every_link_of_an_address_is_good_for_three_days() {
    let app = TestApp::start().await;
    let old = leave(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_hours(71));
    let new = leave(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_hours(1));

    confirm(&app, &old).await.expect_error(400, "token_expired");
    let _ = confirm(&app, &new).await.expect(200);
}

#[tokio::test]
async fn abuse_023_a_token_of_another_kind_confirms_nothing() {
    let app = TestApp::start().await;
    let _ = app.newcomer("ann@example.com").await;
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    let verification = app.token_of("ann@example.com").await;
    let _ = app.call(leave_call("ann@example.com")).await.expect(200);
    app.deliver().await;
    let pre_registration = app.token_of("ann@example.com").await;
    assert_ne!(verification, pre_registration);

    confirm(&app, &verification)
        .await
        .expect_error(400, "invalid_token");
    app.verify_email(&pre_registration)
        .await
        .expect_error(400, "invalid_token");
}

#[tokio::test]
async fn what_is_no_link_of_ours_is_a_400() {
    let app = TestApp::start().await;
    for token in [
        "",
        "null",
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
        "' OR 1=1",
    ] {
        confirm(&app, token)
            .await
            .expect_error(400, "invalid_token");
    }
    let path = format!("{PATH}/confirm");
    for body in [json!({"token": 5}), json!({"token": {"$ne": null}})] {
        app.call(Call::post(&path, &body))
            .await
            .expect_error(400, "invalid_fields");
    }
    app.call(Call::get(&path))
        .await
        .expect_error(405, "method_not_allowed");
}

/// Its account was deleted, or its time was over.
#[tokio::test]
async fn an_address_that_is_forgotten_meanwhile_is_not_known_again() {
    let app = TestApp::start_watched().await;
    let token = leave(&app, "ann@example.com").await;
    let (table, pk) = (app.table("identity"), "PRE_REGISTRATION#ann@example.com");

    let forget = async { app.aws().remove(&table, pk, "PRE_REGISTRATION").await };
    let _ = app
        .call_held_at("TransactWriteItems", confirm_call(&token), forget)
        .await;

    let item = app.identity_item(pk, "PRE_REGISTRATION").await;
    assert_eq!(item, serde_json::Value::Null);
    assert!(app.audit_of("PRE_REGISTRATION_CONFIRMED").await.is_empty());
}
