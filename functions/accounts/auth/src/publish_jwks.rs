use api::{Answer, App, Endpoint, Errors, endpoint};
use axum::extract::State;
use axum::http::{HeaderName, header};
use identity::{PublicKey, SigningKeys};
use serde::Serialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(publish_jwks);

/// The time for which a copy may be cached. A new key is published minutes before anything reaches a verifier that was
/// signed with it only if the verifier looks again on an unknown `kid`, as the standard libraries do.
const CACHE: &str = "public, max-age=300, stale-while-revalidate=60";

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwks {
    /// The keys that verify tokens.
    keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// The type of the key.
    #[schema(example = "OKP")]
    kty: &'static str,
    /// The curve of the key.
    #[schema(example = "Ed25519")]
    crv: &'static str,
    /// What it is for.
    #[schema(example = "sig")]
    #[serde(rename = "use")]
    usage: &'static str,
    /// The algorithm of the signatures that the key verifies.
    #[schema(example = "EdDSA")]
    alg: &'static str,
    /// Its name in the header of the tokens it verifies.
    #[schema(example = "11qYAYKxCrfVS_7T")]
    kid: String,
    /// The key, in base64url.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    x: String,
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            usage: "sig",
            alg: "EdDSA",
            kid: key.kid,
            x: key.x,
        }
    }
}

/// Publish the keys that verify tokens.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "auth",
    responses((status = 200, description = "The keys", body = Jwks), Errors)
)]
pub async fn publish_jwks(
    State(app): State<App>,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<Jwks>)> {
    let keys = SigningKeys(app.store()).list(app.now()).await?;

    let keys = keys.into_iter().map(Jwk::from).collect();
    Ok(([(header::CACHE_CONTROL, CACHE)], axum::Json(Jwks { keys })))
}
