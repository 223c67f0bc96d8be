use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::{FileError, InvalidToken, KeyError, SecretError};
use jiff::SignedDuration;
use serde::Serialize;
use store::StoreError;
use utoipa::{IntoResponses, ToSchema};

/// The body of every answer that is not a success.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What happened, for a person.
    #[schema(example = "Some fields are not valid.")]
    pub error: Cow<'static, str>,
    /// What happened, for a program. Never changes its meaning.
    #[schema(example = "invalid_fields")]
    pub code: &'static str,
    /// What is wrong with which field; only where fields are wrong.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(example = json!({"email": ["Enter a valid e-mail address."]}))]
    pub details: BTreeMap<String, Vec<String>>,
    /// The request's id, as in the `x-request-id` header: quote it when you ask for help.
    #[schema(example = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11")]
    pub request_id: String,
}

/// A reason not to answer as asked, which a program can act on. An endpoint names those it gives in
/// [`Endpoint::refusing`](crate::Endpoint::refusing); those that any may give are [`EVERYWHERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    when: Option<&'static str>,
}

/// 400: fields do not fit the rules.
const INVALID_FIELDS: ErrorCode =
    ErrorCode::bad_request("invalid_fields", "Some fields are not valid.")
        .when("fields against the rules or of the wrong type; also a taken `email` or `username`");

/// 400: the body is something else than a JSON object.
pub(crate) const MALFORMED_JSON: ErrorCode =
    ErrorCode::bad_request("malformed_json", "The body is not a valid JSON object.")
        .when("not JSON, not UTF-8, too deep, not an object, or more after it");

/// 400: the connection did not bring the whole body.
pub(crate) const UNREADABLE_BODY: ErrorCode =
    ErrorCode::bad_request("unreadable_body", "The body could not be read.")
        .when("the body broke off");

/// 400: the query is not one.
pub(crate) const INVALID_QUERY: ErrorCode =
    ErrorCode::bad_request("invalid_query", "The query of the address cannot be read.")
        .when("the address's query cannot be read, or names a parameter twice");

/// 401: no good token.
const NOT_AUTHENTICATED: ErrorCode =
    ErrorCode::unauthorized("not_authenticated", "A valid access token is required.").when(
        "access token missing, wrong in any way, or its session is over; with `WWW-Authenticate: Bearer`",
    );

/// 403: the caller's role lacks the permission.
pub(crate) const FORBIDDEN: ErrorCode =
    ErrorCode::refused("forbidden", "Your role may not do this.").when("the role may not do this");

/// 404.
const NOT_FOUND: ErrorCode =
    ErrorCode::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
        .when("nothing is there, or it is somebody else's");

/// 405.
const METHOD_NOT_ALLOWED: ErrorCode = ErrorCode::new(
    StatusCode::METHOD_NOT_ALLOWED,
    "method_not_allowed",
    "This path does not answer that method.",
)
.when("the path answers the methods of `Allow`");

/// 413.
const TOO_LARGE: ErrorCode = ErrorCode::new(
    StatusCode::PAYLOAD_TOO_LARGE,
    "too_large",
    "The body is too large.",
)
.when("the body is over 64 KiB");

/// 415.
const UNSUPPORTED_MEDIA_TYPE: ErrorCode = ErrorCode::new(
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "unsupported_media_type",
    "The body must be JSON, with the content type application/json.",
)
.when("the content type is not `application/json`");

/// 429. The message says how long to wait.
const RATE_LIMITED: ErrorCode = ErrorCode::new(
    StatusCode::TOO_MANY_REQUESTS,
    "rate_limited",
    "Too many requests.",
)
.when("a [limit](LIMITS.md) is used up, or a pause after wrong proofs lasts; with `Retry-After`");

/// 500.
const INTERNAL: ErrorCode = ErrorCode::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "internal",
    "Something went wrong on our side.",
)
.when("our fault: report the `request_id`");

/// 503.
const UNAVAILABLE: ErrorCode = ErrorCode::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "unavailable",
    "The service is not available at the moment. Try again.",
)
.when("something we need does not answer, or lost a race again and again; with `Retry-After`");

/// The reasons that any endpoint may have, by status.
pub const EVERYWHERE: [ErrorCode; 13] = [
    INVALID_FIELDS,
    MALFORMED_JSON,
    UNREADABLE_BODY,
    INVALID_QUERY,
    NOT_AUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    RATE_LIMITED,
    INTERNAL,
    UNAVAILABLE,
];

/// The answers that every operation may give beside its own.
#[derive(IntoResponses)]
pub enum Errors {
    /// The request cannot be carried out as it is: `code` says why, `details` which fields.
    #[response(status = "4XX")]
    Caller(ErrorBody),
    /// The server could not carry it out. 503 is worth another try.
    #[response(status = "5XX")]
    Server(ErrorBody),
}

/// Why a request is not answered as it asked to be. Status, code and message are for the caller; the cause is for the log.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: BTreeMap<String, Vec<String>>,
    pub(crate) cause: Option<Arc<dyn StdError + Send + Sync>>,
    hint: Option<Hint>,
}

/// What an error tells the caller in a header of its own.
#[derive(Debug, Clone)]
enum Hint {
    /// Which proof is wanted.
    Authenticate,
    /// Which methods would do.
    Allow(String),
    /// When to come back, in seconds.
    RetryAfter(i64),
}

impl ErrorCode {
    const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message,
            when: None,
        }
    }

    /// 400: the request does not fit the rules.
    pub const fn bad_request(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 401: what should prove who calls is not good.
    pub const fn unauthorized(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// 403: the caller is known, and may not do this for a reason a program can act on.
    pub const fn refused(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 409: the request does not fit the state things are in.
    pub const fn conflict(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// The same, with what the documentation says of it in place of the message.
    #[must_use]
    pub const fn when(self, when: &'static str) -> Self {
        Self {
            when: Some(when),
            ..self
        }
    }

    /// Its HTTP status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Its name, for programs. It never changes its meaning.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it means, as the documentation says it.
    pub fn meaning(&self) -> &'static str {
        self.when.unwrap_or(self.message)
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        let ErrorCode {
            status,
            code,
            message,
            ..
        } = code;
        Self {
            status,
            code,
            message: message.into(),
            details: BTreeMap::new(),
            cause: None,
            hint: None,
        }
    }
}

impl ApiError {
    /// 400: these fields do not fit the rules.
    pub fn invalid_fields(details: BTreeMap<String, Vec<String>>) -> Self {
        Self {
            details,
            ..INVALID_FIELDS.into()
        }
    }

    /// 401: no good token. Which of the many ways it can be wrong is not told.
    pub fn unauthenticated() -> Self {
        Self {
            hint: Some(Hint::Authenticate),
            ..NOT_AUTHENTICATED.into()
        }
    }

    /// 404.
    pub fn not_found() -> Self {
        NOT_FOUND.into()
    }

    /// 405; `allow` lists the methods that would do.
    pub fn method_not_allowed(allow: &str) -> Self {
        Self {
            hint: Some(Hint::Allow(allow.to_owned())),
            ..METHOD_NOT_ALLOWED.into()
        }
    }

    /// 413.
    pub fn too_large() -> Self {
        TOO_LARGE.into()
    }

    /// 415.
    pub fn unsupported_media_type() -> Self {
        UNSUPPORTED_MEDIA_TYPE.into()
    }

    /// 429; the caller may come back after `retry_after`.
    pub fn too_many_requests(retry_after: SignedDuration) -> Self {
        let seconds = (retry_after.as_millis().max(1) + 999) / 1000;
        let message = format!("Too many requests. Try again in {seconds} seconds.");
        Self {
            message: message.into(),
            hint: Some(Hint::RetryAfter(i64::try_from(seconds).unwrap_or(i64::MAX))),
            ..RATE_LIMITED.into()
        }
    }

    /// 500: a fault of ours. The cause goes to the log, and nothing of it to the caller.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into().into()),
            ..INTERNAL.into()
        }
    }

    /// 503: something we need does not answer.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into().into()),
            hint: Some(Hint::RetryAfter(1)),
            ..UNAVAILABLE.into()
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::unavailable(error),
            StoreError::Refused { .. } | StoreError::Unreadable { .. } => Self::internal(error),
        }
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Unavailable { .. } => Self::unavailable(error),
            SecretError::Malformed(_) => Self::internal(error),
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Unavailable { .. } => Self::unavailable(error),
            FileError::Refused { .. } => Self::internal(error),
        }
    }
}

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Secret(error) => error.into(),
            KeyError::Store(error) => error.into(),
            KeyError::Missing => Self::internal(error),
        }
    }
}

impl From<InvalidToken> for ApiError {
    fn from(error: InvalidToken) -> Self {
        match error {
            InvalidToken::Refused(_) => Self::unauthenticated(),
            InvalidToken::Unchecked(error) => error.into(),
        }
    }
}

/// The status and the error itself; the envelope, which knows the request's id, writes the body.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let hint = match &self.hint {
            Some(Hint::Authenticate) => {
                Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
            }
            Some(Hint::Allow(methods)) => HeaderValue::from_str(methods)
                .ok()
                .map(|methods| (header::ALLOW, methods)),
            Some(Hint::RetryAfter(seconds)) => {
                Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
            }
            None => None,
        };
        if let Some((name, value)) = hint {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_5xx_tells_nothing_of_its_cause() {
        for error in [
            ApiError::internal("table kinwise-identity is missing"),
            ApiError::unavailable("10.0.0.7 timed out"),
        ] {
            assert!(!error.message.contains("kinwise") && !error.message.contains("10.0.0.7"));
            assert!(error.details.is_empty());
            assert!(error.cause.is_some());
        }
    }

    #[test]
    fn retry_after_is_in_whole_seconds_rounded_up() {
        for (millis, seconds) in [
            (0, "1"),
            (1, "1"),
            (1000, "1"),
            (1001, "2"),
            (600_000, "600"),
        ] {
            let response =
                ApiError::too_many_requests(SignedDuration::from_millis(millis)).into_response();
            assert_eq!(response.headers()[header::RETRY_AFTER], seconds);
        }
    }
}
