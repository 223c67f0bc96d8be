//! Changing the profile.

mod input;
mod usernames;

use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/users/me";

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
}

fn change_call(token: &str, body: &Value) -> Call {
    Call::new("PATCH", PATH)
        .with_header("content-type", "application/json")
        .with_body(body.to_string())
        .with_token(token)
}

async fn change(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.call(change_call(token, body)).await
}

#[tokio::test]
async fn every_field_is_changed_and_shown() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let body = json!({
        "first_name": " Anna ", "last_name": "Müller", "username": "Anna.M", "phone_number": "+49 30 123456",
        "birth_date": "1984-02-29", "locale": "de-de", "time_zone": "europe/berlin",
        "notification_settings": {"email": {"tips": true}, "push": {"updates": false}},
    });

    let answer = change(&app, &tokens.access, &body).await.expect(200);

    let expected = json!({
        "first_name": "Anna", "last_name": "Müller", "username": "Anna.M", "phone_number": "+4930123456",
        "birth_date": "1984-02-29", "locale": "de-DE", "time_zone": "Europe/Berlin",
        "notification_settings": {
            "email": {"updates": true, "tips": true, "payment": true},
            "push": {"updates": false, "tips": false, "payment": true},
        },
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&answer.json[field], value, "{field}");
    }
    let shown = app.me(&tokens.access).await.expect(200);
    assert_eq!(shown.json, answer.json);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_next_mail_comes_in_the_language_that_the_profile_has_then() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    for (locale, subject, greeting) in [
        ("de-AT", "Ihr Anmeldecode für KinWise", "Hallo Ann,"),
        ("en-DE", "Your KinWise login code", "Hello Ann,"),
        ("de", "Ihr Anmeldecode für KinWise", "Hallo Ann,"),
    ] {
        // Asked for before the change: what counts is when the mail is written.
        let _ = app.request_otp(&person.email).await.expect(200);
        let _ = change(&app, &tokens.access, &json!({ "locale": locale }))
            .await
            .expect(200);

        app.deliver().await;

        let mails = app.mails_to(&person.email).await;
        let mail = mails.last().unwrap();
        assert_eq!(mail.subject, subject);
        assert!(mail.text.starts_with(greeting), "{}", mail.text);
        assert!(mail.html.contains(greeting));
        app.advance(SignedDuration::from_mins(6));
    }
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let body = json!({
        "username": "ann.m", "phone_number": "+4930123456", "birth_date": "1984-02-29", "locale": "en",
        "time_zone": "UTC", "notification_settings": {"email": {"tips": true, "payment": false}},
    });
    let full = change(&app, &tokens.access, &body).await.expect(200);

    let body = json!({"notification_settings": {"email": {"payment": true}}});
    let same = change(&app, &tokens.access, &body).await.expect(200);
    assert_eq!(
        same.json["notification_settings"]["email"],
        json!({"updates": true, "tips": true, "payment": true})
    );
    assert_eq!(same.json["username"], full.json["username"]);

    let nothing = json!({
        "first_name": null, "username": null, "phone_number": null, "birth_date": null, "locale": null,
        "time_zone": null, "notification_settings": null,
    });
    let cleared = change(&app, &tokens.access, &nothing).await.expect(200);
    assert_eq!(cleared.json["first_name"], "");
    assert_eq!(cleared.json["last_name"], "Miller");
    for field in [
        "username",
        "phone_number",
        "birth_date",
        "locale",
        "time_zone",
    ] {
        assert_eq!(cleared.json[field], Value::Null, "{field}");
    }
    assert_eq!(
        cleared.json["notification_settings"]["email"]["tips"],
        false
    );
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let before = app.me(&tokens.access).await.expect(200);
    let body = json!({
        "first_name": "<b>", "last_name": "x".repeat(151), "username": "a@b", "phone_number": "030123456",
        "birth_date": "2026-03-02", "locale": "no language", "time_zone": "Mars/Olympus",
    });

    let answer = change(&app, &tokens.access, &body).await;

    answer.expect_error(400, "invalid_fields");
    for field in body.as_object().unwrap().keys() {
        assert!(!answer.detail(field).is_empty(), "{field}: {}", answer.json);
    }
    for body in [
        json!({"first_name": 5}),
        json!({"notification_settings": {"email": {"tips": "yes"}}}),
        json!({"notification_settings": "all"}),
    ] {
        let answer = change(&app, &tokens.access, &body).await;
        answer.expect_error(400, "invalid_fields");
    }
    assert_eq!(app.me(&tokens.access).await.expect(200).json, before.json);
}

#[tokio::test]
async fn a_username_is_logged_in_with_and_the_old_one_is_free() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    for username in ["ann.one", "Ann.One", "ann.two"] {
        let _ = change(&app, &tokens.access, &json!({"username": username}))
            .await
            .expect(200);
    }

    let owner = app.identity_item("USERNAME#ann.two", "OWNER").await;
    assert_eq!(owner["user_id"], person.id.to_string());
    assert_eq!(
        app.identity_item("USERNAME#ann.one", "OWNER").await,
        Value::Null
    );
    let eve = app.member("eve@example.com").await;
    let eve = app.log_in(&eve).await;
    let _ = change(&app, &eve.access, &json!({"username": "ANN.ONE"}))
        .await
        .expect(200);
    let taken = change(&app, &eve.access, &json!({"username": "ANN.TWO"})).await;
    taken.expect_error(400, "invalid_fields");
    assert_eq!(
        taken.detail("username"),
        "A user with this username already exists."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_username_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let mut calls = Vec::new();
    for number in 0..6 {
        let person = app.member(&format!("user{number}@example.com")).await;
        let tokens = app.log_in(&person).await;
        calls.push(change_call(&tokens.access, &json!({"username": "theone"})));
    }

    let answers = app.call_all(calls).await;

    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| [200, 400].contains(status)),
        "{statuses:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_at_once_do_not_undo_each_other() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let changes = [
        json!({"first_name": "Anna"}),
        json!({"locale": "de"}),
        json!({"notification_settings": {"email": {"tips": true}}}),
    ];

    let calls = changes.iter().map(|body| change_call(&tokens.access, body));
    for answer in app.call_all(calls).await {
        let _ = answer.expect(200);
    }

    let profile = app.me(&tokens.access).await.expect(200).json;
    assert_eq!(profile["first_name"], "Anna");
    assert_eq!(profile["locale"], "de");
    assert_eq!(profile["notification_settings"]["email"]["tips"], true);
}

#[tokio::test]
async fn the_audit_log_has_the_names_of_the_fields_and_no_values() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let body =
        json!({"first_name": "Zebedee", "phone_number": "+4930123456", "last_name": "Miller"});
    let _ = change(&app, &tokens.access, &body).await.expect(200);

    let entries = app.audit_of("PROFILE_CHANGED").await;

    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object"], format!("user/{}", person.id));
    let fields: Vec<_> = entries[0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["first_name", "phone_number"]);
    let text = json!(entries).to_string();
    assert!(
        !text.contains("Zebedee") && !text.contains("30123456"),
        "{text}"
    );
}

#[tokio::test]
async fn a_change_of_nothing_writes_nothing() {
    let app = TestApp::start_watched().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.me(&tokens.access).await.expect(200);
    app.dynamodb().forget();

    let _ = change(&app, &tokens.access, &json!({"first_name": "Ann"}))
        .await
        .expect(200);

    // The caller: what changes nothing is not counted.
    assert_eq!(app.dynamodb().seen(), ["BatchGetItem"]);
    assert!(app.audit_of("PROFILE_CHANGED").await.is_empty());
}

#[tokio::test]
async fn an_account_has_sixty_changes_an_hour() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let called = |number: u32| json!({ "first_name": format!("Ann {number}") });
    for number in 0..60 {
        let _ = change(&app, &tokens.access, &called(number))
            .await
            .expect(200);
    }

    let refused = change(&app, &tokens.access, &called(60)).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);
    let me = app.me(&tokens.access).await.expect(200);
    assert_eq!(me.text("first_name"), "Ann 59");
    // What changes nothing is not refused.
    let _ = change(&app, &tokens.access, &json!({})).await.expect(200);

    app.advance(SignedDuration::from_hours(1));
    let tokens = app.refresh(&tokens.refresh).await.expect(200);
    let _ = change(&app, tokens.text("access"), &called(60))
        .await
        .expect(200);
}

#[tokio::test]
async fn looks_at_who_has_a_username_are_counted_as_changes() {
    let app = TestApp::start().await;
    let _ = app.member_named("bob@example.com", "bob").await;
    let (_, tokens) = logged_in(&app).await;
    let taken = json!({"username": "bob"});
    for _ in 0..60 {
        let answer = change(&app, &tokens.access, &taken).await;
        answer.expect_error(400, "invalid_fields");
    }

    let answer = change(&app, &tokens.access, &taken).await;
    answer.expect_error(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_110_of_fourteen_changes_at_once_none_is_an_outage() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for round in 0..3 {
        let calls = (0..14).map(|number| {
            let field = ["first_name", "last_name"][number % 2];
            let body = json!({ field: format!("N {round} {number}") });
            Call::new("PATCH", PATH)
                .with_header("content-type", "application/json")
                .with_token(&tokens.access)
                .with_body(body.to_string())
        });

        let answers = app.call_all(calls).await;

        for answer in &answers {
            match answer.status {
                200 => {}
                _ => answer.expect_error(409, "changed_meanwhile"),
            }
        }
        assert!(answers.iter().any(|answer| answer.status == 200));
    }
}

#[tokio::test]
async fn abuse_040_what_is_not_the_callers_to_change_is_ignored() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let pk = format!("USER#{}", person.id);
    let before = app.identity_item(&pk, "USER").await;
    let body = json!({
        "id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11", "password": "owned by eve 123", "role": "admin",
        "is_staff": true, "is_superuser": true, "is_active": false, "email": "eve@example.com",
        "email_verified": false, "pending_email": "eve@example.com", "disabled": true, "factor_since": 1,
        "avatar": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11", "profile": {"version": 9}, "version": 9,
        "created_at": 0, "sessions_valid_from": 0, "last_name": "Changed",
    });

    let _ = change(&app, &tokens.access, &body).await.expect(200);

    let mut after = app.identity_item(&pk, "USER").await;
    assert_eq!(after["last_name"], "Changed");
    after["last_name"] = before["last_name"].clone();
    after["profile"] = before["profile"].clone();
    // Lists show another name.
    assert_eq!(after["listed"], "anew");
    after.as_object_mut().unwrap().remove("listed");
    assert_eq!(after, before);
}

#[tokio::test]
async fn abuse_041_a_victims_id_changes_the_callers_own_profile() {
    let app = TestApp::start().await;
    let victim = app.member("victim@example.com").await;
    let (person, tokens) = logged_in(&app).await;
    let body =
        json!({"user_id": victim.id.to_string(), "id": victim.id.to_string(), "first_name": "Eve"});

    let answer = change(&app, &tokens.access, &body).await.expect(200);

    assert_eq!(answer.text("id"), person.id.to_string());
    let untouched = app
        .identity_item(&format!("USER#{}", victim.id), "USER")
        .await;
    assert_eq!(untouched["first_name"], "Ann");
}

#[tokio::test]
async fn strangers_change_nothing() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let call = Call::new("PATCH", PATH)
        .with_header("content-type", "application/json")
        .with_body("{}");
    app.call(call).await.expect_error(401, "not_authenticated");

    let call = Call::new("PATCH", PATH)
        .with_token(&tokens.access)
        .with_body("{}");
    app.call(call)
        .await
        .expect_error(415, "unsupported_media_type");
}
