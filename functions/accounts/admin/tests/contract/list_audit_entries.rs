//! The audit log: what is found how, in what order, and what a file of it looks like.

use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/admin/audit-log";

async fn list(app: &TestApp, admin: &LoggedIn, query: &str) -> Answer {
    let target = format!("{PATH}{query}");
    app.call(Call::get(&target).with_token(&admin.access)).await
}

fn actions(answer: &Answer) -> Vec<&str> {
    let entries = answer.json["results"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

/// All entries that a query finds, page by page.
async fn all(app: &TestApp, admin: &LoggedIn, query: &str) -> Vec<Value> {
    let mut answer = list(app, admin, query).await.expect(200);
    let mut entries = answer.json["results"].as_array().unwrap().clone();
    while let Some(next) = answer.json["next"].as_str() {
        let call = Call::get(next).with_token(&admin.access);
        answer = app.call(call).await.expect(200);
        entries.extend(answer.json["results"].as_array().unwrap().clone());
    }
    entries
}

/// Two people who each logged in once, the second a day after the first.
async fn two_days(app: &TestApp) -> (Person, Person, LoggedIn) {
    let (ann, bob) = (
        app.member("ann@example.com").await,
        app.member("bob@example.com").await,
    );
    // Entries of one moment stand in any order.
    app.advance(SignedDuration::from_millis(1));
    let _ = app.log_in(&ann).await;
    app.advance(SignedDuration::from_hours(24));
    let _ = app.log_in(&bob).await;
    app.advance(SignedDuration::from_mins(1));
    let (_, admin) = app.admin().await;
    (ann, bob, admin)
}

#[tokio::test]
async fn an_entry_is_shown_whole() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let person = app.member("ann@example.com").await;
    app.advance(SignedDuration::from_secs(1));
    let body = json!({"role": "parent"});
    let call = Call::new("PATCH", &format!("/api/v1/users/{}", person.id))
        .with_header("content-type", "application/json")
        .with_header("user-agent", "Test/1.0")
        .with_body(body.to_string())
        .with_token(&admin.access)
        .from("203.0.113.7");
    let _ = app.call(call).await.expect(200);

    let answer = list(&app, &admin, "?page_size=1").await.expect(200);

    let entry = &answer.json["results"][0];
    assert_eq!(
        *entry,
        json!({
            "id": entry["id"], "at": "2026-03-01T12:00:01Z", "user": me.id.to_string(), "action": "ROLE_CHANGED",
            "object": format!("user/{}", person.id), "success": true, "client": "203.0.113.7", "agent": "Test/1.0",
            "request_id": entry["request_id"], "times": 1, "changes": [{"field": "role", "before": "user", "after": "parent"}],
        })
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    app.deliver().await;
}

#[tokio::test]
async fn a_day_is_shown_the_newest_first() {
    let app = TestApp::start().await;
    let (_, _, admin) = two_days(&app).await;

    let today = all(&app, &admin, "?page_size=2").await;
    let yesterday = all(&app, &admin, "?day=2026-03-01").await;

    for (day, entries) in [("2026-03-02", &today), ("2026-03-01", &yesterday)] {
        let at = |entry: &Value| entry["at"].as_str().unwrap().to_owned();
        assert!(entries.iter().all(|entry| at(entry).starts_with(day)));
        let ids: Vec<_> = entries
            .iter()
            .map(|entry| entry["id"].as_str().unwrap())
            .collect();
        assert!(ids.iter().rev().is_sorted());
    }
    let log = app.audit().await;
    assert_eq!(today.len() + yesterday.len(), log.len());
}

#[tokio::test]
async fn entries_are_found_by_user_object_action_and_day() {
    let app = TestApp::start().await;
    let (ann, bob, admin) = two_days(&app).await;

    for (query, expected) in [
        (format!("?user={}", ann.id), vec!["LOGIN", "CREATE"]),
        (format!("?user={}&action=CREATE", ann.id), vec!["CREATE"]),
        (format!("?user={}", bob.id), vec!["LOGIN", "CREATE"]),
        (format!("?user={}&day=2026-03-01", bob.id), vec!["CREATE"]),
        (format!("?user={}&day=2026-03-02", bob.id), vec!["LOGIN"]),
        (format!("?user={}&day=2026-03-03", bob.id), vec![]),
        (format!("?object=user/{}", ann.id), vec!["CREATE"]),
        (format!("?object=user/{}&day=2026-03-02", ann.id), vec![]),
        (format!("?object=user/{}&user={}", ann.id, bob.id), vec![]),
        ("?action=LOGIN&day=2026-03-01".to_owned(), vec!["LOGIN"]),
        ("?action=LOGIN".to_owned(), vec!["LOGIN", "LOGIN"]),
        ("?action=TOKEN_REUSE".to_owned(), vec![]),
        ("?object=otp&day=2026-03-01".to_owned(), vec![]),
    ] {
        let answer = list(&app, &admin, &query).await.expect(200);
        assert_eq!(actions(&answer), expected, "{query}");
        assert_eq!(answer.json["count"], expected.len(), "{query}");
    }
}

#[tokio::test]
async fn a_query_that_means_nothing_is_a_400() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    for (query, field) in [
        ("user=ann", "user"),
        ("user=%00", "user"),
        ("action=login", "action"),
        ("action=NO_SUCH_THING", "action"),
        ("day=today", "day"),
        ("format=xml", "format"),
        ("page=0", "page"),
        ("page=101&page_size=100", "page"),
        ("colour=red", "colour"),
        ("page_size=1000", "page_size"),
        (&format!("object={}", "x".repeat(201)), "object"),
    ] {
        let answer = list(&app, &admin, &format!("?{query}")).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{query}");
    }
    let answer = list(&app, &admin, "?format=xml&day=today&user=ann").await;
    for field in ["format", "day", "user"] {
        assert!(!answer.detail(field).is_empty(), "{field}");
    }
}

#[tokio::test]
async fn a_page_of_another_list_is_a_400() {
    let app = TestApp::start().await;
    let (ann, bob, admin) = two_days(&app).await;
    let target = format!("?user={}&page_size=1", ann.id);
    let page = list(&app, &admin, &target).await.expect(200);
    let next = page.text("next").split_once("page=").unwrap().1;
    let token = next.split_once('&').unwrap().0;

    let answer = list(&app, &admin, &format!("?user={}&page={token}", bob.id)).await;

    answer.expect_error(400, "invalid_fields");
    assert!(!answer.detail("page").is_empty());
}

#[tokio::test]
async fn a_day_is_counted_over_all_its_partitions_and_has_numbered_pages() {
    let app = TestApp::start().await;
    let (me, _) = app.admin().await;
    let person = app.member("ann@example.com").await;
    for position in 0..7 {
        app.advance(SignedDuration::from_mins(30));
        let tokens = app.log_in(&person).await;
        app.advance(SignedDuration::from_secs(1));
        let _ = app.log_out(&tokens.access).await.expect(204);
        let email = format!("nobody{position}@example.com");
        let _ = app.request_otp(&email).await.expect(200);
    }
    app.advance(SignedDuration::from_mins(1));
    let admin = app.log_in(&me).await;
    let ann = person.id;

    for (query, count) in [
        ("?page_size=4".to_owned(), app.audit().await.len()),
        // Each log-in begins with a code.
        ("?page_size=4&action=OTP_REQUESTED".to_owned(), 16),
        (format!("?page_size=2&user={ann}&action=LOGIN"), 7),
        (format!("?page_size=2&action=LOGIN&object=user/{ann}"), 0),
        ("?page_size=2&object=otp".to_owned(), 0),
    ] {
        let mut page = list(&app, &admin, &query).await.expect(200);
        for number in 2.. {
            assert_eq!(page.json["count"], count, "{query}");
            let numbered = list(&app, &admin, &format!("{query}&page={number}")).await;
            let Some(next) = page.json["next"].as_str() else {
                numbered.expect_error(404, "not_found");
                break;
            };
            let call = Call::get(next).with_token(&admin.access);
            page = app.call(call).await.expect(200);
            assert_eq!(numbered.expect(200).json, page.json, "{query}, {number}");
        }
    }
    app.deliver().await;
}

#[tokio::test]
async fn a_file_has_all_lines_and_no_formula() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    for agent in ["=HYPERLINK(\"https://evil.example\")", "@SUM(1)", "-2+3"] {
        app.advance(SignedDuration::from_secs(1));
        let call = TestApp::request_otp_call("nobody@example.com").with_header("user-agent", agent);
        let _ = app.call(call).await.expect(200);
    }
    app.deliver().await;

    let answer = list(&app, &admin, "?format=csv&action=OTP_REQUESTED&page_size=1")
        .await
        .expect(200);

    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"audit-log-2026-03-01.csv\""
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("link"), "");
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let lines: Vec<_> = text.split_terminator("\r\n").collect();
    assert_eq!(
        lines[0],
        r#""id","at","user","action","object","success","client","agent","request_id","times","changes""#
    );
    // The fourth is the administrator's own.
    assert_eq!(lines.len(), 1 + 4);
    assert!(
        lines[3].contains(r#","'=HYPERLINK(""https://evil.example"")","#),
        "{}",
        lines[3]
    );
    assert!(lines[2].contains(r#","'@SUM(1)","#));
    assert!(lines[1].contains(r#","'-2+3","#));

    let exports = app.audit_of("EXPORTED").await;
    assert_eq!(exports.len(), 1);
    assert_eq!(exports[0]["actor"], me.id.to_string());
    assert_eq!(exports[0]["object"], "audit_log");
}
