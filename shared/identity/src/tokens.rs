//! Access and refresh tokens: `EdDSA` JWTs (RFC 7519, RFC 8037), made and checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud::App;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use kernel::clock::CLOCK_SKEW;
use kernel::id::{SessionId, UserId};
use kernel::role::Role;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::keys::{self, KeyError, SigningKey};
use crate::settings::Settings;

/// The longest token that is looked at, in bytes. Ours have some 500.
const MAX_LENGTH: usize = 4096;

/// The `typ` of an access token's header (RFC 9068) and of a refresh token's: neither can stand for the other.
const ACCESS: &str = "at+jwt";
const REFRESH: &str = "rt+jwt";

/// The seconds that a token is good before it was made: a verifier's clock may be behind ours (RFC 7519, 4.1.5).
const NOT_BEFORE_SLACK_S: i64 = 60;

/// A token is not good. Why is for the log; the caller is told nothing more.
#[derive(Debug, Error)]
pub enum InvalidToken {
    /// The text is not a token of ours, or not any more.
    #[error("the token is not valid: {0}")]
    Refused(&'static str),
    /// The token could not be checked.
    #[error("the token could not be checked")]
    Unchecked(#[from] KeyError),
}

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    /// The account that the token is for.
    pub sub: UserId,
    /// The session that the token is of.
    pub sid: SessionId,
    /// The role at the time it was made, for front ends; the server asks the table.
    pub role: Role,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

/// What a refresh token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshClaims {
    iss: String,
    aud: String,
    /// The account that the token is for.
    pub sub: UserId,
    /// The session that the token is of.
    pub sid: SessionId,
    /// The number of the token in the session.
    #[serde(rename = "gen")]
    pub generation: u32,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

/// The two tokens of a log-in. All of both comes from the session and the signing key, and Ed25519 signs alike each time,
/// so a lost answer can be given again although no token is stored.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// The access token, which authenticates calls.
    pub access: SecretString,
    /// The refresh token, which is exchanged for new tokens.
    pub refresh: SecretString,
}

trait Claims {
    fn names(&self) -> (&str, &str);
    fn times(&self) -> (i64, i64);
}

impl Claims for AccessClaims {
    fn names(&self) -> (&str, &str) {
        (&self.iss, &self.aud)
    }

    fn times(&self) -> (i64, i64) {
        (self.nbf, self.exp)
    }
}

impl Claims for RefreshClaims {
    fn names(&self) -> (&str, &str) {
        (&self.iss, &self.aud)
    }

    fn times(&self) -> (i64, i64) {
        (self.nbf, self.exp)
    }
}

/// What a pair of tokens says: who may call, in which session, and how long.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// The account that the tokens are for.
    pub user_id: UserId,
    /// The role that the account has now.
    pub role: Role,
    /// The session that the tokens are of.
    pub session_id: SessionId,
    /// The number of the refresh token in the session.
    pub generation: u32,
    /// The moment at which the refresh token is made.
    pub issued_at: Timestamp,
    /// The moment at which the refresh token expires.
    pub expires_at: Timestamp,
}

/// The tokens of an installation.
pub struct Tokens<'a>(pub &'a App);

impl Tokens<'_> {
    /// Makes the tokens of a session's present generation.
    pub async fn issue(&self, session: &Grant) -> Result<TokenPair, KeyError> {
        let settings = self.0.section::<Settings>();
        let signing = SigningKey::current(self.0).await?;
        let issued = session.issued_at;
        let jti = format!("{}.{}", session.session_id, session.generation);
        let access = AccessClaims {
            iss: settings.issuer.clone(),
            aud: settings.issuer.clone(),
            sub: session.user_id,
            sid: session.session_id,
            role: session.role,
            iat: issued.as_second(),
            nbf: issued.as_second() - NOT_BEFORE_SLACK_S,
            exp: (issued + settings.access_lifetime).as_second(),
            jti: jti.clone(),
        };
        let refresh = RefreshClaims {
            iss: settings.issuer.clone(),
            aud: settings.issuer.clone(),
            sub: session.user_id,
            sid: session.session_id,
            generation: session.generation,
            iat: issued.as_second(),
            nbf: issued.as_second() - NOT_BEFORE_SLACK_S,
            exp: session.expires_at.as_second(),
            jti,
        };
        Ok(TokenPair {
            access: sign(&access, ACCESS, &signing).into(),
            refresh: sign(&refresh, REFRESH, &signing).into(),
        })
    }

    /// Checks an access token: signature with the algorithm pinned, key, type, issuer, audience, times. Whether its session
    /// still lives is for the caller to ask.
    pub async fn check_access(&self, token: &str) -> Result<AccessClaims, InvalidToken> {
        self.check(token, ACCESS).await
    }

    /// Checks a refresh token in the same way.
    pub async fn check_refresh(&self, token: &str) -> Result<RefreshClaims, InvalidToken> {
        self.check(token, REFRESH).await
    }

    async fn check<T: Claims + DeserializeOwned + Clone>(
        &self,
        token: &str,
        typ: &str,
    ) -> Result<T, InvalidToken> {
        if token.len() > MAX_LENGTH {
            return Err(InvalidToken::Refused("too long"));
        }
        let header = decode_header(token).map_err(|_| InvalidToken::Refused("not a JWT"))?;
        if header.alg != Algorithm::EdDSA {
            return Err(InvalidToken::Refused("another algorithm"));
        }
        if header.typ.as_deref() != Some(typ) {
            return Err(InvalidToken::Refused("another type of token"));
        }
        // A key named or carried by the token itself (`jku`, `jwk`, `x5u`) is never looked at.
        let kid = header
            .kid
            .filter(|kid| kid.len() <= 64)
            .ok_or(InvalidToken::Refused("no key id"))?;
        let now = self.0.now();
        let key = keys::verifying(self.0, &kid)
            .await?
            .ok_or(InvalidToken::Refused("an unknown key"))?;

        // The library asks the machine's clock; times are checked below, by the App's.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims: T = decode(token, &key, &validation)
            .map_err(|_| InvalidToken::Refused("the signature or the claims"))?
            .claims;

        let settings = self.0.section::<Settings>();
        let issuer = settings.issuer.as_str();
        if claims.names() != (issuer, issuer) {
            return Err(InvalidToken::Refused("another issuer or audience"));
        }
        in_time(claims.times(), now)?;
        Ok(claims)
    }
}

/// A token may be used a moment before its time: the clock of who made it may be ahead of this one.
fn in_time((not_before, expires): (i64, i64), now: Timestamp) -> Result<(), InvalidToken> {
    let soon = (now + CLOCK_SKEW).as_second();
    let now = now.as_second();
    if soon < not_before {
        return Err(InvalidToken::Refused("not yet good"));
    }
    if now >= expires {
        return Err(InvalidToken::Refused("expired"));
    }
    Ok(())
}

/// A JWT in compact form (RFC 7515, 7.1). The library would read the private key anew for every token, which is three
/// quarters of what it takes to make one.
fn sign(claims: &impl Serialize, typ: &str, key: &SigningKey) -> String {
    let header = Header {
        typ: Some(typ.to_owned()),
        kid: Some(key.kid.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = key.pair.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn part(of: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(of).expect("headers and claims are plain values"))
}
