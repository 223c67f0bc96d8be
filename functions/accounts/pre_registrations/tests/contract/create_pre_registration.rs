use accounts_testing::{Call, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::{PATH, confirm, leave, leave_call};

const MESSAGE: &str = "Thank you. If the address is not confirmed yet, a link has been sent.";

#[tokio::test]
async fn an_address_is_kept_and_a_link_is_mailed() {
    let app = TestApp::start().await;

    let answer = app.call(leave_call(" Ann@Example.com ")).await.expect(200);

    assert_eq!(answer.json, json!({ "message": MESSAGE }));
    assert_eq!(answer.header("cache-control"), "no-store");
    let item = app
        .identity_item("PRE_REGISTRATION#ann@example.com", "PRE_REGISTRATION")
        .await;
    assert_eq!(item["email"], "ann@example.com");
    let ttl: i64 = item["ttl"].as_str().unwrap().parse().unwrap();
    assert_eq!(ttl - app.now().as_second(), 7 * 24 * 3600);
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    let link = mails[0].link().unwrap();
    assert!(link.starts_with(&format!(
        "{}/pre-registration?token=",
        accounts_testing::FRONTEND_URL
    )));
    // The secret is in the mail alone.
    let token = mails[0].token().unwrap();
    for table in [&app.table("identity"), &app.table("tasks")] {
        assert!(!format!("{:?}", app.scan(table).await).contains(&token));
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let app = TestApp::start().await;
    for body in [
        json!({}),
        json!({"email": ""}),
        json!({"email": "ann"}),
        json!({"email": ["a@b.example"]}),
    ] {
        let answer = app.call(Call::post(PATH, &body)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("email").is_empty());
    }
    assert!(app.tasks().await.is_empty());
}

#[tokio::test]
async fn the_audit_log_holds_the_request_without_the_address() {
    let app = TestApp::start().await;
    let _ = app
        .call(leave_call("ann@example.com").from("203.0.113.7"))
        .await
        .expect(200);
    app.deliver().await;

    let entries = app.audit_of("PRE_REGISTERED").await;

    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["client"], "203.0.113.7");
    assert!(!entries[0].to_string().contains("example.com"));
}

#[tokio::test]
async fn abuse_006_the_answer_is_the_same_for_every_address() {
    let app = TestApp::start_watched().await;
    // Addresses of one length: what is compared is what is known of them, not how they are spelt.
    let _ = app.member("member-x-@example.com").await;
    let _ = leave(&app, "pending--@example.com").await;
    let token = leave(&app, "confirmed@example.com").await;
    let _ = confirm(&app, &token).await.expect(200);
    app.advance(SignedDuration::from_mins(1));

    let mut seen = Vec::new();
    for email in [
        "member-x-@example.com",
        "pending--@example.com",
        "confirmed@example.com",
        "nobody-x-@example.com",
    ] {
        app.dynamodb().forget();
        let answer = app.call(leave_call(email)).await.expect(200);
        let headers = answer.header_lines();
        let calls = app.dynamodb().seen();
        let is_read = |call: &String| call.contains("Get") || call.contains("Query");
        assert!(!calls.iter().any(is_read), "{calls:?}");
        // One that counts the second call of a window takes a write more than one that opens it, whatever the address.
        seen.push((answer.json, headers, calls.last().cloned()));
    }
    for other in &seen[1..] {
        assert_eq!(other, &seen[0]);
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_confirmed_address_gets_no_further_mail_and_stays_confirmed() {
    let app = TestApp::start().await;
    let token = leave(&app, "ann@example.com").await;
    let _ = confirm(&app, &token).await.expect(200);
    let key = ("PRE_REGISTRATION#ann@example.com", "PRE_REGISTRATION");
    let before = app.identity_item(key.0, key.1).await;
    app.advance(SignedDuration::from_hours(1));

    let _ = app.call(leave_call("ann@example.com")).await.expect(200);
    app.deliver().await;

    assert_eq!(app.mails_to("ann@example.com").await.len(), 1);
    assert_eq!(app.identity_item(key.0, key.1).await, before);
}

#[tokio::test]
async fn abuse_007_a_stranger_gets_three_mails_an_hour_at_most() {
    let app = TestApp::start().await;
    for expected in [200, 200, 200, 429, 429] {
        let _ = app
            .call(leave_call("victim@example.com"))
            .await
            .expect(expected);
        app.deliver().await;
    }
    assert_eq!(app.mails_to("victim@example.com").await.len(), 3);

    app.advance(SignedDuration::from_hours(1));
    let _ = app.call(leave_call("victim@example.com")).await.expect(200);
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_036_of_a_hundred_at_once_a_client_gets_five_through() {
    let app = TestApp::start().await;
    let calls = (0..100)
        .map(|position| leave_call(&format!("ann{position}@example.com")).from("192.0.2.1"));

    let answers = app.call_all(calls).await;

    let passed = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(passed, 5);
    assert!(
        answers
            .iter()
            .all(|answer| [200, 429].contains(&answer.status))
    );
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 5);
}

#[tokio::test]
async fn abuse_041_nobody_leaves_a_confirmed_address() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "ann@example.com", "confirmed_at": "2026-01-01T00:00:00Z", "kept_until": 9_999_999_999_u64,
        "id": "x", "ttl": 0,
    });

    let _ = app.call(Call::post(PATH, &body)).await.expect(200);
    app.deliver().await;

    let item = app
        .identity_item("PRE_REGISTRATION#ann@example.com", "PRE_REGISTRATION")
        .await;
    assert!(item.get("confirmed_at").is_none() && item.get("kept_until").is_none());
}
