//! The copy of all data.

use std::collections::BTreeSet;

use accounts::actions;
use accounts::avatar::{Avatars, Size};
use accounts::files::FileKey;
use accounts_testing::{
    ADMIN_EMAIL, Answer, Call, Factor, Fault, LoggedIn, Person, TestApp, recovery_codes,
};
use jiff::SignedDuration;
use kernel::id::{AvatarId, TaskId, UserId};
use kernel::task::TaskState;
use serde_json::{Value, json};
use users::AccountBelongings;
use work::{Belongings as _, Failure};

async fn logged_in(app: &TestApp, email: &str) -> (Person, LoggedIn) {
    let person = app.member(email).await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
}

async fn ask(app: &TestApp, token: &str) -> Answer {
    app.call(Call::new("POST", "/api/v1/users/me/export").with_token(token))
        .await
}

async fn show(app: &TestApp, token: &str, id: &str) -> Answer {
    let call = Call::get(&format!("/api/v1/users/me/exports/{id}"));
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
    let change = Call::new("PATCH", "/api/v1/users/me")
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
    // By its token, and by what it is and where.
    assert_eq!(copy["devices"].as_array().unwrap().len(), 2);
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

/// Where there is a value in a document: the keys that lead there, each list as one step.
fn places(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                places(value, &format!("{at}.{key}"), found);
            }
        }
        Value::Array(values) => {
            for value in values {
                places(value, at, found);
            }
        }
        Value::Null => {}
        _ => {
            found.insert(at.trim_start_matches('.').to_owned());
        }
    }
}

/// The places of everything that is known of an account.
const EVERYTHING: &str = "
    account.birth_date account.created_at account.email account.email_verified account.first_name account.id
    account.last_login_at account.last_name account.locale
    account.notification_settings.email.payment account.notification_settings.push.payment
    account.notification_settings.email.tips account.notification_settings.email.updates
    account.notification_settings.push.tips account.notification_settings.push.updates
    account.pending_email account.phone_number account.role account.time_zone account.username
    activity.action activity.agent activity.at activity.changes.after activity.changes.before activity.changes.field
    activity.client activity.object activity.success activity.times
    activity_of_others.action activity_of_others.at activity_of_others.changes.after
    activity_of_others.changes.before activity_of_others.changes.field activity_of_others.object
    activity_of_others.success activity_of_others.times
    devices.last_seen_at former_emails
    links.created_at links.email links.expires_at links.kind
    made_at mails.kind mails.sent_at mails.status picture.base64 picture.content_type
    pre_registration.confirmed_at pre_registration.email pre_registration.requested_at
    second_factor.enabled_since second_factor.recovery_codes_left
    sessions.address sessions.agent sessions.created_at sessions.device.name sessions.device.type sessions.expires_at
    sessions.id sessions.last_seen_at sessions.name sessions.revoked_at";

/// An account that has everything, and the session it is used in; with what must not be in the copy.
async fn owner_of_everything(app: &TestApp) -> (Person, LoggedIn, Vec<String>) {
    let left = Call::post(
        "/api/v1/pre-registrations",
        &json!({"email": "ann@example.com"}),
    );
    let _ = app.call(left).await.expect(200);
    app.deliver().await;
    let token = json!({"token": app.token_of("ann@example.com").await});
    let confirm = Call::post("/api/v1/pre-registrations/confirm", &token);
    let _ = app.call(confirm).await.expect(200);

    let person = app.member("old@example.com").await;
    let first = app.log_in_by_password(&person).await;
    let phone = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD)
        .from("198.51.100.7")
        .with_header("user-agent", "KinWise/1.0 (iPhone; iOS 19.0)");
    let session = LoggedIn::of(&app.call(phone).await.expect(200));
    let _ = app.log_out(&first.access).await.expect(204);
    let send = async |path: String, body: Value, token: &str| {
        let call = Call::new("PATCH", &path)
            .with_header("content-type", "application/json")
            .with_body(body.to_string());
        let _ = app.call(call.with_token(token)).await.expect(200);
    };
    let me = "/api/v1/users/me";
    let profile = json!({
        "username": "ann.miller", "birth_date": "1984-02-29", "phone_number": "+4930123456",
        "locale": "de", "time_zone": "Europe/Berlin",
    });
    send(me.to_owned(), profile, &session.access).await;
    let path = format!("{me}/sessions/{}", session.session_id);
    send(path, json!({"name": "Telephone"}), &session.access).await;
    for email in ["ann@example.com", "next@example.com"] {
        let body = json!({"email": email, "password": TestApp::PASSWORD});
        let call = Call::post(&format!("{me}/email"), &body).with_token(&session.access);
        let _ = app.call(call).await.expect(200);
        app.deliver().await;
        if email == "ann@example.com" {
            let token = json!({"token": app.token_of(email).await});
            let call = Call::post(&format!("{me}/email/confirm"), &token);
            let _ = app.call(call).await.expect(200);
            app.deliver().await;
        }
    }

    let avatar = AvatarId::new(app.now(), &mut app.app().random());
    let audit = app
        .app()
        .audit(actions::AVATAR_CHANGED)
        .by(person.id)
        .on(person.id);
    let avatars = Avatars(app.app().store());
    assert!(avatars.show(person.id, avatar, None, &audit).await.unwrap());
    let key = FileKey::Avatar(person.id, avatar, Size::Large);
    let files = app.app().files();
    files
        .put(&key, "image/webp", b"picture".to_vec())
        .await
        .unwrap();

    let begun = app.call(TestApp::begin_totp_call(&session.access)).await;
    let secret = begun.expect(200).text("secret").to_owned();
    let code = Factor::of(&secret).code(app.now());
    let confirm = TestApp::confirm_totp_call(&session.access, &code);
    let mut secrets = recovery_codes(&app.call(confirm).await.expect(200));
    let pk = format!("USER#{}", person.id);
    let sealed = app.identity_item(&pk, "TOTP").await["sealed"].clone();
    secrets.extend([secret, sealed.as_str().unwrap().to_owned()]);

    let (_, admin) = app.admin().await;
    let path = format!("/api/v1/users/{}", person.id);
    send(path, json!({"role": "parent"}), &admin.access).await;
    app.deliver().await;
    (person, session, secrets)
}

#[tokio::test]
async fn a_copy_of_an_account_that_has_everything_leaves_nothing_out() {
    let app = TestApp::start().await;
    let (person, session, secrets) = owner_of_everything(&app).await;

    let asked = ask(&app, &session.access).await.expect(202);
    app.deliver().await;

    let copy = read(&app, &person, asked.text("export_id")).await.unwrap();
    let mut found = BTreeSet::new();
    places(&copy, "", &mut found);
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    let mut expected: Vec<&str> = EVERYTHING.split_whitespace().collect();
    expected.sort_unstable();
    assert_eq!(found, expected, "{copy:#}");

    let account = &copy["account"];
    assert_eq!(account["username"], "ann.miller");
    assert_eq!(account["birth_date"], "1984-02-29");
    assert_eq!(account["pending_email"], "next@example.com");
    assert_eq!(copy["former_emails"], json!(["old@example.com"]));
    assert_eq!(copy["pre_registration"]["email"], "ann@example.com");
    assert_eq!(copy["picture"]["base64"], "cGljdHVyZQ==");
    assert_eq!(copy["second_factor"]["recovery_codes_left"], 10);
    // Each of the two by its token, and by what it is and where.
    assert_eq!(copy["devices"].as_array().unwrap().len(), 4);
    assert_eq!(copy["sessions"].as_array().unwrap().len(), 2);
    let others = copy["activity_of_others"].as_array().unwrap();
    assert_eq!(others.len(), 1, "{others:#?}");
    assert_eq!(others[0]["action"], "ROLE_CHANGED");
    assert_eq!(
        others[0]["changes"],
        json!([{"field": "role", "before": "user", "after": "parent"}])
    );
    let text = copy.to_string();
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in {text}");
    }
    assert!(!text.contains(ADMIN_EMAIL) && !text.contains("argon2"));
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
        "/api/v1/users/me/exports/{}",
        asked.text("export_id")
    ));
    app.call(call).await.expect_error(401, "not_authenticated");
    let call = Call::new("POST", "/api/v1/users/me/export");
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

#[tokio::test]
async fn a_copy_of_an_account_that_goes_meanwhile_is_not_made() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app, "ann@example.com").await;
    let copied = AccountBelongings.copy(app.app(), person.id).await;
    assert!(copied.is_ok_and(|copy| copy.contains_key("account")));
    let password = json!({"password": TestApp::PASSWORD});
    let call = Call::post("/api/v1/users/me/deletion", &password);
    let _ = app.call(call.with_token(&tokens.access)).await.expect(202);

    // Tried again, the copy finds that nobody may log in, and ends.
    for gone in [person.id, UserId::first_of(app.now())] {
        let copied = AccountBelongings.copy(app.app(), gone).await;
        assert!(matches!(copied, Err(Failure::Transient(_))), "{copied:?}");
    }

    app.deliver().await;
}
