mod abuse;
mod meanwhile;
mod pauses;
mod recovery_codes;

use accounts_testing::{Answer, Call, Fault, LoggedIn, TestApp, claims_of};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{STEP, expect_wrong, sessions};

#[track_caller]
fn expect_over(answer: &Answer) {
    answer.expect_error(400, "invalid_challenge");
    assert_eq!(answer.text("error"), "This log-in is over. Log in again.");
}

#[tokio::test]
async fn a_code_logs_in() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);

    let answer = app.answer_challenge(&challenge, &code).await.expect(200);

    assert_eq!(
        answer.json["user"],
        json!({"id": person.id, "email": "ann@example.com", "first_name": "Ann", "last_name": "Miller", "role": "user"})
    );
    assert_eq!(answer.json.as_object().unwrap().len(), 4);
    assert_eq!(answer.header("cache-control"), "no-store");
    let login = LoggedIn::of(&answer);
    let _ = app.me(&login.access).await.expect(200);
    let _ = app.refresh(&login.refresh).await.expect(200);
    let entries = app.audit_of("LOGIN").await;
    let session = format!("session/{}", login.session_id);
    assert!(entries.iter().any(|entry| entry["object"] == session));
    assert_eq!(app.audit_of("CHALLENGE_ISSUED").await.len(), 1);
}

#[tokio::test]
async fn an_answer_takes_five_steps() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    app.dynamodb().forget();

    let _ = app.answer_challenge(&challenge, &code).await.expect(200);

    // The client's limit beside the challenge, the network's beside account, device and authenticator, the account's try, the
    // challenge's, and the log-in with what gives the account's try back beside it.
    let steps = [
        &["GetItem", "UpdateItem"][..],
        &["BatchGetItem", "UpdateItem"],
        &["UpdateItem"],
        &["UpdateItem"],
        &["DeleteItem", "TransactWriteItems"],
    ];
    assert_eq!(app.steps([2, 2, 1, 1, 2]), steps);
}

#[tokio::test]
async fn a_device_that_shows_its_token_is_known_and_gets_another() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let first = app.answer_challenge(&challenge, &code).await.expect(200);
    app.deliver().await;
    let mails = app.mails_to(&person.email).await.len();
    let challenge = app.challenge_of(&person).await;
    let proof = json!({
        "code": app.next_factor_code(&factor), "device_token": first.text("device_token"),
    });

    let call = TestApp::answer_challenge_call(&challenge, &proof).from("198.51.100.7");
    let second = app.call(call).await.expect(200);

    assert_ne!(second.text("device_token"), first.text("device_token"));
    app.deliver().await;
    assert_eq!(app.mails_to(&person.email).await.len(), mails);
}

#[tokio::test]
async fn a_first_proof_alone_is_no_log_in() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let shown = async || {
        let me = app.me(&session.access).await.expect(200);
        me.text("last_login_at").to_owned()
    };
    let before = shown().await;
    app.advance(SignedDuration::from_mins(1));

    let challenge = app.challenge_of(&person).await;

    assert_eq!(shown().await, before);
    let proof_at = app.now().as_millisecond().to_string();
    assert_eq!(app.stored(&person).await["last_proof_at"], proof_at);
    let code = app.next_factor_code(&factor);
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
    assert_eq!(shown().await, app.now().to_string());
}

#[tokio::test]
async fn a_clock_may_be_one_step_off() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    app.advance(SignedDuration::from_mins(3));
    let challenge = app.challenge_of(&person).await;

    for (offset, status) in [(-2, 400), (2, 400), (-1, 200)] {
        let code = factor.code(app.now() + STEP * offset);
        let answer = app.answer_challenge(&challenge, &code).await;
        let _ = answer.expect(status);
    }
    let challenge = app.challenge_of(&person).await;
    let ahead = factor.code(app.now() + STEP);
    let _ = app.answer_challenge(&challenge, &ahead).await.expect(200);
}

#[tokio::test]
async fn a_wrong_code_leaves_the_challenge_open_and_a_trace() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let wrong = json!({"code": factor.wrong_code(app.now())});

    let guess = TestApp::answer_challenge_call(&challenge, &wrong).from("192.0.2.66");
    expect_wrong(&app.call(guess).await);

    let failed = app.audit_of("LOGIN_FAILED").await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["object"], format!("user/{}", person.id));
    assert_eq!(
        (&failed[0]["success"], &failed[0]["client"]),
        (&json!(false), &json!("192.0.2.66"))
    );
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);

    let code = app.next_factor_code(&factor);
    expect_over(&app.answer_challenge(&challenge, &code).await);
}

#[tokio::test]
async fn five_wrong_answers_end_the_challenge() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    let wrong = factor.wrong_code(app.now());
    for _ in 0..5 {
        expect_wrong(&app.answer_challenge(&challenge, &wrong).await);
    }
    app.advance(SignedDuration::from_secs(1));

    expect_over(&app.answer_challenge(&challenge, &code).await);

    let challenge = app.challenge_of(&person).await;
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn the_end_of_all_sessions_ends_the_log_ins_under_way() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let log_out = TestApp::log_out_everywhere_call(&session.access, true);
    let _ = app.call(log_out).await.expect(204);

    let code = app.next_factor_code(&factor);
    expect_over(&app.answer_challenge(&challenge, &code).await);

    let challenge = app.challenge_of(&person).await;
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn a_log_in_right_after_the_end_of_all_sessions_is_a_new_one() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let code = app.next_factor_code(&factor);
    let log_out = TestApp::log_out_everywhere_call(&session.access, false);
    let _ = app.call(log_out).await.expect(204);

    let challenge = app.challenge_of(&person).await;
    let answer = app.answer_challenge(&challenge, &code).await.expect(200);

    let _ = app.me(answer.text("access")).await.expect(200);
}

#[tokio::test]
async fn who_was_disabled_meanwhile_does_not_get_in() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    app.disable(&person).await;

    let code = app.next_factor_code(&factor);
    expect_over(&app.answer_challenge(&challenge, &code).await);

    assert_eq!(sessions(&app).await, 1);
}

#[tokio::test]
async fn whose_account_has_gone_does_not_get_in() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    app.delete_account(&person).await;

    let code = app.next_factor_code(&factor);
    expect_over(&app.answer_challenge(&challenge, &code).await);
}

#[tokio::test]
async fn ten_in_ten_minutes_and_client_may_answer() {
    let app = TestApp::start().await;
    let unknown = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let call = TestApp::answer_challenge_call(unknown, &json!({"code": "123456"}));
    for _ in 0..10 {
        let answer = app.call(call.clone().from("192.0.2.1")).await;
        expect_over(&answer);
        assert_eq!(
            answer.header("ratelimit-policy"),
            "\"challenge-client\";q=10;w=600"
        );
    }

    let refused = app.call(call.from("192.0.2.1")).await;

    refused.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "600");
}

#[tokio::test]
async fn a_lost_answer_of_the_table_logs_in_once() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 1, &Fault::LoseAnswer);

    let _ = app.answer_challenge(&challenge, &code).await.expect(200);

    assert_eq!(sessions(&app).await, 2);
}

#[tokio::test]
async fn a_failing_table_leaves_code_and_challenge_good() {
    let app = TestApp::start_watched().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);
    app.dynamodb()
        .fail_next_of("TransactWriteItems", 4, &Fault::fail());

    let answer = app.answer_challenge(&challenge, &code).await;

    answer.expect_error(503, "unavailable");
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}

#[tokio::test]
async fn a_log_in_from_a_new_device_is_told_once_the_factor_is_right() {
    let app = TestApp::start().await;
    let (person, factor, _) = app.member_with_factor("ann@example.com").await;
    let told = app.mails_to("ann@example.com").await.len();
    let password = TestApp::obtain_token_call("ann@example.com", TestApp::PASSWORD);
    let answer = app.call(password.from("198.51.100.7")).await.expect(200);
    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), told);

    let code = app.next_factor_code(&factor);
    let call = TestApp::answer_challenge_call(answer.text("challenge"), &json!({ "code": code }));
    let login = app.call(call.from("198.51.100.7")).await.expect(200);

    app.deliver().await;
    assert_eq!(app.mails_to("ann@example.com").await.len(), told + 1);
    assert_eq!(
        claims_of(login.text("access"))["sub"],
        person.id.to_string()
    );
}

#[tokio::test]
async fn a_challenge_is_no_token_and_a_token_no_challenge() {
    let app = TestApp::start().await;
    let (person, factor, session) = app.member_with_factor("ann@example.com").await;
    let challenge = app.challenge_of(&person).await;
    let code = app.next_factor_code(&factor);

    let _ = app.me(&challenge).await.expect(401);
    let _ = app.refresh(&challenge).await.expect(401);
    let verified = app
        .call(Call::get(&format!(
            "/api/v1/auth/verify-email?token={challenge}"
        )))
        .await;
    assert_eq!(verified.status, 400);
    for token in [&session.access, &session.refresh] {
        expect_over(&app.answer_challenge(token, &code).await);
    }
    let _ = app.answer_challenge(&challenge, &code).await.expect(200);
}
