//! What administrators see of mailed links.

use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

const VERIFICATIONS: &str = "/api/v1/admin/verifications";
const RESETS: &str = "/api/v1/admin/password-resets";

async fn list(app: &TestApp, admin: &LoggedIn, target: &str) -> Answer {
    app.call(Call::get(target).with_token(&admin.access)).await
}

async fn ask_for_reset(app: &TestApp, email: &str) {
    let body = json!({ "email": email });
    let _ = app
        .call(Call::post("/api/v1/auth/password/forgot", &body))
        .await
        .expect(200);
    app.deliver().await;
}

async fn reset(app: &TestApp, token: &str) {
    let new = "a wholly different phrase";
    let body = json!({"token": token, "password": new, "password_confirm": new});
    let _ = app
        .call(Call::post("/api/v1/auth/password/reset", &body))
        .await
        .expect(200);
    app.deliver().await;
}

fn states(answer: &Answer) -> Vec<(&str, &str)> {
    let entries = answer.json["results"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            let (email, state) = (&entry["email"], &entry["state"]);
            (email.as_str().unwrap(), state.as_str().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_verification_link_is_shown_without_its_token() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.newcomer("ann@example.com").await;
    app.advance(SignedDuration::from_mins(1));
    let _ = app.resend("ann@example.com").await.expect(200);
    app.deliver().await;
    app.advance(SignedDuration::from_mins(1));

    let answer = list(&app, &admin, VERIFICATIONS).await.expect(200);

    assert_eq!(
        answer.json,
        json!({
            "count": 1, "next": null, "previous": null,
            "results": [{
                "user_id": person.id.to_string(), "email": "ann@example.com", "state": "valid",
                "time_left_s": 24 * 3600 - 60, "created_at": "2026-03-01T12:01:00Z",
                "expires_at": "2026-03-02T12:01:00Z",
            }],
        })
    );
    let token = app.token_of("ann@example.com").await;
    assert!(!String::from_utf8_lossy(&answer.body).contains(&token));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn every_link_tells_how_far_it_is() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    for email in [
        "late@example.com",
        "replaced@example.com",
        "used@example.com",
        "gone@example.com",
    ] {
        let person = app.newcomer(email).await;
        let _ = app.resend(email).await.expect(200);
        app.deliver().await;
        app.advance(SignedDuration::from_millis(1));
        if email.starts_with("gone") {
            app.delete_account(&person).await;
        }
    }
    let token = app.token_of("used@example.com").await;
    let _ = app.verify_email(&token).await.expect(200);
    let _ = app.resend("replaced@example.com").await.expect(200);
    app.deliver().await;

    let answer = list(&app, &admin, VERIFICATIONS).await.expect(200);
    assert_eq!(
        states(&answer),
        [
            ("replaced@example.com", "valid"),
            ("gone@example.com", "void"),
            ("used@example.com", "used"),
            ("replaced@example.com", "replaced"),
            ("late@example.com", "valid"),
        ]
    );

    app.advance(SignedDuration::from_hours(25));
    let admin = app.log_in(&me).await;
    let answer = list(&app, &admin, &format!("{VERIFICATIONS}?day=2026-03-01"))
        .await
        .expect(200);
    assert_eq!(states(&answer)[4], ("late@example.com", "expired"));
    assert_eq!(answer.json["results"][4]["time_left_s"], 0);
    app.deliver().await;
}

#[tokio::test]
async fn a_reset_link_that_nobody_used_is_not_called_used() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let changed = app.member("changed@example.com").await;
    let leaving = app.member("leaving@example.com").await;
    let locked = app.member("locked@example.com").await;
    for person in [&locked, &leaving, &changed] {
        ask_for_reset(&app, &person.email).await;
        app.advance(SignedDuration::from_secs(1));
    }

    let (own, new) = (TestApp::PASSWORD, "a wholly different phrase");
    let change = json!({"current_password": own, "password": new, "password_confirm": new});
    let delete = json!({ "password": own });
    for (person, path, body, status) in [
        (&changed, "/api/v1/auth/password/change", &change, 200),
        (&leaving, "/api/v1/users/me/deletion", &delete, 202),
    ] {
        let session = app.log_in_by_password(person).await;
        let call = Call::post(path, body).with_token(&session.access);
        let _ = app.call(call).await.expect(status);
    }
    let lock = Call::new("PATCH", &format!("/api/v1/users/{}", locked.id))
        .with_token(&admin.access)
        .with_header("content-type", "application/json")
        .with_body(json!({"is_active": false}).to_string());
    let _ = app.call(lock).await.expect(200);
    app.deliver().await;

    let answer = list(&app, &admin, RESETS).await.expect(200);
    assert_eq!(
        states(&answer),
        [
            ("changed@example.com", "void"),
            ("leaving@example.com", "void"),
            ("locked@example.com", "void"),
        ]
    );
    assert_eq!(answer.json["results"][0]["time_left_s"], 0);
}

#[tokio::test]
async fn a_used_link_stays_used_whatever_comes_after_it() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    ask_for_reset(&app, &person.email).await;
    let token = app.token_of(&person.email).await;
    reset(&app, &token).await;
    app.advance(SignedDuration::from_mins(1));

    ask_for_reset(&app, &person.email).await;
    let answer = list(&app, &admin, RESETS).await.expect(200);
    assert_eq!(
        states(&answer),
        [("ann@example.com", "valid"), ("ann@example.com", "used")]
    );

    app.delete_account(&person).await;
    let answer = list(&app, &admin, RESETS).await.expect(200);
    assert_eq!(
        states(&answer),
        [("ann@example.com", "void"), ("ann@example.com", "used")]
    );
}

#[tokio::test]
async fn a_verification_link_is_void_once_the_address_is_verified_without_it() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let person = app.newcomer("ann@example.com").await;
    let _ = app.resend(&person.email).await.expect(200);
    app.deliver().await;
    let token = app.token_of(&person.email).await;
    ask_for_reset(&app, &person.email).await;
    reset(&app, &app.token_of(&person.email).await).await;

    // Whoever follows it now is told that it is done, which is no use of it.
    let _ = app.verify_email(&token).await.expect(200);
    let answer = list(&app, &admin, VERIFICATIONS).await.expect(200);
    assert_eq!(states(&answer), [("ann@example.com", "void")]);
}

#[tokio::test]
async fn resets_are_a_list_of_their_own() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.member("bob@example.com").await;
    ask_for_reset(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_mins(1));
    ask_for_reset(&app, "bob@example.com").await;
    let token = app.token_of("ann@example.com").await;
    reset(&app, &token).await;

    let answer = list(&app, &admin, RESETS).await.expect(200);

    assert_eq!(
        states(&answer),
        [("bob@example.com", "valid"), ("ann@example.com", "used")]
    );
    assert_eq!(answer.json["results"][0]["time_left_s"], 1800);
    assert!(!String::from_utf8_lossy(&answer.body).contains(&token));
    let verifications = list(&app, &admin, VERIFICATIONS).await.expect(200);
    assert_eq!(verifications.json["count"], 0);
}

#[tokio::test]
async fn a_list_is_narrowed_to_a_day_and_an_address() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for email in ["ann@example.com", "bob@example.com"] {
        let _ = app.newcomer(email).await;
        let _ = app.resend(email).await.expect(200);
    }
    app.deliver().await;
    for (query, count) in [
        ("", 2),
        ("?day=2026-03-01", 2),
        ("?day=&email=", 2),
        ("?day=2026-02-28", 0),
        ("?day=9999-12-31", 0),
        ("?email=%20Ann@Example.COM", 1),
        ("?email=ann%2Bother@example.com", 0),
        ("?email=ann@example.com&day=2026-03-02", 0),
    ] {
        let answer = list(&app, &admin, &format!("{VERIFICATIONS}{query}")).await;
        assert_eq!(answer.expect(200).json["count"], count, "{query}");
    }
    for (query, field) in [
        ("day=20260301", "day"),
        ("day=2026-02-30", "day"),
        ("day=yesterday", "day"),
        ("day=2026-03-01T12:00:00Z", "day"),
        ("day=2026-03-01%27%20OR%201=1", "day"),
        ("email=ann", "email"),
        ("page=0", "page"),
        ("page_size=0", "page_size"),
        ("format=csv", "format"),
        ("unknown=1", "unknown"),
    ] {
        let answer = list(&app, &admin, &format!("{VERIFICATIONS}?{query}")).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{query}");
    }
    let twice = list(&app, &admin, &format!("{RESETS}?day=2026-03-01&day=x")).await;
    twice.expect_error(400, "invalid_query");
}

#[tokio::test]
async fn a_long_list_comes_in_pages_both_ways() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for position in 0..12 {
        let email = format!("ann{position:02}@example.com");
        let _ = app.newcomer(&email).await;
        let _ = app.resend(&email).await.expect(200);
        app.deliver().await;
        app.advance(SignedDuration::from_secs(1));
    }
    let emails = |answer: &Answer| -> Vec<String> {
        states(answer)
            .iter()
            .map(|(email, _)| email[3..5].to_owned())
            .collect()
    };

    let first = list(
        &app,
        &admin,
        &format!("{VERIFICATIONS}?page_size=5&day=2026-03-01"),
    )
    .await
    .expect(200);
    assert_eq!(emails(&first), ["11", "10", "09", "08", "07"]);
    assert_eq!(first.json["count"], 12);
    assert_eq!(first.json["previous"], Value::Null);
    let next = first.text("next");
    assert!(next.starts_with(VERIFICATIONS) && next.ends_with("&page_size=5&day=2026-03-01"));

    // Entries that come meanwhile do not move the others.
    let _ = app.newcomer("new@example.com").await;
    let _ = app.resend("new@example.com").await.expect(200);
    app.deliver().await;
    let second = list(&app, &admin, next).await.expect(200);
    assert_eq!(emails(&second), ["06", "05", "04", "03", "02"]);
    let third = list(&app, &admin, second.text("next")).await.expect(200);
    assert_eq!(emails(&third), ["01", "00"]);
    assert_eq!(third.json["next"], Value::Null);
    assert_eq!(third.json["count"], 13);

    let back = list(&app, &admin, third.text("previous")).await.expect(200);
    assert_eq!(back.json["results"], second.json["results"]);
    let back = list(&app, &admin, back.text("previous")).await.expect(200);
    assert_eq!(back.json["results"], first.json["results"]);

    // The newcomer counts where pages have numbers.
    let numbered = |number: usize| format!("{VERIFICATIONS}?page_size=5&page={number}");
    let second = list(&app, &admin, &numbered(2)).await.expect(200);
    assert_eq!(emails(&second), ["07", "06", "05", "04", "03"]);
    let third = list(&app, &admin, second.text("next")).await.expect(200);
    let by_number = list(&app, &admin, &numbered(3)).await.expect(200);
    assert_eq!(by_number.json, third.json);
    list(&app, &admin, &numbered(4))
        .await
        .expect_error(404, "not_found");
}
