//! Every kind of mail: that it arrives, with what, and when it is not sent.

use accounts::jobs::{
    Recipient, SecurityEvent, SendDeletionNotice, SendEmailChange, SendExportReady,
    SendOneTimeCode, SendPasswordReset, SendPreRegistration, SendSecurityNotice, SendVerification,
    SendWelcome,
};
use accounts_testing::{FRONTEND_URL, Mail, TestApp};
use jiff::SignedDuration;
use kernel::email::EmailAddress;
use kernel::id::UserId;
use kernel::task::TaskState;
use serde_json::json;

fn email() -> EmailAddress {
    EmailAddress::parse("ann@example.com").unwrap()
}

async fn the_mail(app: &TestApp) -> Mail {
    let mut mails = app.mails().await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    let mail = mails.remove(0);
    assert_eq!(mail.to, "ann@example.com");
    assert_eq!(mail.from, "\"KinWise\" <no-reply@kinwise.example>");
    assert!(mail.html.starts_with("<!DOCTYPE html>"));
    mail
}

#[tokio::test]
async fn a_verification_carries_the_link_and_says_when_it_ends() {
    let app = TestApp::start().await;
    let person = app.newcomer("ann@example.com").await;
    let id = app
        .record_work(&SendVerification(Recipient::UserId(person.id)))
        .await;

    app.deliver().await;

    let mail = the_mail(&app).await;
    assert_eq!(mail.subject, "Verify your e-mail for KinWise");
    let link = mail.link().unwrap();
    assert!(link.starts_with(&format!("{FRONTEND_URL}/verify-email?token=")));
    assert!(mail.html.contains(&link));
    assert!(mail.text.contains("Hello Ann,"));
    assert!(mail.text.contains("24 hours, on 2 March 2026 at 12:00 UTC"));
    assert!(mail.text.contains("Did you not register"));
    assert!(
        mail.text
            .contains("registered on\n1 March 2026, 12:00:00 UTC")
    );
    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Success, 1));
    assert_eq!(task.result, Some(format!("sent as {}", mail.id)));
    let _ = app.verify_email(&mail.token().unwrap()).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_code_is_in_both_parts_and_not_in_the_subject() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    // The time runs from the request, so a late mail says what is left.
    app.advance(SignedDuration::from_mins(4));

    app.deliver().await;

    let mail = the_mail(&app).await;
    let code = mail.code().unwrap();
    assert_eq!(mail.subject, "Your KinWise login code");
    assert!(mail.html.contains(&code));
    assert!(mail.text.contains("6 minutes, at 12:10 UTC"));
    assert!(mail.text.contains("Did you not ask for a code?"));
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

#[tokio::test]
async fn a_welcome_greets() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.record_work(&SendWelcome { user_id: person.id }).await;

    app.deliver().await;

    let mail = the_mail(&app).await;
    assert_eq!(mail.subject, "Welcome to KinWise");
    assert_eq!(mail.link().as_deref(), Some(FRONTEND_URL));
}

#[tokio::test]
async fn a_name_that_is_none_is_not_greeted_by() {
    let app = TestApp::start().await;
    let mut body = TestApp::registration("ann@example.com");
    body["first_name"] = "Win 1000 EUR now at evil.example".into();
    let _ = app.register(&body).await.expect(201);

    app.deliver().await;

    let mail = the_mail(&app).await;
    assert!(
        mail.text.contains("Hello ann@example.com,"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}

#[tokio::test]
async fn a_code_that_was_superseded_is_not_sent() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.relay().await;
    app.advance(SignedDuration::from_secs(1));
    let _ = app.request_otp("ann@example.com").await.expect(200);

    app.deliver().await;

    let mail = the_mail(&app).await;
    let tasks = app.tasks().await;
    assert_eq!(
        (&tasks[0]["state"], &tasks[1]["state"]),
        (&"FAILURE".into(), &"SUCCESS".into())
    );
    assert!(tasks[0]["redrivable"].is_null());
    assert!(
        tasks[0]["last_error"]
            .as_str()
            .unwrap()
            .contains("no longer good")
    );
    let _ = app
        .verify_otp("ann@example.com", &mail.code().unwrap())
        .await
        .expect(200);
}

#[tokio::test]
async fn a_code_that_has_expired_is_not_sent() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    app.advance(SignedDuration::from_mins(10));

    app.deliver().await;

    assert!(app.mails().await.is_empty());
    assert_eq!(app.tasks().await[0]["state"], "FAILURE");
}

#[tokio::test]
async fn a_code_that_was_guessed_at_before_it_was_sent_still_has_its_tries() {
    let app = TestApp::start().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    for _ in 0..6 {
        let _ = app
            .verify_otp("ann@example.com", "000000")
            .await
            .expect(400);
    }

    app.deliver().await;

    let mail = the_mail(&app).await;
    let _ = app
        .verify_otp("ann@example.com", &mail.code().unwrap())
        .await
        .expect(200);
}

#[tokio::test]
async fn a_link_is_not_sent_to_who_is_verified_by_then() {
    let app = TestApp::start().await;
    let person = app.newcomer("ann@example.com").await;
    let first = app
        .record_work(&SendVerification(Recipient::UserId(person.id)))
        .await;
    app.deliver().await;
    let second = app
        .record_work(&SendVerification(Recipient::Email(email())))
        .await;
    app.relay().await;
    let _ = app
        .verify_email(&app.token_of("ann@example.com").await)
        .await
        .expect(200);

    app.deliver().await;

    let subjects: Vec<String> = app
        .mails()
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(
        subjects,
        ["Verify your e-mail for KinWise", "Welcome to KinWise"]
    );
    assert_eq!(app.task(first).await.state, TaskState::Success);
    let task = app.task(second).await;
    assert_eq!(task.state, TaskState::Success);
    assert_eq!(
        task.result.as_deref(),
        Some("nothing to send: the address is verified")
    );
}

#[tokio::test]
async fn nothing_is_sent_where_there_is_nobody() {
    let app = TestApp::start().await;
    let nobody = UserId::new(app.now(), &mut app.app().random());
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    let sent = app.mails().await.len();
    app.delete_account(&person).await;
    let mut ids = Vec::new();
    let new = app.app();
    for task in [
        new.task(&SendVerification(Recipient::UserId(nobody))),
        new.task(&SendVerification(Recipient::Email(email()))),
        new.task(&SendOneTimeCode { email: email() }),
        new.task(&SendWelcome { user_id: nobody }),
        new.task(&SendWelcome { user_id: person.id }),
        new.task(&SendSecurityNotice {
            user_id: person.id,
            event: SecurityEvent::TokenReuse(tokens.session_id),
            at: app.now(),
        }),
        new.task(&SendSecurityNotice {
            user_id: nobody,
            event: SecurityEvent::PasswordChanged,
            at: app.now(),
        }),
        new.task(&SendPasswordReset(Recipient::UserId(nobody))),
        new.task(&SendPasswordReset(Recipient::Email(email()))),
        new.task(&SendEmailChange { user_id: nobody }),
        new.task(&SendDeletionNotice { user_id: nobody }),
        new.task(&SendExportReady {
            user_id: nobody,
            export_id: new.task(&SendWelcome { user_id: nobody }).id,
        }),
        new.task(&SendPreRegistration { email: email() }),
    ] {
        ids.push(app.record_task(&task).await);
    }

    app.deliver().await;

    assert_eq!(app.mails().await.len(), sent);
    for id in ids {
        let task = app.task(id).await;
        assert_eq!(task.state, TaskState::Success);
        assert!(task.result.unwrap().starts_with("nothing to send"));
    }
}

#[tokio::test]
async fn a_finished_task_is_kept_for_thirty_days() {
    let app = TestApp::start().await;
    app.record_work(&SendOneTimeCode { email: email() }).await;

    app.deliver().await;

    let task = &app.tasks().await[0];
    let ends = app.now() + SignedDuration::from_hours(30 * 24);
    assert_eq!(task["ttl"], ends.as_second().to_string());
    assert_eq!(task["finished_at"], "2026-03-01T12:00:00Z");
}

/// Every code could be found by trying a million of them, by whoever has the tables and knows the key.
#[tokio::test]
async fn abuse_046_a_short_code_pepper_is_no_key_and_no_code_is_sent() {
    let app = TestApp::start().await;
    let secret = app.variable("CODE_PEPPER_SECRET");
    let pepper = app.aws().secret(secret).await;
    assert!(pepper.len() >= 32);
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);

    for short in ["{}", &pepper[..31]] {
        put_secret(&app, secret, short).await;
        app.deliver().await;

        assert!(app.mails().await.is_empty());
        let task = &app.tasks().await[0];
        assert_eq!(task["state"], "RETRY");
        assert_eq!(
            task["last_error"],
            "the secret of the code pepper does not have its form"
        );
        app.verify_otp("ann@example.com", "000000")
            .await
            .expect_error(500, "internal");
        app.bring_back().await;
    }

    // What was refused was not kept: the right key is read once it is there.
    put_secret(&app, secret, &pepper[..32]).await;
    app.deliver().await;
    let code = the_mail(&app).await.code().unwrap();
    let _ = app.verify_otp("ann@example.com", &code).await.expect(200);
}

async fn put_secret(app: &TestApp, id: &str, text: &str) {
    let request = json!({ "SecretId": id, "SecretString": text });
    let target = "secretsmanager.PutSecretValue";
    app.aws().json("secretsmanager", target, &request).await;
}
