//! What owners are told of, and what their links are made of.

use accounts::jobs::{
    DeleteAccount, ExportAccount, SecurityEvent, SendDeletionNotice, SendExportReady,
    SendSecurityNotice, SendWelcome,
};
use accounts::link::Undo;
use accounts_testing::{FRONTEND_URL, Mail, Person, TestApp};
use jiff::SignedDuration;
use kernel::id::UserId;
use kernel::task::TaskState;
use serde_json::{Value, json};

/// Has a notice sent and gives the mail.
async fn notice(app: &TestApp, person: &Person, event: SecurityEvent) -> Mail {
    app.record_work(&SendSecurityNotice {
        user_id: person.id,
        event,
        at: app.now(),
    })
    .await;
    app.deliver().await;
    let mails = app.mails_to(&person.email).await;
    mails.last().cloned().unwrap()
}

/// The newest link of a kind in the table.
async fn newest_link(app: &TestApp, kind: &str) -> Value {
    let mut links = app.identity().await;
    links.retain(|item| item["sk"] == "LINK" && item["kind"] == kind);
    links.sort_by_key(|link| link["created_at"].to_string());
    links.pop().unwrap()
}

#[tokio::test]
async fn every_notice_says_what_was_done_and_carries_a_link_that_takes_it_back() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await.session_id;
    let done = [
        (
            SecurityEvent::PasswordChanged,
            "Your KinWise password was changed",
            Undo::Password,
        ),
        (
            SecurityEvent::FactorAdded,
            "Your KinWise account has a second factor",
            Undo::FactorAdded,
        ),
        (
            SecurityEvent::FactorRemoved,
            "Your KinWise account has no second factor any more",
            Undo::FactorRemoved,
        ),
        (
            SecurityEvent::NewDevice(session),
            "New login to your KinWise account",
            Undo::Session(session),
        ),
        (
            SecurityEvent::RecoveryCodeUsed(session),
            "A recovery code of your KinWise account was used",
            Undo::Password,
        ),
    ];
    for (event, subject, undo) in done {
        app.advance(SignedDuration::from_mins(1));

        let mail = notice(&app, &person, event).await;

        assert_eq!(mail.subject, subject);
        let link = mail.link().unwrap();
        assert!(link.starts_with(&format!("{FRONTEND_URL}/not-me?token=")));
        assert!(mail.html.contains(&link));
        let ends = match event {
            SecurityEvent::FactorAdded => "24 hours,\non 2 March 2026",
            _ => "7 days,\non 8 March 2026",
        };
        assert!(mail.text.contains(ends), "{}", mail.text);
        let stored = newest_link(&app, "not_me").await;
        assert_eq!(stored["undo"], serde_json::to_value(undo).unwrap());
        assert_eq!(stored["email"], "ann@example.com");
        assert_eq!(
            stored["done_at"],
            app.now().as_millisecond().to_string(),
            "{event:?}"
        );
        assert!(!stored.to_string().contains(&mail.token().unwrap()));
    }
}

#[tokio::test]
async fn a_welcome_carries_a_link_that_makes_the_password_useless() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    app.record_work(&SendWelcome { user_id: person.id }).await;
    let verified_at = app.now();
    app.advance(SignedDuration::from_mins(1));

    app.deliver().await;

    let mails = app.mails_to("ann@example.com").await;
    let mail = mails.last().unwrap();
    let token = mail.after("/not-me?token=").unwrap();
    let link = format!("{FRONTEND_URL}/not-me?token={token}");
    assert!(mail.html.contains(&link));
    assert!(mail.text.contains("7 days,\non 8 March 2026 at 12:01 UTC"));
    let stored = newest_link(&app, "not_me").await;
    assert_eq!(
        stored["undo"],
        serde_json::to_value(Undo::Password).unwrap()
    );
    assert_eq!(stored["email"], "ann@example.com");
    assert_eq!(stored["done_at"], verified_at.as_millisecond().to_string());
    assert!(!stored.to_string().contains(&token));
}

#[tokio::test]
async fn a_notice_of_a_log_in_says_from_where() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let call = TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD)
        .from("203.0.113.66")
        .with_header("user-agent", agent);
    let answer = app.call(call).await.expect(200);
    let session = accounts_testing::LoggedIn::of(&answer).session_id;

    let mail = notice(&app, &person, SecurityEvent::NewDevice(session)).await;

    assert!(mail.text.contains("203.0.113.66"));
    assert!(mail.text.contains("Firefox on Linux"));
    assert!(mail.text.contains("1 March 2026, 12:00:00 UTC"));
}

#[tokio::test]
async fn a_changed_address_whose_former_one_is_forgotten_is_told_to_nobody() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let id = app
        .record_work(&SendSecurityNotice {
            user_id: person.id,
            event: SecurityEvent::EmailChanged,
            at: app.now(),
        })
        .await;

    app.deliver().await;

    assert!(app.mails().await.is_empty());
    assert_eq!(app.task(id).await.state, TaskState::Success);
}

#[tokio::test]
async fn an_account_that_will_be_deleted_hears_of_it_and_one_that_is_kept_does_not() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let notice = SendDeletionNotice { user_id: person.id };
    app.record_work(&notice).await;
    app.deliver().await;
    assert!(app.mails().await.is_empty());

    let due_at = app.now() + SignedDuration::from_hours(14 * 24);
    app.mark(&person, "deletion_due_at", due_at).await;
    app.advance(SignedDuration::from_hours(24));
    app.record_work(&notice).await;
    app.deliver().await;

    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your KinWise account will be deleted");
    let link = mails[0].link().unwrap();
    assert!(link.starts_with(&format!("{FRONTEND_URL}/cancel-deletion?token=")));
    assert!(
        mails[0]
            .text
            .contains("13 days,\non 15 March 2026 at 12:00 UTC")
    );
    let stored = newest_link(&app, "deletion_cancel").await;
    assert_eq!(stored["expires_at"], due_at.as_millisecond().to_string());
}

#[tokio::test]
async fn a_copy_that_is_ready_is_linked_without_a_secret() {
    let app = TestApp::start().await;
    let person = app.member("ann@example.com").await;
    let export_id = app.app().task(&ExportAccount { user_id: person.id }).id;
    app.record_work(&SendExportReady {
        user_id: person.id,
        export_id,
    })
    .await;
    app.advance(SignedDuration::from_hours(1));

    app.deliver().await;

    let mails = app.mails_to("ann@example.com").await;
    assert!(mails[0].text.contains("23 hours"));
    assert_eq!(
        mails[0].link(),
        Some(format!("{FRONTEND_URL}/exports/{export_id}"))
    );
}

#[tokio::test]
async fn work_that_is_no_mail_fails_for_good() {
    let app = TestApp::start().await;
    let user_id = UserId::new(app.now(), &mut app.app().random());
    let work = DeleteAccount { user_id };
    let id = app.record_work(&work).await;
    // The relay puts it into its own queue; what if somebody moves it?
    let body = json!({"task_id": id, "kind": "delete_account"}).to_string();
    app.send_message("mail-bulk", &body).await;

    app.work_once().await;

    let task = app.task(id).await;
    assert_eq!((task.state, task.attempts), (TaskState::Failure, 1));
    assert!(task.last_error.unwrap().contains("its queue is `work`"));
}
