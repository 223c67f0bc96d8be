mod wrong_tokens;

use accounts_testing::{Answer, Call, Fault, Forge, LoggedIn, Person, TestApp, altered};
use serde_json::json;

const PATH: &str = "/api/v1/users/me";

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    app.member_logged_in("ann@example.com").await
}

#[track_caller]
fn expect_refused(answer: &Answer) {
    answer.expect_error(401, "not_authenticated");
    assert_eq!(answer.text("error"), "A valid access token is required.");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_bearer_sees_the_profile() {
    let app = TestApp::start().await;
    let mut body = TestApp::registration("ann@example.com");
    body["first_name"] = json!("Ann");
    body["username"] = json!("Ann.M");
    let registered = app.register(&body).await.expect(201);
    app.deliver().await;
    let _ = app
        .verify_email(&app.token_of("ann@example.com").await)
        .await
        .expect(200);
    let code = app.fresh_code("ann@example.com").await;
    let tokens = app.verify_otp("ann@example.com", &code).await.expect(200);

    let answer = app.me(tokens.text("access")).await.expect(200);

    assert_eq!(
        answer.json,
        json!({
            "id": registered.text("user_id"), "email": "ann@example.com", "username": "Ann.M",
            "first_name": "Ann", "last_name": "", "role": "user", "is_active": true, "email_verified": true,
            "created_at": "2026-03-01T12:00:00Z", "last_login_at": "2026-03-01T12:00:00Z", "mfa_enabled": false,
            "pending_email": null, "phone_number": null, "birth_date": null, "locale": null, "time_zone": null,
            "notification_settings": {
                "email": {"updates": true, "tips": false, "payment": true},
                "push": {"updates": true, "tips": false, "payment": true},
            },
            "avatar": null, "avatar_refusal": null,
        })
    );
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let call =
            Call::get(PATH).with_header("authorization", &format!("{scheme}  {} ", tokens.access));
        let _ = app.call(call).await.expect(200);
    }
}

#[tokio::test]
async fn headers_that_carry_no_token_are_refused() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let token = &tokens.access;
    expect_refused(&app.call(Call::get(PATH)).await);
    for value in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token}é"),
    ] {
        expect_refused(
            &app.call(Call::get(PATH).with_header("authorization", &value))
                .await,
        );
    }
    // Two headers are none, whichever of them is good; and no other place is looked at.
    let twice = Call::get(PATH).with_token(token).with_token("x");
    expect_refused(&app.call(twice).await);
    let elsewhere = Call::get(&format!("{PATH}?access_token={token}&token={token}"))
        .with_header("cookie", &format!("access={token}"))
        .with_header("x-access-token", token);
    expect_refused(&app.call(elsewhere).await);
}

#[tokio::test]
async fn a_failing_table_is_a_503_and_no_401() {
    let app = TestApp::start_watched().await;
    let (_, tokens) = logged_in(&app).await;
    app.dynamodb().fail_always(Fault::fail());

    app.me(&tokens.access)
        .await
        .expect_error(503, "unavailable");

    app.dynamodb().heal();
    let _ = app.me(&tokens.access).await.expect(200);
}

#[tokio::test]
async fn a_call_costs_one_read_and_made_up_tokens_hardly_any() {
    let app = TestApp::start_watched().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.me(&tokens.access).await.expect(200);
    app.dynamodb().forget();

    let _ = app.me(&tokens.access).await.expect(200);
    assert_eq!(app.dynamodb().seen(), ["BatchGetItem"]);

    app.dynamodb().forget();
    for position in 0..20 {
        let made_up =
            Forge::from_token(&tokens.access).header("kid", json!(format!("kid{position}")));
        expect_refused(&app.me(&made_up.sign(&[7; 32])).await);
        expect_refused(&app.me(&altered(&tokens.access, 2)).await);
    }
    // One look for a key that may be new, and then none for a while.
    assert_eq!(app.dynamodb().seen(), ["Query"]);
}

#[tokio::test]
async fn abuse_019_a_deleted_account_has_no_profile() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.delete_account(&person).await;

    expect_refused(&app.me(&tokens.access).await);
}

#[tokio::test]
async fn abuse_020_a_revoked_sessions_token_is_invalid() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let other_device = app.log_in(&person).await;
    let _ = app.me(&tokens.access).await.expect(200);
    let _ = app.log_out(&tokens.access).await.expect(204);

    expect_refused(&app.me(&tokens.access).await);

    let _ = app.me(&other_device.access).await.expect(200);
}

#[tokio::test]
async fn abuse_021_a_disabled_account_is_refused_on_the_next_call() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let _ = app.me(&tokens.access).await.expect(200);
    app.disable(&person).await;

    expect_refused(&app.me(&tokens.access).await);
}

#[tokio::test]
async fn abuse_021_ended_sessions_are_refused_on_the_next_call() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let other_device = app.log_in(&person).await;
    let everywhere = TestApp::log_out_everywhere_call(&other_device.access, false);
    let _ = app.call(everywhere).await.expect(204);

    expect_refused(&app.me(&tokens.access).await);
    expect_refused(&app.me(&other_device.access).await);
}

#[tokio::test]
async fn abuse_021_a_changed_role_is_seen_on_the_next_call() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    app.change_role(&person, "admin").await;
    assert_eq!(
        app.me(&tokens.access).await.expect(200).text("role"),
        "admin"
    );

    // Whatever the token says: the table is asked.
    app.change_role(&person, "user").await;
    assert_eq!(
        app.me(&tokens.access).await.expect(200).text("role"),
        "user"
    );
    let seed = app.signing_seed().await;
    let admin = Forge::from_token(&tokens.access)
        .claim("role", json!("admin"))
        .sign(&seed);
    assert_eq!(app.me(&admin).await.expect(200).text("role"), "user");
}

#[tokio::test]
async fn abuse_041_the_token_alone_says_who_calls() {
    let app = TestApp::start().await;
    let (person, tokens) = logged_in(&app).await;
    let victim = app.member("victim@example.com").await;
    let id = victim.id.to_string();
    let call = Call::get(&format!("{PATH}?user_id={id}&id={id}&sub={id}"))
        .with_token(&tokens.access)
        .with_header("x-user-id", &id)
        .with_header("x-amzn-oidc-identity", &id)
        .with_header("content-type", "application/json")
        .with_body(json!({"user_id": id, "role": "admin"}).to_string());

    let answer = app.call(call).await.expect(200);

    assert_eq!(answer.text("id"), person.id.to_string());
    assert_eq!(answer.text("role"), "user");
}
