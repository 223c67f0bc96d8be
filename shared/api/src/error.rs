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

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: BTreeMap::new(),
            cause: None,
            hint: None,
        }
    }

    /// 400: the request does not fit the rules.
    pub fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 400: these fields do not fit the rules.
    pub fn invalid_fields(details: BTreeMap<String, Vec<String>>) -> Self {
        Self {
            details,
            ..Self::bad_request("invalid_fields", "Some fields are not valid.")
        }
    }

    /// 401: no good token. Which of the many ways it can be wrong is not told.
    pub fn unauthenticated() -> Self {
        let message = "A valid access token is required.";
        let error = Self::new(StatusCode::UNAUTHORIZED, "not_authenticated", message);
        Self {
            hint: Some(Hint::Authenticate),
            ..error
        }
    }

    /// 401: no account has this name and this password. Which of the two is wrong is not told.
    pub fn invalid_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_credentials",
            "The login or the password is not right.",
        )
    }

    /// 401: the refresh token is not good, or not any more.
    pub fn invalid_refresh_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_refresh_token",
            "The refresh token is not valid. Log in again.",
        )
    }

    /// 403: known, and not allowed.
    pub fn forbidden(message: &'static str) -> Self {
        Self::refused("forbidden", message)
    }

    /// 403: known, and not allowed for a reason a program can act on.
    pub fn refused(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 409: it does not fit the state things are in.
    pub fn conflict(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
    }

    /// 405; `allow` lists the methods that would do.
    pub fn method_not_allowed(allow: &str) -> Self {
        let message = "This path does not answer that method.";
        let error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            message,
        );
        Self {
            hint: Some(Hint::Allow(allow.to_owned())),
            ..error
        }
    }

    /// 413.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The body is too large.",
        )
    }

    /// 415.
    pub fn unsupported_media_type() -> Self {
        let message = "The body must be JSON, with the content type application/json.";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            message,
        )
    }

    /// 429; the caller may come back after `retry_after`.
    pub fn too_many_requests(retry_after: SignedDuration) -> Self {
        let seconds = (retry_after.as_millis().max(1) + 999) / 1000;
        let message = format!("Too many requests. Try again in {seconds} seconds.");
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message);
        Self {
            hint: Some(Hint::RetryAfter(i64::try_from(seconds).unwrap_or(i64::MAX))),
            ..error
        }
    }

    /// 500: a fault of ours. The cause goes to the log, and nothing of it to the caller.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side.",
        );
        Self {
            cause: Some(cause.into().into()),
            ..error
        }
    }

    /// 503: something we need does not answer.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let message = "The service is not available at the moment. Try again.";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
        Self {
            cause: Some(cause.into().into()),
            hint: Some(Hint::RetryAfter(1)),
            ..error
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
