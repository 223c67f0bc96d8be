//! `revoke_token` and `revoke_sessions`: over is over, on every function, with the very next call.

use accounts_testing::{Answer, Call, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::json;

const EVERYWHERE: &str = "/api/v1/auth/logout-all";

/// An account with so many sessions.
async fn with_sessions(app: &TestApp, count: usize) -> (Person, Vec<LoggedIn>) {
    let person = app.member("ann@example.com").await;
    let mut sessions = Vec::new();
    for _ in 0..count {
        sessions.push(app.log_in_by_password(&person).await);
    }
    (person, sessions)
}

/// Asserts that neither token of a session is good any more, in this process or in another.
async fn expect_over(app: &TestApp, session: &LoggedIn) {
    let another = app.another_process();
    let me = || TestApp::me_call(&session.access);
    app.call(me()).await.expect_error(401, "not_authenticated");
    app.call_another(&another, me())
        .await
        .expect_error(401, "not_authenticated");
    app.refresh(&session.refresh)
        .await
        .expect_error(401, "invalid_refresh_token");
}

async fn expect_live(app: &TestApp, session: &LoggedIn) {
    let _ = app.me(&session.access).await.expect(200);
    let _ = app.refresh(&session.refresh).await.expect(200);
}

#[tokio::test]
async fn abuse_020_and_021_a_log_out_ends_both_tokens_of_its_session_at_once() {
    let app = TestApp::start().await;
    let (person, sessions) = with_sessions(&app, 2).await;

    let answer = app.log_out(&sessions[0].access).await.expect(204);

    assert!(answer.body.is_empty());
    expect_over(&app, &sessions[0]).await;
    expect_live(&app, &sessions[1]).await;
    let entries = app.audit_of("SESSION_REVOKED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], person.id.to_string());
    assert_eq!(
        entries[0]["object"],
        format!("session/{}", sessions[0].session_id)
    );
}

#[tokio::test]
async fn a_log_out_looks_at_no_body() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 2).await;
    let foreign = json!({"session_id": sessions[1].session_id, "user_id": 5});
    let call = Call::post("/api/v1/auth/logout", &foreign).with_token(&sessions[0].access);

    let _ = app.call(call).await.expect(204);

    expect_over(&app, &sessions[0]).await;
    expect_live(&app, &sessions[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_log_outs_at_once_one_is_written_down() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 1).await;
    let calls = (0..20).map(|_| TestApp::log_out_call(&sessions[0].access));

    let answers = app.call_all(calls).await;

    assert!(
        answers
            .iter()
            .all(|answer| [204, 401].contains(&answer.status))
    );
    assert!(answers.iter().any(|answer| answer.status == 204));
    assert_eq!(app.audit_of("SESSION_REVOKED").await.len(), 1);
    app.log_out(&sessions[0].access)
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn abuse_019_and_021_a_log_out_everywhere_ends_all_sessions_of_the_account_and_no_other() {
    let app = TestApp::start().await;
    let (person, sessions) = with_sessions(&app, 3).await;
    let other = app.member("bob@example.com").await;
    let others = app.log_in_by_password(&other).await;
    app.advance(SignedDuration::from_secs(1));

    let call = Call::new("POST", EVERYWHERE).with_token(&sessions[1].access);
    let _ = app.call(call).await.expect(204);

    for session in &sessions {
        expect_over(&app, session).await;
    }
    expect_live(&app, &others).await;
    let entries = app.audit_of("SESSIONS_REVOKED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["object"], format!("user/{}", person.id));
    app.advance(SignedDuration::from_millis(1));
    expect_live(&app, &app.log_in_by_password(&person).await).await;
}

#[tokio::test]
async fn the_current_session_may_be_kept() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 3).await;

    let call = TestApp::log_out_everywhere_call(&sessions[1].access, true);
    let _ = app.call(call).await.expect(204);

    expect_over(&app, &sessions[0]).await;
    expect_over(&app, &sessions[2]).await;
    expect_live(&app, &sessions[1]).await;
    let call = TestApp::log_out_everywhere_call(&sessions[1].access, false);
    let _ = app.call(call).await.expect(204);
    expect_over(&app, &sessions[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sessions_that_end_each_other_at_most_one_is_left() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 4).await;
    let calls = sessions
        .iter()
        .map(|session| TestApp::log_out_everywhere_call(&session.access, true));

    let answers = app.call_all(calls).await;

    assert!(
        answers
            .iter()
            .all(|answer| [204, 401].contains(&answer.status))
    );
    let mut live = 0;
    for session in &sessions {
        live += usize::from(app.me(&session.access).await.status == 200);
    }
    assert_eq!(live, 1);
}

#[tokio::test]
async fn what_to_keep_is_true_or_false() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 1).await;
    let token = &sessions[0].access;
    let post = |body: &str| {
        Call::new("POST", EVERYWHERE)
            .with_token(token)
            .with_body(body.to_owned())
    };
    let json = |body: &str| post(body).with_header("content-type", "application/json");

    for (body, found) in [
        ("{\"keep_current\": \"yes\"}", "a string"),
        ("{\"keep_current\": 1}", "a number"),
        ("{\"keep_current\": null}", "null"),
    ] {
        let answer = app.call(json(body)).await;
        answer.expect_error(400, "invalid_fields");
        assert_eq!(
            answer.detail("keep_current"),
            format!("This must be true or false, not {found}.")
        );
    }
    app.call(json("[true]"))
        .await
        .expect_error(400, "malformed_json");
    app.call(post("keep_current=true"))
        .await
        .expect_error(415, "unsupported_media_type");
    let _ = app.me(token).await.expect(200);

    // Nothing at all is no body, whatever it says it is.
    let _ = app.call(json("")).await.expect(204);
    expect_over(&app, &sessions[0]).await;
}

#[tokio::test]
async fn abuse_023_who_is_not_logged_in_cannot_log_out() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 1).await;

    for path in ["/api/v1/auth/logout", EVERYWHERE] {
        for call in [
            Call::new("POST", path),
            Call::new("POST", path).with_token(&sessions[0].refresh),
            Call::new("POST", path).with_token("nonsense"),
        ] {
            let answer = app.call(call).await;
            answer.expect_error(401, "not_authenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    expect_live(&app, &sessions[0]).await;
}

#[tokio::test]
async fn abuse_041_a_log_out_everywhere_is_the_callers_own() {
    let app = TestApp::start().await;
    let (_, victims) = with_sessions(&app, 1).await;
    let caller = app.member("bob@example.com").await;
    let callers = app.log_in_by_password(&caller).await;
    let body = json!({"user_id": victims[0].session_id, "email": "ann@example.com"});

    let call = Call::post(EVERYWHERE, &body).with_token(&callers.access);
    let _ = app.call(call).await.expect(204);

    expect_live(&app, &victims[0]).await;
    expect_over(&app, &callers).await;
}

/// Says how many changes the only account has made, which are some.
async fn count_changes(app: &TestApp, changes: u32) {
    let table = app.table("limits");
    let counters = app.scan(&table).await;
    let mut keys = counters.iter().filter_map(|item| item["pk"]["S"].as_str());
    let is_own = |pk: &&str| pk.starts_with("LIMIT#writes-account#");
    let pk = keys.find(is_own).expect("the changes are counted");
    let calls = json!({"N": changes.to_string()});
    app.aws().edit(&table, pk, "LIMIT", "calls", &calls).await;
}

/// Logs out everywhere for the second time in a minute, by a call that is held once it has heard that it repeats another.
async fn repeat(app: &TestApp, session: &LoggedIn, meanwhile: impl Future<Output = ()>) -> Answer {
    let call = || TestApp::log_out_everywhere_call(&session.access, true);
    let _ = app.call(call()).await.expect(204);
    app.call_held_as_repetition(call(), meanwhile).await
}

#[tokio::test]
async fn abuse_107_what_repeats_within_a_minute_is_one_entry_with_a_count() {
    let app = TestApp::start().await;
    let (person, sessions) = with_sessions(&app, 1).await;
    let call = || TestApp::log_out_everywhere_call(&sessions[0].access, true);
    for _ in 0..20 {
        let _ = app.call(call()).await.expect(204);
        app.advance(SignedDuration::from_secs(2));
    }
    let entries = app.audit_of("SESSIONS_REVOKED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["times"], "20");
    assert_eq!(entries[0]["actor"], person.id.to_string());

    // A minute after the first it is an entry of its own again, and so is anything else at once.
    app.advance(SignedDuration::from_secs(20));
    let _ = app.call(call()).await.expect(204);
    assert_eq!(app.audit_of("SESSIONS_REVOKED").await.len(), 2);
    let _ = app.log_out(&sessions[0].access).await.expect(204);
    assert_eq!(app.audit_of("SESSION_REVOKED").await.len(), 1);
}

#[tokio::test]
async fn what_something_else_came_before_is_no_repetition() {
    let app = TestApp::start_watched().await;
    let (_, sessions) = with_sessions(&app, 1).await;
    let process = app.another_process();
    let password = json!({"password": TestApp::PASSWORD});
    let other = TestApp::reauthenticate_call(&sessions[0].access, &password);

    let meanwhile = async {
        let _ = app.call_another(&process, other).await.expect(204);
    };
    let _ = repeat(&app, &sessions[0], meanwhile).await.expect(204);

    let entries = app.audit_of("SESSIONS_REVOKED").await;
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry["times"].is_null()));
}

#[tokio::test]
async fn abuse_036_a_repetition_does_not_pass_a_limit_that_is_used_up_meanwhile() {
    let app = TestApp::start_watched().await;
    let (_, sessions) = with_sessions(&app, 1).await;

    let meanwhile = count_changes(&app, 1000);
    let answer = repeat(&app, &sessions[0], meanwhile).await;

    answer.expect_error(429, "rate_limited");
    let entries = app.audit_of("SESSIONS_REVOKED").await;
    assert_eq!(entries.len(), 1);
    assert!(entries[0]["times"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn repetitions_at_once_are_all_counted() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 1).await;
    let call = || TestApp::log_out_everywhere_call(&sessions[0].access, true);

    let answers = app.call_all((0..6).map(|_| call())).await;

    let done = answers.iter().filter(|answer| answer.status == 204).count();
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        answer.expect_error(409, "changed_meanwhile");
    }
    let entries = app.audit_of("SESSIONS_REVOKED").await;
    let times = |entry: &serde_json::Value| -> usize {
        entry["times"]
            .as_str()
            .map_or(1, |times| times.parse().unwrap())
    };
    assert_eq!(entries.iter().map(times).sum::<usize>(), done);
}

#[tokio::test]
async fn abuse_107_an_account_makes_a_thousand_changes_an_hour() {
    let app = TestApp::start().await;
    let (_, sessions) = with_sessions(&app, 1).await;
    let call = || TestApp::log_out_everywhere_call(&sessions[0].access, true);
    let _ = app.call(call()).await.expect(204);
    count_changes(&app, 999).await;

    let _ = app.call(call()).await.expect(204);
    let refused = app.call(call()).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "3600");
    app.call(call()).await.expect_error(429, "rate_limited");
    assert_eq!(app.audit_of("RATE_LIMIT_EXCEEDED").await.len(), 1);

    app.advance(SignedDuration::from_hours(1));
    let again = app.refresh(&sessions[0].refresh).await.expect(200);
    let call = TestApp::log_out_everywhere_call(again.text("access"), true);
    let _ = app.call(call).await.expect(204);
}

/// By the second call in a minute, too, which is counted with the first in the audit log.
#[tokio::test]
async fn a_log_in_while_all_sessions_are_ended_does_not_outlive_it() {
    let app = TestApp::start_watched().await;
    let (person, sessions) = with_sessions(&app, 1).await;
    let process = app.another_process();
    let end = || TestApp::log_out_everywhere_call(&sessions[0].access, true);
    for repeated in [0, 1] {
        let log_in = async {
            app.advance(SignedDuration::from_secs(2));
            let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);
            let _ = app.call_another(&process, call).await.expect(200);
        };
        // A repetition is written twice: the first time it is found to be one.
        let answer = app
            .call_held_after(repeated, "TransactWriteItems", end(), log_in)
            .await;

        let _ = answer.expect(204);
        let user = app.stored(&person).await;
        let [proof, valid] = ["last_proof_at", "sessions_valid_from"]
            .map(|name| user[name].as_str().unwrap().parse::<i64>().unwrap());
        assert!(proof < valid, "{user}");
        let _ = app.me(&sessions[0].access).await.expect(200);
    }
    app.deliver().await;
}
