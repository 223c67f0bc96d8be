//! The ways a token can be wrong, whatever kind it is: no endpoint takes any of these.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Forge;

/// The private key of an attacker, who has none of ours.
const ATTACKERS_SEED: [u8; 32] = [7; 32];

/// Texts that are no token, and a good token in pieces or with something added.
pub fn malformed(good: &str) -> Vec<String> {
    let parts: Vec<&str> = good.split('.').collect();
    vec![
        String::new(),
        "null".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}."),
        format!("{good}.{}", parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
        format!("{good}="),
        format!("{}.{}.{}", parts[1], parts[0], parts[2]),
        "x".repeat(4097),
        "x".repeat(5000),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)),
    ]
}

/// Times that make a token worthless, each with its claim; null is for a claim that is missing.
pub fn wrong_times(now: Timestamp) -> Vec<(&'static str, Value)> {
    let now = now.as_second();
    vec![
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!("never")),
        ("exp", Value::Null),
        ("nbf", json!(now + 2)),
        ("nbf", Value::Null),
        ("iat", json!("x")),
    ]
}

/// Claims that a token of ours never has; null is for one that is missing.
pub fn wrong_claims() -> Vec<(&'static str, Value)> {
    let (ours, other) = ("https://api.kinwise.example", "https://other.example");
    vec![
        ("iss", json!(other)),
        ("iss", json!(format!("{ours}/"))),
        ("iss", json!([ours])),
        ("iss", Value::Null),
        ("aud", json!(other)),
        ("aud", json!([ours, other])),
        ("aud", Value::Null),
        ("sub", json!("ann@example.com")),
        ("sub", Value::Null),
        ("sid", json!("67e55044-10b1-426f-9247-bb680e5fe0c8")),
        ("sid", json!("")),
        ("sid", Value::Null),
    ]
}

impl Forge {
    /// The token signed in every way but ours. `seed` is our private key, `jwk` the public one as it is published.
    pub fn wrongly_signed(&self, seed: &[u8], jwk: &Value) -> Vec<String> {
        let public = jwk["x"].as_str().expect("a public key has a value");
        let public_bytes = URL_SAFE_NO_PAD
            .decode(public)
            .expect("a public key is base64url");
        let with_alg = |alg: &str| self.clone().header("alg", json!(alg));
        let with_kid = |kid: Value| self.clone().header("kid", kid);
        vec![
            with_alg("none").unsigned(),
            with_alg("None").unsigned(),
            with_alg("NONE").unsigned(),
            self.unsigned(),
            // The public key, in all its forms, as a shared secret.
            with_alg("HS256").sign_hs256(public.as_bytes()),
            with_alg("HS256").sign_hs256(&public_bytes),
            with_alg("HS256").sign_hs256(jwk.to_string().as_bytes()),
            with_alg("HS256").sign_hs256(b""),
            self.sign_hs256(&public_bytes),
            with_alg("ES256").sign(seed),
            with_alg("RS256").sign(seed),
            with_alg("eddsa").sign(seed),
            // A key of the attacker's, under our name, under another, under none.
            self.sign(&ATTACKERS_SEED),
            with_kid(json!("attacker")).sign(&ATTACKERS_SEED),
            with_kid(json!("attacker")).sign(seed),
            with_kid(json!("x".repeat(65))).sign(seed),
            with_kid(json!("../../dev/null")).sign(seed),
            with_kid(Value::Null).sign(seed),
        ]
    }
}
