//! What administrators see of one-time codes, and how they take one away.

use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/admin/otps";

async fn list(app: &TestApp, admin: &LoggedIn, query: &str) -> Answer {
    let target = format!("{PATH}{query}");
    app.call(Call::get(&target).with_token(&admin.access)).await
}

async fn entry_of(app: &TestApp, admin: &LoggedIn, email: &str) -> Value {
    let answer = list(app, admin, &format!("?email={email}"))
        .await
        .expect(200);
    assert_eq!(answer.json["count"], 1, "{}", answer.json);
    answer.json["results"][0].clone()
}

fn delete(admin: &LoggedIn, entry: &Value) -> Call {
    let target = format!("{PATH}/{}", entry["id"].as_str().unwrap());
    Call::new("DELETE", &target).with_token(&admin.access)
}

#[tokio::test]
async fn a_code_is_shown_masked() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_mins(1));
    let call = TestApp::request_otp_call("ann@example.com").from("2001:db8::1");
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    app.advance(SignedDuration::from_mins(1));

    let answer = list(&app, &admin, "").await.expect(200);

    let newest = &answer.json["results"][0];
    let id = newest["id"].clone();
    assert_eq!(
        *newest,
        json!({
            "id": id, "email": "ann@example.com", "client": "2001:db8::/64", "state": "valid", "tries": 0,
            "time_left_s": 540, "requested_at": "2026-03-01T12:01:00Z",
        })
    );
    assert_eq!(
        answer.json["count"], 2,
        "the administrator's own is the other"
    );
    let (body, item) = (
        String::from_utf8_lossy(&answer.body).into_owned(),
        app.identity_item("EMAIL#ann@example.com", "CODE").await,
    );
    assert!(!body.contains(item["hash"].as_str().unwrap()));
    assert!(!body.contains(&app.code_of("ann@example.com").await));
}

#[tokio::test]
async fn every_code_tells_how_far_it_is() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let ann = app.member("ann@example.com").await;

    let _ = app.request_otp("nobody@example.com").await.expect(200);
    let _ = app.request_otp("ann@example.com").await.expect(200);
    let entry = entry_of(&app, &admin, "ann@example.com").await;
    assert_eq!(
        (&entry["state"], &entry["time_left_s"]),
        (&json!("requested"), &json!(0))
    );
    app.deliver().await;
    let nobody = entry_of(&app, &admin, "nobody@example.com").await;
    assert_eq!(nobody["state"], "requested");
    assert_eq!(
        entry_of(&app, &admin, "ann@example.com").await["state"],
        "valid"
    );

    for tries in 1..=5 {
        let code = app.code_of("ann@example.com").await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let _ = app.verify_otp("ann@example.com", wrong).await.expect(400);
        let entry = entry_of(&app, &admin, "ann@example.com").await;
        let state = if tries < 5 { "valid" } else { "locked" };
        assert_eq!(
            (&entry["state"], &entry["tries"]),
            (&json!(state), &json!(tries))
        );
    }

    let _ = app.log_in(&ann).await;
    assert_eq!(
        entry_of(&app, &admin, "ann@example.com").await["state"],
        "used"
    );

    let _ = app.fresh_code("ann@example.com").await;
    app.advance(SignedDuration::from_mins(10));
    let entry = entry_of(&app, &admin, "ann@example.com").await;
    assert_eq!(
        (&entry["state"], &entry["time_left_s"]),
        (&json!("expired"), &json!(0))
    );
}

#[tokio::test]
async fn a_newer_code_stands_in_place_of_the_one_before() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.request_otp("nobody@example.com").await.expect(200);
    let first = entry_of(&app, &admin, "nobody@example.com").await;
    app.advance(SignedDuration::from_secs(1));
    let _ = app.request_otp("nobody@example.com").await.expect(200);
    app.deliver().await;

    let second = entry_of(&app, &admin, "nobody@example.com").await;

    assert_ne!(first["id"], second["id"]);
    // The one that is gone cannot be taken away, nor does that touch the newer one.
    app.call(delete(&admin, &first))
        .await
        .expect_error(404, "not_found");
    assert_eq!(entry_of(&app, &admin, "nobody@example.com").await, second);
}

#[tokio::test]
async fn a_code_that_was_taken_away_logs_nobody_in() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let _ = app.member("ann@example.com").await;
    let code = app.fresh_code("ann@example.com").await;
    let entry = entry_of(&app, &admin, "ann@example.com").await;

    let answer = app.call(delete(&admin, &entry)).await.expect(204);

    assert!(answer.body.is_empty());
    app.verify_otp("ann@example.com", &code)
        .await
        .expect_error(400, "invalid_otp");
    let answer = list(&app, &admin, "?email=ann@example.com")
        .await
        .expect(200);
    assert_eq!(answer.json["count"], 0);
    app.call(delete(&admin, &entry))
        .await
        .expect_error(404, "not_found");
    let entries = app.audit_of("OTP_DELETED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], me.id.to_string());
    assert_eq!(
        entries[0]["object"],
        format!("otp/{}", entry["id"].as_str().unwrap())
    );
    assert_eq!(
        entries[0]["changes"],
        json!([{"field": "state", "before": "valid", "after": "deleted"}])
    );
    assert!(!entries[0].to_string().contains("example.com"));
}

#[tokio::test]
async fn a_code_that_is_on_its_way_is_not_sent_once_it_was_taken_away() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.request_otp("ann@example.com").await.expect(200);
    let entry = entry_of(&app, &admin, "ann@example.com").await;

    let _ = app.call(delete(&admin, &entry)).await.expect(204);

    app.deliver().await;
    assert!(app.mails_to("ann@example.com").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_code_away_one_did() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let _ = app.member("ann@example.com").await;
    let _ = app.fresh_code("ann@example.com").await;
    let entry = entry_of(&app, &admin, "ann@example.com").await;

    let answers = app.call_all((0..10).map(|_| delete(&admin, &entry))).await;

    let done = answers.iter().filter(|answer| answer.status == 204).count();
    assert_eq!(done, 1);
    assert!(
        answers
            .iter()
            .all(|answer| [204, 404].contains(&answer.status))
    );
    assert_eq!(app.audit_of("OTP_DELETED").await.len(), 1);
}

#[tokio::test]
async fn codes_are_counted_and_have_numbered_pages() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for position in 0..9 {
        app.advance(SignedDuration::from_secs(1));
        let email = format!("nobody{position}@example.com");
        let call = TestApp::request_otp_call(&email).from(&format!("203.0.113.{position}"));
        let _ = app.call(call).await.expect(200);
    }
    app.deliver().await;

    let first = list(&app, &admin, "?page_size=4").await.expect(200);
    let next = Call::get(first.text("next")).with_token(&admin.access);
    let second = app.call(next).await.expect(200);
    let third = Call::get(second.text("next")).with_token(&admin.access);
    let third = app.call(third).await.expect(200);

    // The administrator's own is the tenth.
    assert!(
        [&first, &second, &third]
            .iter()
            .all(|page| page.json["count"] == 10)
    );
    for (number, page) in [(1, first), (2, second), (3, third)] {
        let query = format!("?page_size=4&page={number}");
        assert_eq!(list(&app, &admin, &query).await.expect(200).json, page.json);
    }
    list(&app, &admin, "?page_size=4&page=4")
        .await
        .expect_error(404, "not_found");
    let one = list(&app, &admin, "?email=nobody3@example.com&page_size=1").await;
    assert_eq!(one.expect(200).json["count"], 1);
    for (query, field) in [("?state=valid", "state"), ("?format=csv", "format")] {
        let answer = list(&app, &admin, query).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{query}");
    }
}

#[tokio::test]
async fn a_newer_code_is_not_taken_away_in_place_of_the_one_that_was_looked_at() {
    let app = TestApp::start_watched().await;
    let (_, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    let _ = app.fresh_code(&person.email).await;
    let entry = entry_of(&app, &admin, &person.email).await;

    let newer = TestApp::request_otp_call(&person.email);
    let process = app.another_process();
    let meanwhile = async {
        let _ = app.call_another(&process, newer).await.expect(200);
    };
    let answer = app
        .call_held_at("TransactWriteItems", delete(&admin, &entry), meanwhile)
        .await;

    answer.expect_error(404, "not_found");
    assert!(app.audit_of("OTP_DELETED").await.is_empty());
    app.deliver().await;
    let code = app.code_of(&person.email).await;
    let _ = app.verify_otp(&person.email, &code).await.expect(200);
    app.deliver().await;
}
