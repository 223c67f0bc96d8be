mod faults;
mod limits;
mod passwords;

use accounts_testing::{Answer, Call, FRONTEND_URL, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/auth/register";

fn registration(email: &str) -> Value {
    TestApp::registration(email)
}

/// A registration with one field changed.
fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut body = registration("ann@example.com");
    body[field] = value.into();
    body
}

async fn user_record(app: &TestApp, answer: &Answer) -> Value {
    let pk = format!("USER#{}", answer.text("user_id"));
    app.identity_item(&pk, "USER").await
}

#[tokio::test]
async fn a_good_registration_makes_an_inactive_account_and_sends_a_link() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "ann@example.com", "password": "correct horse battery", "password_confirm": "correct horse battery",
        "first_name": " Ann ", "last_name": "Miller", "username": "Ann.M",
    });

    let answer = app.register(&body).await.expect(201);

    assert_eq!(answer.text("email"), "ann@example.com");
    assert!(answer.text("message").contains("check your email"));
    assert_eq!(answer.json.as_object().unwrap().len(), 3);
    assert_eq!(answer.header("cache-control"), "no-store");
    let user = user_record(&app, &answer).await;
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["role"], Value::Null, "it has the usual one");
    assert_eq!(
        (&user["first_name"], &user["last_name"], &user["username"]),
        (&json!("Ann"), &json!("Miller"), &json!("Ann.M"))
    );
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Verify your e-mail for KinWise");
    assert!(mails[0].text.contains("Hello Ann,"));
}

#[tokio::test]
async fn a_registration_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let call = TestApp::register_call(&registration("ann@example.com"));
    let call = call
        .from("192.0.2.7")
        .with_header("user-agent", "curl/8.0\t x");

    let answer = app.call(call).await.expect(201);

    let id = answer.text("user_id");
    let entries = app.audit_of("CREATE").await;
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(entry["actor"], id);
    assert_eq!(entry["object"], format!("user/{id}"));
    assert_eq!(entry["success"], true);
    assert_eq!(entry["client"], "192.0.2.7");
    assert_eq!(entry["agent"], "curl/8.0 x");
    assert_eq!(entry["request_id"], answer.header("x-request-id"));
    assert_eq!(entry["at"], "2026-03-01T12:00:00Z");
    app.deliver().await;
}

#[tokio::test]
async fn a_username_in_another_case_is_taken() {
    let app = TestApp::start().await;
    let _ = app.member_named("nikos@example.com", "ΝΙΚΟΣ.ΠΑΠΑΣ").await;
    let _ = app.member_named("karl@example.com", "straße").await;
    let ann = app.member("ann.old@example.com").await;
    app.name_as_before(&ann, "Großmann").await;
    for username in [
        "νικος.παπας",
        "νικοσ.παπασ",
        "STRASSE",
        "strasse",
        "STRAẞE",
        "GROẞMANN",
        "großmann",
    ] {
        let answer = app.register(&with("username", username)).await;

        answer.expect_error(400, "invalid_fields");
        assert_eq!(
            answer.detail("username"),
            "A user with this username already exists.",
            "{username}"
        );
    }
}

#[tokio::test]
async fn names_are_what_a_passport_holds() {
    let app = TestApp::start().await;
    let mut body = with("first_name", "Arun a/l Raman");
    body["last_name"] = json!("Singh S/o Kaur");

    let answer = app.register(&body).await.expect(201);

    let user = user_record(&app, &answer).await;
    assert_eq!(user["first_name"], "Arun a/l Raman");
    assert_eq!(user["last_name"], "Singh S/o Kaur");
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert!(mails[0].text.contains("Hello Arun a/l Raman,"));
    for name in ["\u{3164}", "\u{200d}", "Ann\u{202e}eve", "Ann\u{2066}eve"] {
        let answer = app.register(&with("first_name", name)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("first_name").is_empty(), "{name:?}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "ann@", "password": "short", "password_confirm": "other",
        "first_name": "<b>", "last_name": "a".repeat(151), "username": "a b",
    });

    let answer = app.register(&body).await;

    answer.expect_error(400, "invalid_fields");
    assert_eq!(
        answer.json["details"],
        json!({
            "email": ["Enter a valid e-mail address."],
            "password": ["This password is too short. It must contain at least 12 characters."],
            "password_confirm": ["The two passwords are not the same."],
            "first_name": ["This name contains characters that names do not have."],
            "last_name": ["This name is too long. It may contain at most 150 characters."],
            "username": ["A username has 3 to 150 characters: letters, digits and . + - _"],
        })
    );
}

#[tokio::test]
async fn missing_fields_are_named() {
    let app = TestApp::start().await;

    let answer = app.register(&json!({})).await;

    answer.expect_error(400, "invalid_fields");
    assert_eq!(
        answer.json["details"],
        json!({"email": ["This field is required."], "password": ["This field is required."]})
    );
}

#[tokio::test]
async fn an_address_has_one_form_and_one_owner() {
    let app = TestApp::start().await;

    let answer = app
        .register(&registration("  Ａnn@Example.COM "))
        .await
        .expect(201);
    assert_eq!(answer.text("email"), "ann@example.com");
    let again = app.register(&registration("ANN@example.com")).await;

    again.expect_error(400, "invalid_fields");
    assert_eq!(
        again.detail("email"),
        "A user with this email already exists."
    );
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn a_username_has_one_owner_whatever_its_case() {
    let app = TestApp::start().await;
    let mut body = registration("ann@example.com");
    body["username"] = json!("ann.m");
    let _ = app.register(&body).await.expect(201);
    let mut body = registration("bob@example.com");
    body["username"] = json!("ANN.M");

    let answer = app.register(&body).await;

    answer.expect_error(400, "invalid_fields");
    assert_eq!(
        answer.detail("username"),
        "A user with this username already exists."
    );
    // The address is still free: nothing of a refused registration stays.
    let _ = app
        .register(&registration("bob@example.com"))
        .await
        .expect(201);
    app.deliver().await;
}

#[tokio::test]
async fn no_username_is_as_good_as_an_empty_one() {
    let app = TestApp::start().await;
    for (position, username) in [json!(null), json!("")].into_iter().enumerate() {
        let mut body = registration(&format!("ann{position}@example.com"));
        body["username"] = username;
        let answer = app.register(&body).await.expect(201);
        assert_eq!(user_record(&app, &answer).await["username"], Value::Null);
    }
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_registrations_of_one_address_at_once_one_wins() {
    let app = TestApp::start().await;
    let calls = (0..20).map(|_| TestApp::register_call(&registration("ann@example.com")));

    let answers = app.call_all(calls).await;

    let won = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1);
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        lost.expect_error(400, "invalid_fields");
        assert!(!lost.detail("email").is_empty());
    }
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(app.audit_of("CREATE").await.len(), 1);
    let users = app.identity().await;
    assert_eq!(users.iter().filter(|item| item["sk"] == "USER").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_registrations_of_one_username_at_once_one_wins() {
    let app = TestApp::start().await;
    let calls = (0..10).map(|position| {
        let mut body = registration(&format!("ann{position}@example.com"));
        body["username"] = json!("ann.m");
        TestApp::register_call(&body)
    });

    let answers = app.call_all(calls).await;

    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    app.deliver().await;
    assert_eq!(app.mails().await.len(), 1);
}

#[tokio::test]
async fn abuse_041_nobody_registers_with_rights_of_their_own_choice() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let mut body = registration("eve@example.com");
    for (field, value) in [
        ("user_id", json!(victim.id)),
        ("id", json!(victim.id)),
        ("role", json!("admin")),
        ("is_staff", json!(true)),
        ("is_superuser", json!(true)),
        ("is_active", json!(true)),
        ("email_verified", json!(true)),
        ("sessions_valid_from", json!(0)),
    ] {
        body[field] = value;
    }

    let answer = app.register(&body).await.expect(201);

    assert_ne!(answer.text("user_id"), victim.id.to_string());
    let user = user_record(&app, &answer).await;
    assert_eq!(user["role"], Value::Null);
    let id = answer.text("user_id");
    let grant = app.identity_item(&format!("GRANT#{id}"), "GRANT").await;
    assert_eq!(grant, Value::Null);
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["is_staff"], Value::Null);
    assert_ne!(user["sessions_valid_from"], "0");
    app.deliver().await;
}

#[tokio::test]
async fn abuse_025_a_forged_host_changes_no_link() {
    let app = TestApp::start().await;
    let call = TestApp::register_call(&registration("ann@example.com"))
        .with_header("host", "evil.example")
        .with_header("x-forwarded-host", "evil.example")
        .with_header("x-forwarded-proto", "http")
        .with_header("x-forwarded-port", "8080")
        .with_header("forwarded", "host=evil.example;proto=http")
        .with_header("origin", "https://evil.example")
        .with_header("referer", "https://evil.example/");

    let answer = app.call(call).await.expect(201);

    assert!(!String::from_utf8_lossy(&answer.body).contains("evil"));
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    let link = mails[0].link().unwrap();
    assert!(
        link.starts_with(&format!("{FRONTEND_URL}/verify-email?token=")),
        "{link}"
    );
    assert!(!format!("{mails:?}").contains("evil.example"));
}

#[tokio::test]
async fn other_methods_are_refused() {
    let app = TestApp::start().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let answer = app.call(Call::new(method, PATH)).await;
        answer.expect_error(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "POST");
    }
}

#[tokio::test]
async fn names_are_checked_but_the_rest_of_the_body_is_not_read() {
    let app = TestApp::start().await;
    let _ = app
        .register(&with("first_name", "Ann\r\nBcc: eve@evil.example"))
        .await
        .expect(400);
    let _ = app
        .register(&with("unknown", json!({"deep": [1, 2, 3]})))
        .await
        .expect(201);
    app.deliver().await;
}
