//! All the ways a token can be wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use test_support::{Forge, Proxy, TestApp, altered, claims_of};

use super::{expect_refused, logged_in};

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
        forge("nbf", json!(now + 2)),
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

fn claims_of_header(token: &str) -> Value {
    let header = token.split('.').next().unwrap();
    claims_of(&format!("x.{header}"))
}
