//! One address in several hands, and tables that fail.

use accounts_testing::{Call, Fault, TestApp};
use serde_json::{Value, json};

use super::{asked, change_call, confirm_call, logged_in, user};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_027_of_many_uses_of_a_link_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "ann@example.com").await;
    let token = asked(&app, &session, "new@example.com").await;

    let answers = app.call_all((0..10).map(|_| confirm_call(&token))).await;

    let successes = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(successes.count(), 1);
    assert_eq!(app.audit_of("EMAIL_CHANGED").await.len(), 1);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_accounts_that_want_one_address_one_gets_it() {
    let app = TestApp::start().await;
    let (ann, anns) = logged_in(&app, "ann@example.com").await;
    let (bob, bobs) = logged_in(&app, "bob@example.com").await;
    let tokens = [
        asked(&app, &anns, "wanted@example.com").await,
        asked(&app, &bobs, "wanted@example.com").await,
    ];

    let answers = app
        .call_all(tokens.iter().map(|token| confirm_call(token)))
        .await;

    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let mut addresses = [
        user(&app, &ann).await["email"].clone(),
        user(&app, &bob).await["email"].clone(),
    ];
    addresses.sort_by_key(ToString::to_string);
    assert_eq!(addresses[1], "wanted@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn a_change_that_fails_changes_nothing_and_can_be_tried_again() {
    let app = TestApp::start_watched().await;
    let (person, session) = logged_in(&app, "old@example.com").await;
    let fail = || {
        app.dynamodb()
            .fail_next_of("TransactWriteItems", 20, &Fault::fail());
    };
    fail();
    app.call(change_call(&session, "new@example.com"))
        .await
        .expect_error(503, "unavailable");
    app.dynamodb().heal();
    let token = asked(&app, &session, "new@example.com").await;

    fail();
    app.call(confirm_call(&token))
        .await
        .expect_error(503, "unavailable");
    app.dynamodb().heal();
    assert_eq!(user(&app, &person).await["email"], "old@example.com");
    let _ = app
        .obtain_token("old@example.com", TestApp::PASSWORD)
        .await
        .expect(200);

    let _ = app.call(confirm_call(&token)).await.expect(200);
    assert_eq!(user(&app, &person).await["email"], "new@example.com");
    app.deliver().await;
}

#[tokio::test]
async fn a_lost_answer_of_the_table_changes_it_once() {
    let app = TestApp::start_watched().await;
    let (_, session) = logged_in(&app, "old@example.com").await;
    let token = asked(&app, &session, "new@example.com").await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let _ = app.call(confirm_call(&token)).await.expect(200);

    app.deliver().await;
    assert_eq!(app.mails_to("old@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_worker_that_dies_after_it_made_the_link_makes_another_that_is_good() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app, "old@example.com").await;
    let call = change_call(&session, "new@example.com");
    let _ = app.call(call).await.expect(200);
    app.ses().fail_next(1, &Fault::fail());
    app.deliver().await;
    assert!(app.mails().await.is_empty());

    app.bring_back().await;
    app.deliver().await;

    let token = app.token_of("new@example.com").await;
    let _ = app.call(confirm_call(&token)).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_while_its_password_is_checked_asks_for_nothing() {
    let app = TestApp::start_watched().await;
    let person = app.member("old@example.com").await;
    for is_alone in [true, false] {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let [alone, with_all] = TestApp::ending_calls(&session, &other);
        let end = if is_alone { alone } else { with_all };

        app.call_with_another_meanwhile(change_call(&session, "new@example.com"), end)
            .await
            .expect_error(401, "not_authenticated");
    }

    assert_eq!(user(&app, &person).await["pending_email"], Value::Null);
    assert!(app.audit_of("EMAIL_CHANGE_REQUESTED").await.is_empty());
    app.deliver().await;
    assert!(app.mails_to("new@example.com").await.is_empty());
}

#[tokio::test]
async fn what_happens_to_an_account_while_its_address_changes_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("email_change", json!({"S": "of a newer link"})),
        ("email", json!({"S": "other@example.com"})),
        ("pending_email", json!({"S": "other@example.com"})),
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, session) = logged_in(&app, &format!("ann{number}@example.com")).await;
        let wanted = format!("new{number}@example.com");
        let token = asked(&app, &session, &wanted).await;

        let change = app.edit_user(person.id, attribute, value);
        let answer = app
            .call_held_at("TransactWriteItems", confirm_call(&token), change)
            .await;

        assert!(
            (400..500).contains(&answer.status),
            "{attribute} {}",
            answer.json
        );
        assert_ne!(user(&app, &person).await["email"], wanted);
    }
    app.deliver().await;
}

#[tokio::test]
async fn an_account_that_is_closed_meanwhile_asks_for_no_other_address() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("email_verified", json!({"BOOL": false})),
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, session) = logged_in(&app, &format!("ann{number}@example.com")).await;

        let close = app.edit_user(person.id, attribute, value);
        let ask = change_call(&session, "new@example.com");
        let answer = app.call_held_at("TransactWriteItems", ask, close).await;

        assert!(
            (400..500).contains(&answer.status),
            "{attribute} {}",
            answer.json
        );
        assert!(user(&app, &person).await["pending_email"].is_null());
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_link_is_not_sent_once_its_address_is_wanted_no_more() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("pending_email", json!({"S": "other@example.com"})),
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
    ]
    .into_iter()
    .enumerate()
    {
        let (person, session) = logged_in(&app, &format!("ann{number}@example.com")).await;
        let wanted = format!("new{number}@example.com");
        let _ = app.call(change_call(&session, &wanted)).await.expect(200);

        let change = app.edit_user(person.id, attribute, value);
        let send = Box::pin(app.deliver());
        app.held_at("TransactWriteItems", send, change).await;

        assert!(app.mails_to(&wanted).await.is_empty(), "{attribute}");
        assert!(user(&app, &person).await["email_change"].is_null());
    }
}

/// Whoever has the old mailbox must not get a link for the account by it.
#[tokio::test]
async fn a_link_that_is_on_its_way_is_not_sent_to_an_address_that_is_given_up() {
    let app = TestApp::start_watched().await;
    for (number, path) in ["password/forgot", "resend-verification"]
        .into_iter()
        .enumerate()
    {
        let person = app.newcomer(&format!("ann{number}@example.com")).await;
        let body = json!({ "email": person.email });
        let call = Call::post(&format!("/api/v1/auth/{path}"), &body);
        let _ = app.call(call).await.expect(200);

        let change = app.edit_user(person.id, "email", json!({"S": "new@example.com"}));
        let send = Box::pin(app.deliver());
        app.held_at("TransactWriteItems", send, change).await;

        assert!(app.mails_to(&person.email).await.is_empty(), "{path}");
        let user = user(&app, &person).await;
        assert!(user["password_reset"].is_null() && user["verification"].is_null());
    }
}

#[tokio::test]
async fn a_newer_wish_outlives_the_older_one_whose_address_is_taken() {
    let app = TestApp::start_watched().await;
    let (person, session) = logged_in(&app, "ann@example.com").await;
    let token = asked(&app, &session, "wanted@example.com").await;
    let _ = app.member("wanted@example.com").await;

    let newer = app.edit_user(person.id, "email_change", json!({"S": "of a newer link"}));
    let answer = app
        .call_held_at("UpdateItem", confirm_call(&token), newer)
        .await;

    answer.expect_error(409, "email_taken");
    let user = user(&app, &person).await;
    assert_eq!(user["email_change"], "of a newer link");
    assert_eq!(user["pending_email"], "wanted@example.com");
}
