//! The copy of all data.

use cloud::FileKey;
use domain::id::TaskId;
use domain::task::TaskState;
use jiff::SignedDuration;
use serde_json::{Value, json};
use test_support::{Answer, Call, Fault, LoggedIn, Person, TestApp};

async fn logged_in(app: &TestApp, email: &str) -> (Person, LoggedIn) {
    let person = app.member(email).await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    app.call(Call::new("POST", "/api/v1/users/me/export/").with_token(token))
        .await
}

async fn show(app: &TestApp, token: &str, id: &str) -> Answer {
    let call = Call::get(&format!("/api/v1/users/me/exports/{id}/"));
    app.call(call.with_token(token)).await
}

async fn read(app: &TestApp, person: &Person, id: &str) -> Option<Value> {
    let key = FileKey::Export(person.id, id.parse::<TaskId>().unwrap());
    let bytes = app.app().files().get(&key).await.unwrap();
    bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn a_copy_holds_all_that_is_known_and_no_secret() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let change = Call::new("PATCH", "/api/v1/users/me/")
        .with_header("content-type", "application/json")
        .with_body(json!({"phone_number": "+4930123456", "locale": "de"}).to_string());
    let _ = app
        .call(change.with_token(&tokens.access))
        .await
        .expect(200);

    let asked = ask(&app, &tokens.access).await.expect(202);
    let id = asked.text("export_id");
    show(&app, &tokens.access, id)
        .await
        .expect_error(409, "export_pending");
    app.deliver().await;

    let mails = app.mails_to(&person.email).await;
    let mail = mails.last().unwrap();
    assert!(mail.text.contains(id), "{}", mail.text);
    let copy = read(&app, &person, id).await.unwrap();
    assert_eq!(copy["account"]["email"], "ann@example.com");
    assert_eq!(copy["account"]["phone_number"], "+4930123456");
    assert_eq!(copy["sessions"][0]["id"], tokens.session_id.to_string());
    assert_eq!(copy["devices"].as_array().unwrap().len(), 1);
    let done: Vec<_> = copy["activity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert!(
        done.contains(&"LOGIN") && done.contains(&"PROFILE_CHANGED"),
        "{done:?}"
    );
    let text = copy.to_string();
    for secret in [
        "argon2",
        "hash",
        "digest",
        "password\"",
        tokens.access.as_str(),
    ] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[tokio::test]
async fn a_copy_can_be_fetched_for_a_day() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let asked = ask(&app, &tokens.access).await.expect(202);
    let id = asked.text("export_id").to_owned();
    app.deliver().await;

    let shown = show(&app, &tokens.access, &id).await.expect(200);

    assert_eq!(shown.json["expires_in"], 300);
    let url = shown.text("url");
    assert!(
        url.contains(&format!("exports/{}/{id}.json", person.id)),
        "{url}"
    );
    assert!(
        url.contains("X-Amz-Expires=300") && url.contains("attachment"),
        "{url}"
    );
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(app.audit_of("EXPORT_FETCHED").await.len(), 1);

    app.advance(SignedDuration::from_hours(24));
    let tokens = app.refresh(&tokens.refresh).await.expect(200);
    show(&app, tokens.text("access"), &id)
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn abuse_058_somebody_elses_copy_is_a_404() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app, "ann@example.com").await;
    let (_, eve) = logged_in(&app, "eve@example.com").await;
    let asked = ask(&app, &tokens.access).await.expect(202);
    app.deliver().await;

    // Hers, of another kind, made up.
    let other_task = app.tasks().await[0]["id"].as_str().unwrap().to_owned();
    for id in [
        asked.text("export_id"),
        other_task.as_str(),
        "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11",
        "..%2F..%2Fuploads",
    ] {
        show(&app, &eve.access, id)
            .await
            .expect_error(404, "not_found");
    }
    let call = Call::get(&format!(
        "/api/v1/users/me/exports/{}/",
        asked.text("export_id")
    ));
    app.call(call).await.expect_error(401, "not_authenticated");
    let call = Call::new("POST", "/api/v1/users/me/export/");
    app.call(call).await.expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn an_account_has_two_copies_a_day() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app, "ann@example.com").await;
    for _ in 0..2 {
        let _ = ask(&app, &tokens.access).await.expect(202);
    }

    ask(&app, &tokens.access)
        .await
        .expect_error(429, "rate_limited");

    app.deliver().await;
}

#[tokio::test]
async fn abuse_079_a_copy_delivered_twice_is_told_of_once() {
    let app = TestApp::start_watched().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let asked = ask(&app, &tokens.access).await.expect(202);
    let id = asked.text("export_id").parse::<TaskId>().unwrap();
    app.relay().await;
    let event = app.sqs_event("work", &app.receive("work", 0).await);
    // The worker dies after the file and the mail's task were written, before it could say so.
    app.dynamodb().pass_next_of("TransactWriteItems", 1);
    app.dynamodb().pass_next_of("UpdateItem", 1);
    app.dynamodb().fail_next_of("UpdateItem", 4, &Fault::Drop);
    let _ = app.work(event.clone()).await;
    assert_eq!(app.task(id).await.state, TaskState::Started);

    app.dynamodb().heal();
    app.advance(SignedDuration::from_secs(36));
    assert!(app.work(event).await.is_empty());
    app.deliver().await;

    assert_eq!(app.task(id).await.state, TaskState::Success);
    let told = app.mails_to(&person.email).await;
    let told = told
        .iter()
        .filter(|mail| mail.text.contains(&id.to_string()))
        .count();
    assert_eq!(told, 1);
    app.leave_work_undone();
}
