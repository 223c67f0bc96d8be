mod reuse;

use jiff::SignedDuration;
use serde_json::json;
use test_support::{Answer, Call, Fault, Forge, LoggedIn, Person, TestApp, altered, claims_of};

const PATH: &str = "/api/v1/auth/token/refresh/";

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
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
async fn an_answer_that_was_lost_is_given_again_for_ten_seconds() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let first = app.refresh(&tokens.refresh).await.expect(200);

    app.advance(SignedDuration::from_secs(10));
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
    let now = app.now().as_second();
    for token in [
        String::new(),
        "null".to_owned(),
        "a.b.c".to_owned(),
        "x".repeat(5000),
        altered(&tokens.refresh, 0),
        altered(&tokens.refresh, 1),
        altered(&tokens.refresh, 2),
        good.unsigned(),
        good.sign(&[7; 32]),
        good.clone().claim("exp", json!(now)).sign(&seed),
        good.clone().claim("nbf", json!(now + 2)).sign(&seed),
        good.clone()
            .claim("iss", json!("https://other.example"))
            .sign(&seed),
        good.clone()
            .claim("aud", json!("https://other.example"))
            .sign(&seed),
        good.clone().claim("gen", json!(2)).sign(&seed),
        good.clone().claim("gen", json!(0)).sign(&seed),
        good.clone().claim("gen", json!(-1)).sign(&seed),
        good.clone().claim("gen", json!(null)).sign(&seed),
        good.clone()
            .claim(
                "sid",
                json!(
                    tokens
                        .session_id
                        .to_string()
                        .replace('a', "b")
                        .replace('1', "2")
                ),
            )
            .sign(&seed),
        good.clone().header("typ", json!("JWT")).sign(&seed),
        good.clone().header("kid", json!("nobody")).sign(&seed),
    ] {
        expect_refused(&app.refresh(&token).await);
    }
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
    app.advance(SignedDuration::from_secs(1));
    let audit = app.app().audit(
        domain::audit::Action::RoleChanged,
        Some(person.id),
        format!("user/{}", person.id),
        &domain::audit::Origin::default(),
    );
    let users = app.app().store().users();
    assert!(
        users
            .promote(person.id, &app.password_hash(), app.now(), &audit)
            .await
            .unwrap()
    );

    expect_refused(&app.refresh(&tokens.refresh).await);
    let _ = app.me(&tokens.access).await.expect(401);

    // A log-in after the change is good.
    let tokens = app.log_in(&person).await;
    let _ = app.refresh(&tokens.refresh).await.expect(200);
}

#[tokio::test]
async fn abuse_020_a_revoked_session_refreshes_nothing() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.revoke_session(&person, tokens.session_id).await;

    expect_refused(&app.refresh(&tokens.refresh).await);
    // A session that was ended in order is no theft: nobody is alarmed.
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
