//! `reauthenticate_session`: a proof that is given again in a session.

use accounts_testing::{Fault, LoggedIn, Person, TestApp};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// The age from which a proof does not set a second factor up any more.
const STALE: SignedDuration = SignedDuration::from_mins(10);

fn by_password(session: &LoggedIn) -> accounts_testing::Call {
    TestApp::reauthenticate_call(&session.access, &json!({ "password": TestApp::PASSWORD }))
}

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let session = app.log_in_by_password(&person).await;
    (person, session)
}

/// The session, as it is kept.
async fn kept(app: &TestApp, person: &Person, session: &LoggedIn) -> Value {
    let (pk, sk) = (
        format!("USER#{}", person.id),
        format!("SESSION#{}", session.session_id),
    );
    app.identity_item(&pk, &sk).await
}

#[tokio::test]
async fn the_password_makes_the_session_fresh_and_no_other_one() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let other = app.log_in_by_password(&person).await;
    app.advance(STALE);
    let begin = |session: &LoggedIn| TestApp::begin_totp_call(&session.access);
    let refused = app.call(begin(&session)).await;
    refused.expect_error(403, "reauthentication_required");

    let answer = app.call(by_password(&session)).await.expect(204);

    assert!(answer.body.is_empty());
    let now = app.now().as_millisecond().to_string();
    assert_eq!(kept(&app, &person, &session).await["proved_at"], now);
    let _ = app.call(begin(&session)).await.expect(200);
    let refused = app.call(begin(&other)).await;
    refused.expect_error(403, "reauthentication_required");
    let entries = app.audit_of("REAUTHENTICATED").await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["actor"], person.id.to_string());
    assert_eq!(
        entries[0]["object"],
        format!("session/{}", session.session_id)
    );
    // A refreshed session keeps it, and it grows old like a log-in.
    let refreshed = app.refresh(&session.refresh).await.expect(200);
    let begin = TestApp::begin_totp_call(refreshed.text("access"));
    app.advance(STALE - SignedDuration::from_millis(1));
    let _ = app.call(begin.clone()).await.expect(200);
    app.advance(SignedDuration::from_millis(1));
    let refused = app.call(begin).await;
    refused.expect_error(403, "reauthentication_required");
}

#[tokio::test]
async fn an_account_with_a_second_factor_shows_that_one() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let prove = |proof: &Value| TestApp::reauthenticate_call(&session.access, proof);

    for proof in [
        json!({ "password": TestApp::PASSWORD }),
        json!({}),
        json!({ "code": "12345" }),
        json!({ "code": "012345", "recovery_code": factor.recovery_codes[0] }),
    ] {
        let answer = app.call(prove(&proof)).await;
        answer.expect_error(400, "invalid_fields");
        assert!(!answer.detail("code").is_empty(), "{proof}");
    }
    let used = json!({ "code": factor.code(app.now()) });
    app.call(prove(&used)).await.expect_error(400, "code_used");
    assert!(kept(&app, &person, &session).await["proved_at"].is_null());

    let proof = json!({ "code": app.next_factor_code(&factor) });
    let _ = app.call(prove(&proof)).await.expect(204);

    let now = app.now().as_millisecond().to_string();
    assert_eq!(kept(&app, &person, &session).await["proved_at"], now);
    app.call(prove(&proof)).await.expect_error(400, "code_used");
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_its_owner_hears_of_it() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let before = app.mails_to(&person.email).await.len();
    let proof = json!({ "recovery_code": factor.recovery_codes[0] });
    let prove = || TestApp::reauthenticate_call(&session.access, &proof);

    let _ = app.call(prove()).await.expect(204);
    app.call(prove()).await.expect_error(400, "invalid_code");

    app.deliver().await;
    let mails = app.mails_to(&person.email).await;
    assert_eq!(mails.len(), before + 1);
    let subject = "A recovery code of your KinWise account was used";
    assert_eq!(mails[before].subject, subject);
    assert!(mails[before].text.contains("9 recovery codes are left"));
}

#[tokio::test]
async fn abuse_102_a_proof_is_not_guessed_inside() {
    let app = TestApp::start().await;
    let (person, session) = logged_in(&app).await;
    let wrong = json!({ "password": "wrong horse battery" });
    let guess = TestApp::reauthenticate_call(&session.access, &wrong);

    for _ in 0..5 {
        let answer = app.call(guess.clone()).await;
        answer.expect_error(403, "wrong_password");
    }

    let refused = app.call(by_password(&session)).await;
    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "1");
    assert!(kept(&app, &person, &session).await["proved_at"].is_null());
    app.advance(SignedDuration::from_secs(1));
    let _ = app.call(by_password(&session)).await.expect(204);
}

#[tokio::test]
async fn abuse_102_a_wrong_code_of_the_second_factor_takes_a_try() {
    let app = TestApp::start().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({ "code": factor.wrong_code(app.now()) });
    let guess = TestApp::reauthenticate_call(&session.access, &proof);

    for _ in 0..5 {
        app.call(guess.clone())
            .await
            .expect_error(400, "invalid_code");
    }

    app.call(guess).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn what_cannot_be_a_proof_takes_no_try() {
    let app = TestApp::start().await;
    let (_, session) = logged_in(&app).await;
    for proof in [
        json!({}),
        json!({ "password": "" }),
        json!({ "password": null, "code": "012345" }),
    ] {
        for _ in 0..3 {
            let call = TestApp::reauthenticate_call(&session.access, &proof);
            let answer = app.call(call).await;
            answer.expect_error(400, "invalid_fields");
            assert!(!answer.detail("password").is_empty(), "{proof}");
        }
    }
    let stranger = TestApp::reauthenticate_call("x", &json!({ "password": TestApp::PASSWORD }));
    app.call(stranger)
        .await
        .expect_error(401, "not_authenticated");

    let _ = app.call(by_password(&session)).await.expect(204);
}

#[tokio::test]
async fn abuse_021_a_session_that_is_ended_while_it_is_proved_is_not_proved() {
    let app = TestApp::start_watched().await;
    let person = app.member("ann@example.com").await;
    for way in 0..2 {
        let other = app.log_in_by_password(&person).await;
        let session = app.log_in_by_password(&person).await;
        let end = TestApp::ending_calls(&session, &other)[way].clone();

        app.call_with_another_meanwhile(by_password(&session), end)
            .await
            .expect_error(401, "not_authenticated");

        assert!(kept(&app, &person, &session).await["proved_at"].is_null());
    }
    assert!(app.audit_of("REAUTHENTICATED").await.is_empty());
    app.deliver().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_proves_one_of_two_sessions_at_once() {
    let app = TestApp::start().await;
    let (person, factor, first) = app.member_with_factor("ann@example.com").await;
    let second = app.log_in_with_factor(&person, &factor).await;
    let proof = json!({ "code": app.next_factor_code(&factor) });
    let sessions = [&first, &second];
    let calls = sessions.map(|session| TestApp::reauthenticate_call(&session.access, &proof));

    let answers = app.call_all(calls).await;

    let proved = answers.iter().filter(|answer| answer.status == 204);
    assert_eq!(proved.count(), 1, "{answers:?}");
    let refused = answers.iter().find(|answer| answer.status != 204);
    refused.unwrap().expect_error(400, "code_used");
    app.deliver().await;
}

#[tokio::test]
async fn a_failing_table_leaves_the_code_good() {
    let app = TestApp::start_watched().await;
    let (_, factor, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({ "code": app.next_factor_code(&factor) });
    let prove = TestApp::reauthenticate_call(&session.access, &proof);
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());

    let answer = app.call(prove.clone()).await;

    answer.expect_error(503, "unavailable");
    let _ = app.call(prove).await.expect(204);
}

#[tokio::test]
async fn a_recovery_code_that_is_used_meanwhile_proves_nothing() {
    let app = TestApp::start_watched().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let proof = json!({ "recovery_code": factor.recovery_codes[0] });
    let (table, pk) = (app.table("identity"), format!("USER#{}", person.id));
    let others = json!({"SS": ["of another code"]});

    let use_up = async {
        app.aws()
            .edit(&table, &pk, "RECOVERY_CODES", "hashes", &others)
            .await;
    };
    let call = TestApp::reauthenticate_call(&session.access, &proof);
    let answer = app.call_held_at("TransactWriteItems", call, use_up).await;

    answer.expect_error(400, "invalid_code");
    assert!(kept(&app, &person, &session).await["proved_at"].is_null());
}
