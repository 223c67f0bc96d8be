//! All the ways a token can be wrong.

use accounts_testing::{
    Forge, Proxy, TestApp, altered, claims_of, malformed, wrong_claims, wrong_times,
};
use serde_json::{Value, json};

use super::{expect_refused, logged_in};

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let app = TestApp::start().await;
    let (_, tokens) = logged_in(&app).await;
    for token in malformed(&tokens.access) {
        expect_refused(&app.me(&token).await);
    }
    let _ = app.me(&tokens.access).await.expect(200);
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
    for (name, value) in wrong_times(app.now()) {
        let answer = app.me(&forge(name, value.clone())).await;
        assert_eq!(answer.status, 401, "{name} {value}");
        expect_refused(&answer);
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
    let of_another = [("sub", json!(other.id))];
    for (name, value) in wrong_claims().into_iter().chain(of_another) {
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
    let seed = app.signing_seed().await;

    for token in good.wrongly_signed(&seed, &jwks.json["keys"][0]) {
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
