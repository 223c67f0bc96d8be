//! Who is told of what administrators do: whom it was done to, and the other administrators.

use accounts::jobs::{AdministratorChange, AdministratorEvent, TellAdministrators};
use accounts_testing::{ADMIN_EMAIL, Call, LoggedIn, Mail, Person, TestApp};
use jiff::SignedDuration;
use kernel::task::TaskState;
use serde_json::{Value, json};

async fn update(app: &TestApp, admin: &LoggedIn, person: &Person, body: &Value) {
    let call = Call::new("PATCH", &format!("/api/v1/users/{}", person.id))
        .with_token(&admin.access)
        .with_header("content-type", "application/json")
        .with_body(body.to_string());
    let _ = app.call(call).await.expect(200);
}

/// The mails to somebody that are not about a code or a new device.
async fn notices(app: &TestApp, email: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails.filter(|mail| mail.code().is_none()).collect()
}

async fn subjects(app: &TestApp, email: &str) -> Vec<String> {
    let notices = notices(app, email).await.into_iter();
    notices.map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn the_owner_hears_of_a_role_a_lock_an_unlock_and_ended_sessions() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    for (body, subject, text) in [
        (
            json!({"role": "parent"}),
            "Your KinWise account has another role",
            "account another role:\nparent.",
        ),
        (
            json!({"is_active": false}),
            "Your KinWise account was locked",
            "nobody can log in to it",
        ),
        (
            json!({"is_active": true}),
            "Your KinWise account is open again",
            "You can log in to it again.",
        ),
    ] {
        update(&app, &admin, &person, &body).await;
        app.deliver().await;

        let mails = app.mails_to(&person.email).await;
        let mail = mails.last().unwrap();
        assert_eq!(mail.subject, subject);
        assert!(mail.text.contains(text), "{}", mail.text);
        // Nothing takes it back, and nobody's name is given away.
        assert!(mail.token().is_none(), "{}", mail.text);
        assert!(mail.text.contains("ask those who run KinWise"));
        assert!(!mail.text.contains(ADMIN_EMAIL));
    }

    let path = format!("/api/v1/users/{}/sessions/revoke", person.id);
    let revoke = Call::new("POST", &path).with_token(&admin.access);
    let _ = app.call(revoke).await.expect(204);
    app.deliver().await;
    let told = subjects(&app, &person.email).await;
    assert_eq!(told.last().unwrap(), "Your KinWise sessions were ended");
    assert_eq!(told.len(), 4);
    // No administrator has come or gone.
    assert!(notices(&app, ADMIN_EMAIL).await.is_empty());
}

#[tokio::test]
async fn abuse_102_of_a_new_administrator_every_other_one_hears() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.member_with_role("bob@example.com", "admin").await;
    let locked = app.member_with_role("out@example.com", "admin").await;
    app.disable(&locked).await;
    let _ = app.member("carol@example.com").await;
    let eve = app.member("eve@example.com").await;
    app.index().await;

    update(&app, &admin, &eve, &json!({"role": "admin"})).await;
    app.index().await;
    app.deliver().await;

    for email in [ADMIN_EMAIL, "bob@example.com"] {
        let told = notices(&app, email).await;
        assert_eq!(told.len(), 1, "{email}");
        assert_eq!(told[0].subject, "KinWise has a new administrator");
        let text = &told[0].text;
        assert!(text.contains("Account:       eve@example.com"), "{text}");
        assert!(
            text.contains(&format!("Done by:       {ADMIN_EMAIL}")),
            "{text}"
        );
    }
    let told = subjects(&app, "eve@example.com").await;
    assert_eq!(told, ["You are an administrator of KinWise now"]);
    for email in ["carol@example.com", "out@example.com"] {
        assert!(notices(&app, email).await.is_empty(), "{email}");
    }
}

#[tokio::test]
async fn abuse_102_of_an_administrator_who_is_locked_unlocked_or_demoted_every_other_one_hears() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let bob = app.member_with_role("bob@example.com", "admin").await;
    app.index().await;
    for body in [
        json!({"is_active": false}),
        json!({"is_active": true}),
        json!({"role": "user"}),
    ] {
        update(&app, &admin, &bob, &body).await;
        app.index().await;
        app.deliver().await;
    }

    let told = subjects(&app, ADMIN_EMAIL).await;
    assert_eq!(
        told,
        [
            "An administrator of KinWise was locked",
            "An administrator of KinWise was unlocked",
            "KinWise has one administrator fewer",
        ]
    );
    let told = subjects(&app, "bob@example.com").await;
    assert_eq!(
        told,
        [
            "Your KinWise account was locked",
            "Your KinWise account is open again",
            "Your KinWise account has another role",
        ]
    );
}

#[tokio::test]
async fn who_is_told_twice_by_the_same_task_gets_one_mail() {
    let app = TestApp::start().await;
    let (ann, _) = app.admin().await;
    let eve = app.member_with_role("eve@example.com", "admin").await;
    app.index().await;
    let told = TellAdministrators(AdministratorChange {
        user_id: eve.id,
        by: None,
        event: AdministratorEvent::Promoted,
        at: app.now(),
    });
    let task = app.record_work(&told).await;
    app.deliver().await;
    // The worker died before it had recorded that it was done.
    let (table, pk) = (app.table("tasks"), format!("TASK#{task}"));
    let pending = json!({"S": "PENDING"});
    app.aws().edit(&table, &pk, "TASK", "state", &pending).await;
    let message = json!({"task_id": task, "kind": "tell_administrators"});
    app.send_message("work", &message.to_string()).await;

    app.deliver().await;

    let row = app.task(task).await;
    assert_eq!((row.state, row.attempts), (TaskState::Success, 2));
    assert_eq!(row.result.as_deref(), Some("0 administrators are told"));
    let mails = notices(&app, &ann.email).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("an operator of the installation"));
}

#[tokio::test]
async fn who_has_gone_meanwhile_is_named_by_the_id() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let bob = app.member_with_role("bob@example.com", "admin").await;
    app.index().await;
    update(&app, &admin, &bob, &json!({"is_active": false})).await;
    app.delete_account(&bob).await;

    app.deliver().await;

    let told = notices(&app, ADMIN_EMAIL).await;
    let gone = format!("an account that has gone ({})", bob.id);
    assert!(told[0].text.contains(&gone), "{}", told[0].text);
    assert!(notices(&app, "bob@example.com").await.is_empty());
}

#[tokio::test]
async fn abuse_102_a_session_from_before_a_promotion_is_no_administrators() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let (person, stolen) = app.member_logged_in("ann@example.com").await;
    let body = json!({"email": "eve@example.com", "password": TestApp::PASSWORD});
    let change = Call::post("/api/v1/users/me/email", &body).with_token(&stolen.access);
    let _ = app.call(change).await.expect(200);
    app.deliver().await;
    let link = app.token_of("eve@example.com").await;

    update(&app, &admin, &person, &json!({"role": "admin"})).await;

    app.expect_over(&stolen).await;
    // Nor is what was begun in it any good: another address, to which the next password would be mailed.
    let confirm = Call::post("/api/v1/users/me/email/confirm", &json!({ "token": link }));
    assert_eq!(app.call(confirm).await.status, 400);
    app.advance(SignedDuration::from_secs(30));
    let own = app.log_in_by_password(&person).await;
    let list = Call::get("/api/v1/users").with_token(&own.access);
    let _ = app.call(list).await.expect(200);
    app.deliver().await;
}
