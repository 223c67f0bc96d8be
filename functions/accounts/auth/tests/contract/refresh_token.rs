mod reuse;

use accounts_testing::{
    Answer, Call, Fault, Forge, LoggedIn, Person, TestApp, altered, claims_of, malformed,
    wrong_claims, wrong_times,
};
use jiff::SignedDuration;
use serde_json::json;

use super::request_password_reset::reset_token;
use super::reset_password::{NEW, a_moment_later, reset_call};

const PATH: &str = "/api/v1/auth/token/refresh";

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    app.member_logged_in("ann@example.com").await
}

#[track_caller]
fn expect_refused(answer: &Answer) {
    answer.expect_error(401, "invalid_refresh_token");
    assert_eq!(
        answer.text("error"),
        "The refresh token is not valid. Log in again."
    );
}

async fn generation(app: &TestApp, person: &Person, tokens: &LoggedIn) -> String {
    let sk = format!("SESSION#{}", tokens.session_id);
    let session = app.identity_item(&format!("USER#{}", person.id), &sk).await;
    session["generation"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_its_successor() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.advance(SignedDuration::from_mins(20));

    let answer = app
        .refresh(&format!(" {} ", tokens.refresh))
        .await
        .expect(200);

    assert_eq!(answer.json.as_object().unwrap().len(), 2);
    assert_eq!(answer.header("cache-control"), "no-store");
    let (access, refresh) = (
        claims_of(answer.text("access")),
        claims_of(answer.text("refresh")),
    );
    let now = app.now().as_second();
    assert_eq!(access["sub"], person.id.to_string());
    assert_eq!(access["sid"], tokens.session_id.to_string());
    assert_eq!(access["exp"], now + 30 * 60);
    assert_eq!(
        (&refresh["gen"], &refresh["exp"]),
        (&json!(2), &json!(now + 7 * 24 * 3600))
    );
    let _ = app.me(answer.text("access")).await.expect(200);
    let _ = app.refresh(answer.text("refresh")).await.expect(200);
}

#[tokio::test]
async fn a_session_lives_as_long_as_it_is_refreshed_and_no_longer() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let mut refresh = tokens.refresh;
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
        refresh = app
            .refresh(&refresh)
            .await
            .expect(200)
            .text("refresh")
            .to_owned();
    }

    app.advance(SignedDuration::from_hours(7 * 24));

    expect_refused(&app.refresh(&refresh).await);
}

#[tokio::test]
async fn after_ninety_days_a_session_is_over_however_often_it_was_used() {
    let app = TestApp::start().await;
    let (_, mut tokens) = logged_in(&app).await;
    for _ in 0..15 {
        let answer = app.refresh(&tokens.refresh).await.expect(200);
        tokens = LoggedIn::of(&answer);
        app.advance(SignedDuration::from_hours(6 * 24));
    }

    expect_refused(&app.refresh(&tokens.refresh).await);
    app.me(&tokens.access)
        .await
        .expect_error(401, "not_authenticated");
}

#[tokio::test]
async fn an_answer_that_was_lost_is_given_again_for_a_minute() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let first = app.refresh(&tokens.refresh).await.expect(200);

    app.advance(SignedDuration::from_secs(59));
    let again = app.refresh(&tokens.refresh).await.expect(200);

    assert_eq!(first.json, again.json);
    assert_eq!(generation(&app, &person, &tokens).await, "2");
    assert!(app.audit_of("TOKEN_REUSE").await.is_empty());
}

#[tokio::test]
async fn a_role_that_changed_is_in_the_next_access_token() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.change_role(&person, "admin").await;

    let answer = app.refresh(&tokens.refresh).await.expect(200);

    assert_eq!(claims_of(answer.text("access"))["role"], "admin");
}

#[tokio::test]
async fn a_lost_answer_of_the_table_rotates_once() {
    let app = TestApp::start_watched().await;
    let (person, tokens) = logged_in(&app).await;
    app.dynamodb()
        .fail_next_of("UpdateItem", 1, &Fault::LoseAnswer);

    let answer = app.refresh(&tokens.refresh).await.expect(200);

    assert_eq!(generation(&app, &person, &tokens).await, "2");
    let _ = app.refresh(answer.text("refresh")).await.expect(200);
}

#[tokio::test]
async fn a_failing_table_is_a_503_and_the_token_stays_good() {
    let app = TestApp::start_watched().await;
    let (_, tokens) = logged_in(&app).await;
    app.dynamodb().fail_always(Fault::fail());

    app.refresh(&tokens.refresh)
        .await
        .expect_error(503, "unavailable");

    app.dynamodb().heal();
    let _ = app.refresh(&tokens.refresh).await.expect(200);
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let good = Forge::from_token(&tokens.refresh);
    let seed = app.signing_seed().await;
    let jwks = app.jwks().await.expect(200);
    for token in malformed(&tokens.refresh) {
        expect_refused(&app.refresh(&token).await);
    }
    for part in 0..3 {
        expect_refused(&app.refresh(&altered(&tokens.refresh, part)).await);
    }
    for token in good.wrongly_signed(&seed, &jwks.json["keys"][0]) {
        expect_refused(&app.refresh(&token).await);
    }
    let session = tokens.session_id.to_string();
    let of_refresh_tokens = [
        ("sid", json!(session.replace('a', "b").replace('1', "2"))),
        ("gen", json!(2)),
        ("gen", json!(0)),
        ("gen", json!(-1)),
        ("gen", json!(null)),
    ];
    let (times, claims) = (wrong_times(app.now()), wrong_claims());
    for (name, value) in [&times[..], &claims, &of_refresh_tokens].concat() {
        let token = good.clone().claim(name, value.clone()).sign(&seed);
        let answer = app.refresh(&token).await;
        assert_eq!(answer.status, 401, "{name} {value}");
        expect_refused(&answer);
    }
    let of_no_kind = good.clone().header("typ", json!("JWT"));
    expect_refused(&app.refresh(&of_no_kind.sign(&seed)).await);
    // None of them did the session any harm.
    let _ = app.refresh(&tokens.refresh).await.expect(200);
}

#[tokio::test]
async fn abuse_019_a_deleted_account_refreshes_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.delete_account(&person).await;

    expect_refused(&app.refresh(&tokens.refresh).await);
}

#[tokio::test]
async fn abuse_019_a_disabled_account_refreshes_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.disable(&person).await;

    expect_refused(&app.refresh(&tokens.refresh).await);
}

#[tokio::test]
async fn abuse_019_a_changed_password_ends_what_was_begun_before() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let own = app.log_in_by_password(&person).await;
    let body =
        json!({"current_password": TestApp::PASSWORD, "password": NEW, "password_confirm": NEW});
    let change = Call::post("/api/v1/auth/password/change", &body).with_token(&own.access);

    let _ = app.call(change).await.expect(200);

    expect_refused(&app.refresh(&tokens.refresh).await);
    let _ = app.me(&tokens.access).await.expect(401);
    // Where it was changed, and after a log-in with the new one, sessions go on.
    let _ = app.refresh(&own.refresh).await.expect(200);
    expect_good_for_a_log_in(&app, &person).await;
}

#[tokio::test]
async fn abuse_019_a_reset_password_ends_what_was_begun_before() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let reset = reset_token(&app, &person.email).await;

    let _ = app.call(reset_call(&reset)).await.expect(200);

    expect_refused(&app.refresh(&tokens.refresh).await);
    let _ = app.me(&tokens.access).await.expect(401);
    expect_good_for_a_log_in(&app, &person).await;
}

/// The new password opens a session that goes on.
async fn expect_good_for_a_log_in(app: &TestApp, person: &Person) {
    a_moment_later(app);
    let answer = app.obtain_token(&person.email, NEW).await.expect(200);
    let _ = app.refresh(answer.text("refresh")).await.expect(200);
    app.deliver().await;
}

#[tokio::test]
async fn abuse_020_a_revoked_session_refreshes_nothing() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.log_out(&tokens.access).await.expect(204);

    expect_refused(&app.refresh(&tokens.refresh).await);
    // A session that was ended in order is no theft: nobody is alarmed.
    assert!(app.audit_of("TOKEN_REUSE").await.is_empty());
}

#[tokio::test]
async fn abuse_020_a_session_that_is_ended_during_a_refresh_gets_no_tokens() {
    let app = TestApp::start_watched().await;
    let (_, tokens) = logged_in(&app).await;
    let process = app.another_process();

    let log_out = async {
        let call = TestApp::log_out_call(&tokens.access);
        let _ = app.call_another(&process, call).await.expect(204);
    };
    let refresh = TestApp::refresh_call(&tokens.refresh);
    let answer = app.call_held_at("UpdateItem", refresh, log_out).await;

    expect_refused(&answer);
    assert!(app.audit_of("TOKEN_REUSE").await.is_empty());
}

#[tokio::test]
async fn abuse_023_other_tokens_refresh_nothing() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.newcomer("new@example.com").await;
    let _ = app.resend("new@example.com").await.expect(200);
    app.deliver().await;
    let verification = app.token_of("new@example.com").await;

    expect_refused(&app.refresh(&tokens.access).await);
    expect_refused(&app.refresh(&verification).await);
    // An access token renamed by its holder has no good signature; one of ours never carries the number.
    let renamed = Forge::from_token(&tokens.access).header("typ", json!("rt+jwt"));
    expect_refused(&app.refresh(&renamed.sign(&[7; 32])).await);
    expect_refused(&app.refresh(&renamed.sign(&app.signing_seed().await)).await);
}

#[tokio::test]
async fn abuse_041_the_token_alone_says_whose_session_it_is() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let victim = app.member("victim@example.com").await;
    let victims = app.log_in(&victim).await;
    let body = json!({
        "refresh": tokens.refresh, "user_id": victim.id, "sub": victim.id, "sid": victims.session_id, "role": "admin",
    });

    let answer = app.call(Call::post(PATH, &body)).await.expect(200);

    let claims = claims_of(answer.text("access"));
    assert_eq!(
        (&claims["sub"], &claims["role"]),
        (&json!(person.id), &json!("user"))
    );
    assert_eq!(generation(&app, &victim, &victims).await, "1");
}
