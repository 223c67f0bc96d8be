use accounts_testing::{Answer, Call, LoggedIn, TestApp};
use jiff::SignedDuration;
use serde_json::json;

use crate::{PATH, confirm, leave};

async fn list(app: &TestApp, admin: &LoggedIn, query: &str) -> Answer {
    let target = format!("{PATH}{query}");
    app.call(Call::get(&target).with_token(&admin.access)).await
}

fn emails(answer: &Answer) -> Vec<&str> {
    let entries = answer.json["results"].as_array().unwrap().iter();
    entries
        .map(|entry| entry["email"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_newest_stand_first_with_what_became_of_them() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    let token = leave(&app, "ann@example.com").await;
    app.advance(SignedDuration::from_secs(1));
    let _ = leave(&app, "bob@example.com").await;
    app.advance(SignedDuration::from_secs(1));
    let _ = confirm(&app, &token).await.expect(200);
    // Asking again does not move it.
    let _ = app
        .call(crate::leave_call("ann@example.com"))
        .await
        .expect(200);
    app.deliver().await;

    let answer = list(&app, &admin, "").await.expect(200);

    let id = |position: usize| answer.json["results"][position]["id"].clone();
    assert_eq!(
        answer.json,
        json!({
            "count": 2, "next": null, "previous": null,
            "results": [
                {"id": id(0), "email": "bob@example.com", "requested_at": "2026-03-01T12:00:01Z", "confirmed_at": null},
                {"id": id(1), "email": "ann@example.com", "requested_at": "2026-03-01T12:00:00Z",
                 "confirmed_at": "2026-03-01T12:00:02Z"},
            ],
        })
    );
    let confirmed = list(&app, &admin, "?is_confirmed=true").await.expect(200);
    assert_eq!(emails(&confirmed), ["ann@example.com"]);
    let waiting = list(&app, &admin, "?is_confirmed=false").await.expect(200);
    assert_eq!(emails(&waiting), ["bob@example.com"]);
    list(&app, &admin, "?is_confirmed=perhaps")
        .await
        .expect_error(400, "invalid_fields");
}

#[tokio::test]
async fn what_nobody_confirmed_in_a_week_is_not_shown() {
    let app = TestApp::start().await;
    let (me, _) = app.admin().await;
    let token = leave(&app, "ann@example.com").await;
    let _ = confirm(&app, &token).await.expect(200);
    let _ = leave(&app, "bob@example.com").await;
    app.advance(SignedDuration::from_hours(7 * 24));

    // DynamoDB deletes days later: the item is still there.
    let admin = app.log_in(&me).await;
    let answer = list(&app, &admin, "").await.expect(200);

    assert_eq!(emails(&answer), ["ann@example.com"]);
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let app = TestApp::start().await;
    let (me, _) = app.admin().await;
    for position in 0..7 {
        let _ = leave(&app, &format!("ann{position}@example.com")).await;
        app.advance(SignedDuration::from_hours(20));
    }
    let admin = app.log_in(&me).await;

    let mut pages = vec![list(&app, &admin, "?page_size=3").await.expect(200)];
    while let Some(next) = pages.last().unwrap().json["next"].as_str() {
        let call = Call::get(next).with_token(&admin.access);
        pages.push(app.call(call).await.expect(200));
    }

    // It goes over days.
    let all: Vec<_> = pages
        .iter()
        .flat_map(emails)
        .map(|email| &email[3..4])
        .collect();
    assert_eq!(all, ["6", "5", "4", "3", "2", "1", "0"]);
    assert_eq!(pages.len(), 3);
    assert!(pages.iter().all(|page| page.json["count"] == 7));
    let second = list(&app, &admin, "?page_size=3&page=2").await.expect(200);
    assert_eq!(second.json, pages[1].json);
    for (query, field) in [
        ("?confirmed=true", "confirmed"),
        ("?format=xml", "format"),
        ("?page=PmFiYw", "page"),
    ] {
        let answer = list(&app, &admin, query).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty(), "{query}");
    }
}

#[tokio::test]
async fn a_file_has_every_address_and_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let (me, admin) = app.admin().await;
    let token = leave(&app, "ann@example.com").await;
    let _ = confirm(&app, &token).await.expect(200);
    app.advance(SignedDuration::from_secs(1));
    // A local part may begin so, and a spreadsheet would compute it.
    let _ = leave(&app, "+1+1@example.com").await;

    let answer = list(&app, &admin, "?format=csv&page_size=1")
        .await
        .expect(200);

    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"pre-registrations-2026-03-01.csv\""
    );
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let lines: Vec<_> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], r#""id","email","requested_at","confirmed_at""#);
    assert!(lines[1].ends_with(r#","'+1+1@example.com","2026-03-01T12:00:01Z","""#));
    assert!(
        lines[2].ends_with(r#","ann@example.com","2026-03-01T12:00:00Z","2026-03-01T12:00:00Z""#)
    );
    let exports = app.audit_of("EXPORTED").await;
    assert_eq!(exports.len(), 1);
    assert_eq!(exports[0]["actor"], me.id.to_string());
    assert_eq!(exports[0]["object"], "pre_registrations");
}

#[tokio::test]
async fn abuse_102_a_file_takes_a_fresh_proof_and_a_page_none() {
    let app = TestApp::start().await;
    let (_, admin) = app.admin().await;
    app.advance(SignedDuration::from_mins(15));

    let file = list(&app, &admin, "?format=csv").await;
    file.expect_error(403, "reauthentication_required");
    assert!(app.audit_of("EXPORTED").await.is_empty());
    let _ = list(&app, &admin, "").await.expect(200);

    let proof = json!({ "password": TestApp::PASSWORD });
    let prove = TestApp::reauthenticate_call(&admin.access, &proof);
    let _ = app.call(prove).await.expect(204);
    let _ = list(&app, &admin, "?format=csv").await.expect(200);
}

#[tokio::test]
async fn abuse_090_nobody_else_sees_the_list() {
    let app = TestApp::start().await;
    app.call(Call::get(PATH))
        .await
        .expect_error(401, "not_authenticated");
    let person = app.member("eve@example.com").await;
    let tokens = app.log_in(&person).await;
    for role in TestApp::other_roles() {
        app.change_role(&person, role).await;
        for query in ["", "?format=csv", "?page_size=nonsense"] {
            let answer = list(&app, &tokens, query).await;
            assert_eq!((answer.status, answer.code()), (403, "forbidden"), "{role}");
        }
    }
    assert!(app.audit_of("EXPORTED").await.is_empty());
}
