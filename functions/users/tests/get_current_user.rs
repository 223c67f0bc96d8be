//! The caller's profile, and all the ways a token can be wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use test_support::{
    Answer, Call, Fault, Forge, LoggedIn, Options, Person, Proxy, TestApp, altered, claims_of,
};

const PATH: &str = "/api/v1/users/me/";

async fn logged_in(app: &TestApp) -> (Person, LoggedIn) {
    let person = app.member("ann@example.com").await;
    let tokens = app.log_in(&person).await;
    (person, tokens)
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
            "created_at": "2026-03-01T12:00:00Z",
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
async fn tokens_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let good = tokens.access;
    let parts: Vec<&str> = good.split('.').collect();
    for token in [
        "null".to_owned(),
        "..".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}."),
        format!("{good}.{}", parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
        format!("{good}="),
        format!("{}.{}.{}", parts[1], parts[0], parts[2]),
        "x".repeat(4097),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
    ] {
        expect_refused(&app.me(&token).await);
    }
    let _ = app.me(&good).await.expect(200);
}

#[tokio::test]
async fn a_token_is_good_between_its_times_alone() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let seed = app.signing_seed().await;
    let now = app.now().as_second();
    let forge = |name: &str, value: Value| {
        Forge::from_token(&tokens.access)
            .claim(name, value)
            .sign(&seed)
    };

    let _ = app.me(&forge("exp", json!(now + 1))).await.expect(200);
    for token in [
        forge("exp", json!(now)),
        forge("exp", json!(now - 1)),
        forge("exp", json!("never")),
        forge("exp", Value::Null),
        forge("nbf", json!(now + 1)),
        forge("nbf", Value::Null),
        forge("iat", json!("x")),
    ] {
        expect_refused(&app.me(&token).await);
    }
    app.advance(jiff::SignedDuration::from_mins(30) - jiff::SignedDuration::from_millis(1));
    let _ = app.me(&tokens.access).await.expect(200);
    app.advance(jiff::SignedDuration::from_millis(1));
    expect_refused(&app.me(&tokens.access).await);
}

#[tokio::test]
async fn claims_that_do_not_fit_are_refused_even_well_signed() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let seed = app.signing_seed().await;
    let other = app.member("bob@example.com").await;
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("iss", json!("https://api.kinwise.example/")),
        ("iss", json!(["https://api.kinwise.example"])),
        ("iss", Value::Null),
        ("aud", json!("https://other.example")),
        (
            "aud",
            json!(["https://api.kinwise.example", "https://other.example"]),
        ),
        ("aud", Value::Null),
        ("sub", json!(other.id)),
        ("sub", json!("ann@example.com")),
        ("sub", Value::Null),
        ("sid", json!("67e55044-10b1-426f-9247-bb680e5fe0c8")),
        ("sid", json!("")),
        ("sid", Value::Null),
    ] {
        let token = Forge::from_token(&tokens.access)
            .claim(name, value.clone())
            .sign(&seed);
        let answer = app.me(&token).await;
        assert_eq!(answer.status, 401, "{name} {value}");
        expect_refused(&answer);
    }
}

#[tokio::test]
async fn a_failing_table_is_a_503_and_no_401() {
    let app = TestApp::start_with(Options {
        watch_dynamodb: true,
        ..Options::default()
    })
    .await;
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
    let app = TestApp::start_with(Options {
        watch_dynamodb: true,
        ..Options::default()
    })
    .await;
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
    app.revoke_session(&person, tokens.session_id).await;

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
    app.advance(jiff::SignedDuration::from_millis(1));
    app.end_sessions(&person).await;

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
async fn abuse_022_no_other_algorithm_and_no_other_key_is_taken() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let good = Forge::from_token(&tokens.access);
    let jwks = app.jwks().await.expect(200);
    let public = jwks.json["keys"][0]["x"].as_str().unwrap();
    let public_bytes = URL_SAFE_NO_PAD.decode(public).unwrap();
    let seed = app.signing_seed().await;
    let with_alg = |alg: &str| good.clone().header("alg", json!(alg));

    for token in [
        with_alg("none").unsigned(),
        with_alg("None").unsigned(),
        with_alg("NONE").unsigned(),
        good.unsigned(),
        // The public key, in all its forms, as a shared secret.
        with_alg("HS256").sign_hs256(public.as_bytes()),
        with_alg("HS256").sign_hs256(&public_bytes),
        with_alg("HS256").sign_hs256(jwks.json["keys"][0].to_string().as_bytes()),
        with_alg("HS256").sign_hs256(b""),
        good.sign_hs256(&public_bytes),
        with_alg("ES256").sign(&seed),
        with_alg("RS256").sign(&seed),
        with_alg("eddsa").sign(&seed),
        // A key of the attacker's, under our name, under another, under none.
        good.sign(&[7; 32]),
        good.clone().header("kid", json!("attacker")).sign(&[7; 32]),
        good.clone().header("kid", json!("attacker")).sign(&seed),
        good.clone()
            .header("kid", json!("x".repeat(65)))
            .sign(&seed),
        good.clone()
            .header("kid", json!("../../dev/null"))
            .sign(&seed),
        good.clone().header("kid", Value::Null).sign(&seed),
    ] {
        expect_refused(&app.me(&token).await);
    }
    let _ = app.me(&good.sign(&seed)).await.expect(200);
}

#[tokio::test]
async fn abuse_022_a_key_the_token_brings_along_is_never_looked_at() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let attacker = Proxy::start("http://127.0.0.1:9").await;
    let url = format!("{}/jwks.json", attacker.url());
    // The public key of the private key of thirty-two sevens.
    let jwk =
        json!({"kty": "OKP", "crv": "Ed25519", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw"});

    for kid in [
        claims_of_header(&tokens.access)["kid"].clone(),
        json!("attacker"),
        json!(url),
    ] {
        let good = Forge::from_token(&tokens.access).header("kid", kid);
        for token in [
            good.clone().header("jku", json!(url)),
            good.clone().header("x5u", json!(url)),
            good.clone().header("jwk", jwk.clone()),
            good.clone().header("x5c", json!(["MIIB"])),
            good.clone().header("crit", json!(["exp"])),
        ] {
            expect_refused(&app.me(&token.sign(&[7; 32])).await);
        }
    }

    assert!(attacker.seen().is_empty(), "no fetch was made");
}

#[tokio::test]
async fn abuse_022_an_altered_token_is_refused() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for part in 0..3 {
        expect_refused(&app.me(&altered(&tokens.access, part)).await);
    }
    // Another's claims under this one's signature.
    let bob = app.member("bob@example.com").await;
    let mixed = Forge::from_token(&tokens.access)
        .claim("sub", json!(bob.id))
        .unsigned();
    let signature = tokens.access.rsplit('.').next().unwrap();
    expect_refused(&app.me(&format!("{mixed}{signature}")).await);
}

#[tokio::test]
async fn abuse_023_other_tokens_are_no_access_tokens() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    let _ = app.newcomer("new@example.com").await;
    let _ = app.resend("new@example.com").await.expect(200);
    app.deliver().await;
    let seed = app.signing_seed().await;

    expect_refused(&app.me(&tokens.refresh).await);
    expect_refused(&app.me(&app.token_of("new@example.com").await).await);
    // The type is in what is signed: no holder can change it, and another of ours is refused.
    for typ in [json!("rt+jwt"), json!("JWT"), json!("jwt"), Value::Null] {
        let token = Forge::from_token(&tokens.access).header("typ", typ);
        expect_refused(&app.me(&token.sign(&seed)).await);
    }
    let renamed = Forge::from_token(&tokens.refresh).header("typ", json!("at+jwt"));
    expect_refused(&app.me(&renamed.sign(&[7; 32])).await);
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

fn claims_of_header(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    claims_of(&format!("x.{header}"))
}
