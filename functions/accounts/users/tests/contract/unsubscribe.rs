//! Mails of a topic are ended by the link in one, without a log-in, and nothing else is.

use accounts_testing::{Answer, Call, FRONTEND_URL, LoggedIn, Person, TestApp};
use identity::{OptOut, Topic, opt_out_key};
use kernel::email::EmailAddress;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/unsubscribe";

/// The token of the link in a mail about updates.
async fn token(app: &TestApp, person: &Person) -> String {
    let key = opt_out_key(app.app()).await.unwrap();
    let address = EmailAddress::parse(&person.email).unwrap();
    OptOut::of(person.id, Topic::Updates, &address).token(&key)
}

/// What a mail program calls (RFC 8058, 3.1).
fn one_click(token: &str) -> Call {
    Call::new("POST", &format!("{PATH}?token={token}"))
        .with_header("content-type", "application/x-www-form-urlencoded")
        .with_body("List-Unsubscribe=One-Click")
}

fn end(answer: Answer) {
    let answer = answer.expect(200);
    assert_eq!(answer.json["topic"], "updates");
}

fn change_call(session: &LoggedIn, body: &Value) -> Call {
    Call::new("PATCH", "/api/v1/users/me")
        .with_header("content-type", "application/json")
        .with_body(body.to_string())
        .with_token(&session.access)
}

async fn settings(app: &TestApp, session: &LoggedIn) -> Value {
    let profile = app.me(&session.access).await.expect(200);
    profile.json["notification_settings"].clone()
}

async fn start(email: &str) -> (TestApp, Person, LoggedIn) {
    let app = TestApp::start_watched().await;
    let person = app.member(email).await;
    let session = app.log_in_by_password(&person).await;
    (app, person, session)
}

#[tokio::test]
async fn one_click_ends_mails_of_the_topic_and_no_others() {
    let (app, person, session) = start("ann@example.com").await;
    let before = settings(&app, &session).await;
    assert_eq!(before["email"]["updates"], true);
    let token = token(&app, &person).await;

    end(app.call(one_click(&token)).await);

    let mut expected = before;
    expected["email"]["updates"] = json!(false);
    assert_eq!(settings(&app, &session).await, expected);
    let entries = app.audit_of("UNSUBSCRIBED").await;
    assert_eq!(entries.len(), 1, "{entries:?}");

    let once = app.identity().await;
    end(app.call(one_click(&token)).await);
    assert_eq!(app.identity().await, once);
    assert_eq!(app.audit_of("UNSUBSCRIBED").await.len(), 1);

    // The owner takes it back, and the link is good again.
    let all = json!({"notification_settings": {"email": {"updates": true}}});
    let _ = app.call(change_call(&session, &all)).await.expect(200);
    end(app.call(one_click(&token)).await);
    assert_eq!(settings(&app, &session).await, expected);
}

#[tokio::test]
async fn a_scanner_that_opens_the_link_ends_nothing() {
    let (app, person, _) = start("ann@example.com").await;
    let token = token(&app, &person).await;
    let before = app.identity().await;

    let opened = app.call(Call::get(&format!("{PATH}?token={token}"))).await;

    let opened = opened.expect(303);
    let page = format!("{FRONTEND_URL}/unsubscribe?token={token}");
    assert_eq!(opened.headers["location"], page);
    assert_eq!(app.identity().await, before);
}

#[tokio::test]
async fn a_link_that_we_did_not_write_ends_nothing() {
    let (app, person, session) = start("ann@example.com").await;
    let token = token(&app, &person).await;
    let (said, mac) = token.split_once('.').unwrap();
    let before = app.identity().await;
    for wrong in [
        "",
        "?token=",
        "?token=.",
        "?token=%00%ff",
        &format!("?token={said}"),
        &format!(
            "?token={said}.{}",
            mac.replace(|c: char| c.is_ascii_digit(), "a")
        ),
        &format!("?token={}", session.access),
        &format!("?token={}", "a".repeat(4_000)),
    ] {
        for method in ["GET", "POST"] {
            let refused = app.call(Call::new(method, &format!("{PATH}{wrong}"))).await;
            refused.expect_error(400, "invalid_token");
        }
    }
    assert_eq!(app.identity().await, before);
}

#[tokio::test]
async fn a_link_sent_to_an_old_address_ends_nothing_at_the_new_one() {
    let (app, person, session) = start("ann@example.com").await;
    let mut moved = person.clone();
    moved.email = "ann@example.org".to_owned();
    let other = token(&app, &moved).await;
    let before = app.identity().await;

    end(app.call(one_click(&other)).await);

    assert_eq!(app.identity().await, before);
    assert_eq!(settings(&app, &session).await["email"]["updates"], true);
    // An account that never was, or is gone, is told apart from none of these.
    let mut gone = person;
    gone.id = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11".parse().unwrap();
    end(app.call(one_click(&token(&app, &gone).await)).await);
    assert_eq!(app.identity().await, before);
}

#[tokio::test]
async fn a_profile_that_changes_meanwhile_loses_neither_change() {
    let (app, person, session) = start("ann@example.com").await;
    let token = token(&app, &person).await;

    let answer = app
        .call_with_another_meanwhile(
            one_click(&token),
            change_call(&session, &json!({"locale": "de"})),
        )
        .await;

    end(answer);
    let profile = app.me(&session.access).await.expect(200);
    assert_eq!(profile.json["locale"], "de");
    assert_eq!(
        profile.json["notification_settings"]["email"]["updates"],
        false
    );
}

#[tokio::test]
async fn an_account_that_ends_meanwhile_is_not_begun_again() {
    let (app, person, _) = start("ann@example.com").await;
    let token = token(&app, &person).await;
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let gone = app.aws().remove(&table, &pk, "USER");

    let answer = app
        .call_held_at("TransactWriteItems", one_click(&token), gone)
        .await;

    end(answer);
    let items = app.scan(&table).await;
    assert!(items.iter().all(|item| item["sk"]["S"] != "USER"));
    assert!(app.audit_of("UNSUBSCRIBED").await.is_empty());
}
