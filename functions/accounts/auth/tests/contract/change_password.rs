//! `change_password`: with the current one, and with everything that the old one opened closed.

use accounts_testing::{Call, Fault, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::request_password_reset::reset_token;
use super::reset_password::{NEW, a_moment_later, reset_call};

const PATH: &str = "/api/v1/auth/password/change";

/// A call that changes the password to [`NEW`].
fn change_call(access: &str, current: &Value) -> Call {
    let body = json!({"current_password": current, "password": NEW, "password_confirm": NEW});
    Call::post(PATH, &body).with_token(access)
}

fn right_call(session: &LoggedIn) -> Call {
    change_call(&session.access, &json!(TestApp::PASSWORD))
}

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    (person, session)
}

async fn stored(app: &TestApp, person: &Person) -> Value {
    let item = app
        .identity_item(&format!("USER#{}", person.id), "USER")
        .await;
    item["password"].clone()
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_keeps_this_one() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let others = [
        app.log_in_by_password(&person).await,
        app.log_in_by_password(&person).await,
    ];

    let answer = app.call(right_call(&session)).await.expect(200);

    assert_eq!(
        answer.text("message"),
        "Your password has been changed. All other sessions have ended."
    );
    for other in &others {
        let _ = app.me(&other.access).await.expect(401);
        let _ = app.refresh(&other.refresh).await.expect(401);
    }
    let _ = app.me(&session.access).await.expect(200);
    let refreshed = app.refresh(&session.refresh).await.expect(200);
    let _ = app.me(refreshed.text("access")).await.expect(200);
    a_moment_later(&app);
    let _ = app
        .obtain_token("ann@example.com", TestApp::PASSWORD)
        .await
        .expect(401);
    let _ = app.obtain_token("ann@example.com", NEW).await.expect(200);
    let entries = app.audit_of("PASSWORD_CHANGED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], person.id.to_string());
    app.deliver().await;
    let mails = app.mails_to("ann@example.com").await;
    assert_eq!(
        mails.last().unwrap().subject,
        "Your KinWise password was changed"
    );
}

#[tokio::test]
async fn codes_and_links_that_were_sent_before_are_dead() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let code = app.fresh_code("ann@example.com").await;
    let reset = reset_token(&app, "ann@example.com").await;
    let body = json!({"email": "new@example.com", "password": TestApp::PASSWORD});
    let call = Call::post("/api/v1/users/me/email", &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);
    app.deliver().await;
    let email_change = app.token_of("new@example.com").await;

    let _ = app.call(right_call(&session)).await.expect(200);

    app.verify_otp("ann@example.com", &code)
        .await
        .expect_error(400, "invalid_otp");
    app.call(reset_call(&reset))
        .await
        .expect_error(400, "invalid_token");
    let body = json!({ "token": email_change });
    app.call(Call::post("/api/v1/users/me/email/confirm", &body))
        .await
        .expect_error(400, "invalid_token");
    let user = app
        .identity_item(&format!("USER#{}", person.id), "USER")
        .await;
    assert_eq!(user["pending_email"], Value::Null);
    app.deliver().await;
}

#[tokio::test]
async fn a_password_that_does_not_follow_the_policy_is_refused() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let before = stored(&app, &person).await;
    for (password, confirm, field) in [
        ("short", "short", "password"),
        ("Miller.Ann 1984", "Miller.Ann 1984", "password"),
        (NEW, "another", "password_confirm"),
    ] {
        let body = json!({
            "current_password": TestApp::PASSWORD, "password": password, "password_confirm": confirm,
        });
        let call = Call::post(PATH, &body).with_token(&session.access);
        let answer = app.call(call).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail(field).is_empty());
    }
    assert_eq!(stored(&app, &person).await, before);
}

#[tokio::test]
async fn abuse_040_without_the_current_password_nothing_changes() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let before = stored(&app, &person).await;

    for current in ["", "wrong horse battery", NEW] {
        app.call(change_call(&session.access, &json!(current)))
            .await
            .expect_error(403, "wrong_password");
    }
    let body = json!({"password": NEW, "password_confirm": NEW});
    let call = Call::post(PATH, &body).with_token(&session.access);
    app.call(call).await.expect_error(403, "wrong_password");
    app.call(change_call(&session.access, &json!(null)))
        .await
        .expect_error(400, "invalid_fields");
    app.call(change_call("x", &json!(TestApp::PASSWORD)))
        .await
        .expect_error(401, "not_authenticated");

    assert_eq!(stored(&app, &person).await, before);
    assert!(app.audit_of("PASSWORD_CHANGED").await.is_empty());
}

#[tokio::test]
async fn abuse_041_it_is_the_callers_password_whatever_the_body_says() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app).await;
    let victim = app.member("victim@example.com").await;
    let before = stored(&app, &victim).await;
    let body = json!({
        "current_password": TestApp::PASSWORD, "password": NEW, "password_confirm": NEW,
        "user_id": victim.id, "email": victim.email,
    });

    let call = Call::post(PATH, &body).with_token(&session.access);
    let _ = app.call(call).await.expect(200);

    assert_eq!(stored(&app, &victim).await, before);
    app.deliver().await;
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app).await;
    for _ in 0..5 {
        app.call(change_call(&session.access, &json!("wrong horse battery")))
            .await
            .expect_error(403, "wrong_password");
    }

    let refused = app.call(right_call(&session)).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    a_moment_later(&app);
    let _ = app.call(right_call(&session)).await.expect(200);
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_at_once_one_happens() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app).await;

    let answers = app.call_all((0..5).map(|_| right_call(&session))).await;

    let changed = answers.iter().filter(|answer| answer.status == 200);
    assert_eq!(changed.count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert!(
            [
                (403, "wrong_password"),
                (409, "changed_meanwhile"),
                (429, "rate_limited")
            ]
            .contains(&(answer.status, answer.code())),
            "{}",
            answer.json
        );
    }
    assert_eq!(app.audit_of("PASSWORD_CHANGED").await.len(), 1);
    let _ = app.me(&session.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_meanwhile_does_not_outlive_the_change() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app).await;
    let calls = (0..8).map(|position| match position {
        4 => right_call(&session),
        _ => TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD),
    });

    let answers = app.call_all(calls).await;

    let _ = answers[4].clone().expect(200);
    for answer in answers
        .iter()
        .filter(|answer| answer.json.get("access").is_some())
    {
        let _ = app.me(answer.text("access")).await.expect(401);
    }
    let _ = app.me(&session.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn a_change_that_fails_changes_nothing() {
    let app = TestApp::start_watched().await;
    let (person, session) = logged_in(&app).await;
    let other = app.log_in_by_password(&person).await;
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 20, &Fault::fail());

    app.call(right_call(&session))
        .await
        .expect_error(503, "unavailable");
    app.dynamodb().heal();

    let _ = app.me(&other.access).await.expect(200);
    let _ = app.call(right_call(&session)).await.expect(200);
    let _ = app.me(&other.access).await.expect(401);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_while_its_password_is_checked_changes_nothing() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    for way in 0..2 {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let before = stored(&app, &person).await;
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(right_call(&session), end)
            .await
            .expect_error(401, "not_authenticated");

        assert_eq!(stored(&app, &person).await, before);
        assert!(app.audit_of("PASSWORD_CHANGED").await.is_empty());
        // It is not brought back either.
        app.expect_over(&session).await;
    }
}

#[tokio::test]
async fn a_session_that_ends_all_others_meanwhile_still_changes_the_password() {
    let app = TestApp::start_watched().await;
    let (_, session) = logged_in(&app).await;
    let log_out = TestApp::log_out_everywhere_call(&session.access, true);

    let _ = app
        .call_with_another_meanwhile(right_call(&session), log_out)
        .await
        .expect(200);

    let _ = app.me(&session.access).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn what_happens_to_an_account_during_a_change_of_its_password_is_not_overlooked() {
    let app = TestApp::start_watched().await;
    for (number, (attribute, value)) in [
        ("disabled", json!({"BOOL": true})),
        ("deletion_due_at", json!({"N": "1772366400000"})),
    ]
    .into_iter()
    .enumerate()
    {
        let person = app.member(&format!("bob{number}@example.com")).await;
        let session = app.log_in_by_password(&person).await;
        let before = app.stored(&person).await["password"].clone();

        let close = app.edit_user(person.id, attribute, value);
        let answer = app
            .call_held_at("TransactWriteItems", right_call(&session), close)
            .await;

        assert!((400..500).contains(&answer.status), "{}", answer.json);
        assert_eq!(app.stored(&person).await["password"], before);
    }
    app.deliver().await;
}

/// A session that begins meanwhile by the old password is over with it.
#[tokio::test]
async fn a_log_in_during_a_change_of_the_password_does_not_outlive_it() {
    let app = TestApp::start_watched().await;
    let (person, session) = logged_in(&app).await;
    let process = app.another_process();

    let log_in = async {
        app.advance(SignedDuration::from_secs(2));
        let call = TestApp::obtain_token_call(&person.email, TestApp::PASSWORD);
        let _ = app.call_another(&process, call).await.expect(200);
    };
    let answer = app
        .call_held_at("TransactWriteItems", right_call(&session), log_in)
        .await;

    let _ = answer.expect(200);

    let user = app.stored(&person).await;
    let [proof, valid] = ["last_proof_at", "sessions_valid_from"]
        .map(|name| user[name].as_str().unwrap().parse::<i64>().unwrap());
    assert!(proof < valid, "{user}");
    app.deliver().await;
}
