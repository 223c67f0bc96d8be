//! `Idempotency-Key`: a call that may come twice has its effect once (draft-ietf-httpapi-idempotency-key-header).
//!
//! ```text
//! pub async fn place_order(…, key: IdempotencyKey, Json(body): Json<PlaceOrder>) -> Answer<Response> {
//!     let order = …;                                    // checks and reads: nothing has happened yet
//!     let once = match key.begin(&app, caller.user_id).await? {
//!         Begun::First(once) => once,
//!         Begun::Repeated(answer) => return Ok(answer),
//!     };
//!     let answer = OrderBody::from(&order);
//!     let kept = once.finish(&app, StatusCode::CREATED, &answer);
//!     let placed = Orders(app.store()).place(&order, kept, &audit).await;    // one transaction
//!     once.settle(&app, placed.map_err(ApiError::from)).await?;
//!     Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
//! }
//! ```
//!
//! Where a key is not required, the handler takes an `Option<IdempotencyKey>`. The endpoint says
//! [`taking_key`](crate::Endpoint::taking_key), and its role may update the items `IDEMPOTENCY#*` of the table limits.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use cloud::App;
use kernel::digest::hex;
use kernel::id::UserId;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{Given, Idempotency, Intent, Write};

use crate::error::ApiError;
use crate::error_code::ErrorCode;
use crate::request::RequestInfo;

/// The header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header of an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The longest key, in characters.
const LONGEST: usize = 255;

/// 400: the header is missing.
const IDEMPOTENCY_KEY_MISSING: ErrorCode = ErrorCode::bad_request(
    "idempotency_key_missing",
    "Send an Idempotency-Key: a new UUID for each new wish, and the same for its repetitions.",
)
.when("the header `Idempotency-Key` is missing where it is required");

/// 400: the header is no key.
const IDEMPOTENCY_KEY_INVALID: ErrorCode = ErrorCode::bad_request(
    "idempotency_key_invalid",
    "The Idempotency-Key must have 1 to 255 visible ASCII characters, such as a UUID.",
)
.when("the header `Idempotency-Key` is empty, too long, there twice, or not of visible ASCII characters");

/// 409: the same call is under way.
const IDEMPOTENCY_KEY_IN_USE: ErrorCode = ErrorCode::conflict(
    "idempotency_key_in_use",
    "A call with this Idempotency-Key is under way. Try again in a moment.",
)
.when("a call with the same `Idempotency-Key` is under way");

/// 422: the key is another call's.
const IDEMPOTENCY_KEY_REUSED: ErrorCode = ErrorCode::unprocessable(
    "idempotency_key_reused",
    "This Idempotency-Key was used for something else. Take a new one.",
)
.when("the `Idempotency-Key` was used with another body or another address in the last 24 hours");

/// What an endpoint refuses for that takes a key.
pub(crate) static IDEMPOTENCY_REFUSALS: [ErrorCode; 4] = [
    IDEMPOTENCY_KEY_MISSING,
    IDEMPOTENCY_KEY_INVALID,
    IDEMPOTENCY_KEY_IN_USE,
    IDEMPOTENCY_KEY_REUSED,
];

/// The key of a call that is to have its effect once.
#[derive(Debug)]
pub struct IdempotencyKey {
    key: String,
    /// Method and address, which a key is for as well.
    target: String,
    body: BodyDigest,
    operation: Operation,
    request_id: String,
}

/// What a call with a key finds.
#[derive(Debug)]
pub enum Begun {
    /// It is the first, and is to have its effect.
    First(Once),
    /// It had its effect before, and this was the answer.
    Repeated(Response),
}

/// An effect that is to be had once.
#[derive(Debug)]
pub struct Once(Intent);

/// A digest of the body, which [`Json`](crate::Json) notes when it reads that.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyDigest(Arc<OnceLock<String>>);

/// The name of the function that serves a request, as the envelope notes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation(pub(crate) &'static str);

impl BodyDigest {
    pub(crate) fn note(&self, bytes: &[u8]) {
        let _ = self.0.set(hex(&Sha256::digest(bytes)));
    }
}

impl IdempotencyKey {
    /// Begins the effect, or gives the answer that was given before. To be called once nothing speaks against the call any more.
    ///
    /// # Errors
    /// 409 while a call with the key is under way; 422 where the key was used for something else.
    pub async fn begin(self, app: &App, caller: UserId) -> Result<Begun, ApiError> {
        let body = self.body.0.get().map_or("", String::as_str);
        let fingerprint = Sha256::digest(format!("{}\n{body}", self.target));
        let intent = Intent {
            caller,
            operation: self.operation.0,
            key: self.key,
            fingerprint: hex(&fingerprint[..16]),
            request_id: self.request_id,
        };
        let found = Idempotency(app.store()).begin(&intent, app.now()).await?;
        Ok(match found {
            store::Begun::First => Begun::First(Once(intent)),
            store::Begun::Repeated(given) => Begun::Repeated(again(given)),
            store::Begun::UnderWay => return Err(IDEMPOTENCY_KEY_IN_USE.into()),
            store::Begun::OtherRequest => return Err(IDEMPOTENCY_KEY_REUSED.into()),
        })
    }
}

impl Once {
    /// The write that keeps the answer, for the transaction of the effect. Where it is the one whose condition did not hold,
    /// another call has taken over: [`IDEMPOTENCY_KEY_IN_USE`].
    pub fn finish(&self, app: &App, status: StatusCode, answer: &impl Serialize) -> Write {
        let body = serde_json::to_string(answer).expect("an answer is a struct of plain values");
        let given = Given {
            status: status.as_u16(),
            body,
        };
        Idempotency(app.store()).finish(&self.0, &given)
    }

    /// The refusal where the effect was had by another call, which took over because this one took too long.
    pub fn overtaken() -> ApiError {
        IDEMPOTENCY_KEY_IN_USE.into()
    }

    /// Lets the call be made again with its key where it had no effect.
    pub async fn settle<T>(&self, app: &App, effect: Result<T, ApiError>) -> Result<T, ApiError> {
        if effect.is_err()
            && let Err(error) = Idempotency(app.store()).abandon(&self.0).await
        {
            // It ends by itself, half a minute later.
            tracing::warn!(%error, "the key of a call without effect stays in use");
        }
        effect
    }
}

/// The same answer again.
fn again(given: Given) -> Response {
    let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let json = HeaderValue::from_static("application/json");
    let replayed = HeaderValue::from_static("true");
    let headers = [(header::CONTENT_TYPE, json), (REPLAYED, replayed)];
    (status, headers, given.body).into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        read(parts)?.ok_or_else(|| IDEMPOTENCY_KEY_MISSING.into())
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, ApiError> {
        read(parts)
    }
}

fn read(parts: &mut Parts) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut all = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let is_key = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if all.next().is_some() || !is_key {
        return Err(IDEMPOTENCY_KEY_INVALID.into());
    }
    let body = BodyDigest::default();
    let key = IdempotencyKey {
        key: text.to_owned(),
        target: target(parts),
        body: body.clone(),
        operation: *parts
            .extensions
            .get::<Operation>()
            .expect("the envelope is around every route"),
        request_id: parts
            .extensions
            .get::<RequestInfo>()
            .expect("the envelope is around every route")
            .id
            .clone(),
    };
    parts.extensions.insert(body);
    Ok(Some(key))
}

/// What the call is for: its method and its address, which is the same with and without a last slash.
fn target(parts: &Parts) -> String {
    let (path, query) = (parts.uri.path(), parts.uri.query().unwrap_or_default());
    format!("{} {}?{query}", parts.method, path.trim_end_matches('/'))
}
