//! Tokens that the product would never make.

mod wrong;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;

use crate::TestApp;

pub use wrong::{malformed, wrong_claims, wrong_times};

/// PKCS #8 of an Ed25519 private key (RFC 8410), up to its 32 bytes.
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// A token in the making: header and claims, to be changed and signed.
#[derive(Debug, Clone)]
pub struct Forge {
    header: Value,
    claims: Value,
}

impl Forge {
    /// Starts from a real token.
    pub fn from_token(token: &str) -> Self {
        Self {
            header: part(token, 0),
            claims: claims_of(token),
        }
    }

    /// Changes the header; null takes a field out.
    #[must_use]
    pub fn header(mut self, name: &str, value: Value) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// Changes a claim; null takes it out.
    #[must_use]
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    /// Signs with an Ed25519 private key.
    pub fn sign(&self, seed: &[u8]) -> String {
        let key = EncodingKey::from_ed_der(&[&PKCS8_PREFIX[..], seed].concat());
        self.finish(&key, Algorithm::EdDSA)
    }

    /// Signs with a shared secret, whatever the header says.
    pub fn sign_hs256(&self, secret: &[u8]) -> String {
        self.finish(&EncodingKey::from_secret(secret), Algorithm::HS256)
    }

    /// Leaves the signature out.
    pub fn unsigned(&self) -> String {
        format!("{}.", self.signing_input())
    }

    fn finish(&self, key: &EncodingKey, algorithm: Algorithm) -> String {
        let input = self.signing_input();
        let signature = jsonwebtoken::crypto::sign(input.as_bytes(), key, algorithm)
            .expect("a key of the algorithm's kind signs");
        format!("{input}.{signature}")
    }

    fn signing_input(&self) -> String {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        format!("{}.{}", encode(&self.header), encode(&self.claims))
    }
}

impl TestApp {
    /// The private key that tokens are signed with, as only functions that issue tokens may read it.
    pub async fn signing_seed(&self) -> Vec<u8> {
        let secret = self.aws().secret(self.variable("SIGNING_KEY_SECRET"));
        let stored: Value = serde_json::from_str(&secret.await).expect("the signing key is JSON");
        URL_SAFE_NO_PAD
            .decode(stored["d"].as_str().unwrap_or_default())
            .expect("the private key is base64url")
    }
}

/// What a token says.
pub fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// The token with one character of one of its parts changed.
pub fn altered(token: &str, part: usize) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let middle = parts[part].len() / 2;
    let changed = if parts[part].as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    parts[part].replace_range(middle..=middle, changed);
    parts.join(".")
}

fn part(token: &str, position: usize) -> Value {
    let text = token.split('.').nth(position).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .expect("a token's parts are base64url");
    serde_json::from_slice(&bytes).expect("a token's parts are JSON")
}

fn set(object: &mut Value, name: &str, value: Value) {
    if value.is_null() {
        let fields = object.as_object_mut().expect("a token's parts are objects");
        fields.remove(name);
    } else {
        object[name] = value;
    }
}
