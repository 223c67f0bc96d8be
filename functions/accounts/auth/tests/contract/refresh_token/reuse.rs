//! One refresh token in several hands.

use accounts_testing::TestApp;
use jiff::SignedDuration;
use serde_json::json;

use super::{expect_refused, generation, logged_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_015_of_two_refreshes_at_once_comes_one_successor() {
    refreshed_at_once(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_015_of_twenty_refreshes_at_once_comes_one_successor() {
    refreshed_at_once(20).await;
}

async fn refreshed_at_once(callers: usize) {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;

    let answers = app
        .call_all((0..callers).map(|_| TestApp::refresh_call(&tokens.refresh)))
        .await;

    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.json, answers[0].json);
    }
    assert_eq!(generation(&app, &person, &tokens).await, "2");
    let _ = app.refresh(answers[0].text("refresh")).await.expect(200);
    assert!(app.audit_of("TOKEN_REUSE").await.is_empty());
}

#[tokio::test]
async fn abuse_015_a_slow_refresh_does_not_set_its_session_back() {
    let app = TestApp::start_watched().await;
    let (person, tokens) = logged_in(&app).await;
    let process = app.another_process();
    let refresh = async |token: &str| {
        let call = TestApp::refresh_call(token);
        app.call_another(&process, call).await.expect(200)
    };
    let twice = async {
        let second = refresh(&tokens.refresh).await;
        let _ = refresh(second.text("refresh")).await;
    };

    let slow = TestApp::refresh_call(&tokens.refresh);
    let answer = app.call_held_at("UpdateItem", slow, twice).await;

    // By now its token is one of two generations back.
    expect_refused(&answer);
    assert_eq!(generation(&app, &person, &tokens).await, "3");
    assert_eq!(app.audit_of("TOKEN_REUSE").await.len(), 1);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_016_a_parent_replayed_later_ends_the_whole_family() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let other_device = app.log_in(&person).await;
    let successor = app.refresh(&tokens.refresh).await.expect(200);
    app.advance(SignedDuration::from_secs(60));
    let thief = TestApp::refresh_call(&tokens.refresh)
        .from("203.0.113.66")
        .with_header("user-agent", "thief/1.0 see http://evil.example/x");

    expect_refused(&app.call(thief).await);

    expect_refused(&app.refresh(successor.text("refresh")).await);
    let _ = app.me(successor.text("access")).await.expect(401);
    let _ = app.me(&tokens.access).await.expect(401);
    // Another log-in of the same account is another family.
    let _ = app.me(&other_device.access).await.expect(200);

    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    let notice = mails.last().unwrap();
    assert_eq!(notice.subject, "Your KinWise session was ended");
    assert!(notice.text.contains("203.0.113.66") && notice.text.contains("thief"));
    assert!(!notice.text.contains("http://evil") && !notice.html.contains("http://evil"));
    assert!(notice.text.contains("1 March 2026, 12:01:00 UTC"));

    let entries = app.audit_of("TOKEN_REUSE").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], person.id.to_string());
    assert_eq!(
        entries[0]["object"],
        format!("session/{}", tokens.session_id)
    );
    assert_eq!(
        (&entries[0]["success"], &entries[0]["client"]),
        (&json!(false), &json!("203.0.113.66"))
    );
}

#[tokio::test]
async fn abuse_016_a_grandparent_is_never_forgiven() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let second = app.refresh(&tokens.refresh).await.expect(200);
    let third = app.refresh(second.text("refresh")).await.expect(200);

    // Within the minute, but two generations back.
    expect_refused(&app.refresh(&tokens.refresh).await);

    expect_refused(&app.refresh(third.text("refresh")).await);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_016_of_many_replays_at_once_comes_one_notice() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.refresh(&tokens.refresh).await.expect(200);
    app.advance(SignedDuration::from_secs(61));

    let answers = app
        .call_all((0..20).map(|_| TestApp::refresh_call(&tokens.refresh)))
        .await;

    answers.iter().for_each(expect_refused);
    assert_eq!(app.audit_of("TOKEN_REUSE").await.len(), 1);
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.subject.contains("session was ended"))
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn abuse_016_a_replay_during_refreshes_ends_whatever_they_were_given() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let second = app.refresh(&tokens.refresh).await.expect(200);
    let third = app.refresh(second.text("refresh")).await.expect(200);
    let calls = (0..20).map(|position| match position % 2 {
        0 => TestApp::refresh_call(third.text("refresh")),
        _ => TestApp::refresh_call(&tokens.refresh),
    });

    let answers = app.call_all(calls).await;

    for answer in answers.iter().filter(|answer| answer.status == 200) {
        expect_refused(&app.refresh(answer.text("refresh")).await);
        let _ = app.me(answer.text("access")).await.expect(401);
    }
    expect_refused(&app.refresh(third.text("refresh")).await);
    assert_eq!(app.audit_of("TOKEN_REUSE").await.len(), 1);
    app.deliver().await;
}
