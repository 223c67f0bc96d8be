use jiff::SignedDuration;
use operations_testing::{Call, LoggedIn, TestApp};
use serde_json::{Value, json};

fn call(who: &LoggedIn, body: &Value) -> Call {
    Call::post("/api/v1/admin/test-emails", body).with_token(&who.access)
}

#[tokio::test]
async fn a_test_mail_takes_the_way_of_every_mail() {
    let app = TestApp::start().await;
    let (person, admin) = app.admin().await;
    for (locale, subject) in [
        (json!(null), "Test mail from KinWise"),
        (json!("de-AT"), "Testnachricht von KinWise"),
    ] {
        let body = json!({"to": " Bob@Example.com", "locale": locale});
        let answer = app.call(call(&admin, &body)).await.expect(202);
        let id = answer.text("task_id").to_owned();

        app.deliver().await;

        let mail = app.mails_to("bob@example.com").await.pop().unwrap();
        assert_eq!(mail.subject, subject);
        assert!(mail.text.contains(&id) && mail.html.contains(&id));
        // The address is not kept with the task, nor in the log.
        for item in [app.tasks().await, app.audit().await].concat() {
            assert!(!item.to_string().contains("bob@"), "{item}");
        }
    }
    let audit = app.audit_of("TEST_MAIL_SENT").await;
    assert_eq!(audit.len(), 2);
    assert_eq!(audit[0]["actor"], person.id.to_string());
}

#[tokio::test]
async fn abuse_090_only_administrators_with_a_fresh_proof_send_test_mails() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let (_, ann) = app.member_logged_in("ann@example.com").await;
    let body = json!({"to": "bob@example.com"});
    for wrong in [
        json!({}),
        json!({"to": "bob"}),
        json!({"to": "bob@example.com,eve@example.com"}),
    ] {
        let answer = app.call(call(&admin, &wrong)).await;
        answer.expect_error_with(400, "invalid_fields", &["details"]);
        assert!(!answer.detail("to").is_empty());
    }
    app.call(call(&ann, &body))
        .await
        .expect_error(403, "forbidden");
    let nobody = Call::post("/api/v1/admin/test-emails", &body);
    app.call(nobody)
        .await
        .expect_error(401, "not_authenticated");
    app.advance(SignedDuration::from_mins(16));
    app.call(call(&admin, &body))
        .await
        .expect_error(403, "reauthentication_required");

    app.deliver().await;
    assert!(app.mails_to("bob@example.com").await.is_empty());
}
