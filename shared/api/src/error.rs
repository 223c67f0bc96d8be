use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloud::{FileError, SecretError};
use identity::{InvalidToken, KeyError, NotIdentified};
use jiff::SignedDuration;
use kernel::limit::Counted;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{PageError, StoreError};
use utoipa::{IntoResponses, ToSchema};

use crate::error_code::{
    CHANGED_MEANWHILE, ErrorCode, FORBIDDEN, INTERNAL, INVALID_FIELDS, MALFORMED_JSON,
    METHOD_NOT_ALLOWED, NOT_AUTHENTICATED, NOT_FOUND, RATE_LIMITED, TOO_LARGE, UNAVAILABLE,
    UNREADABLE_BODY, UNSUPPORTED_MEDIA_TYPE,
};
use crate::fields::Fields;

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

/// The answers that every operation may give besides its own.
#[derive(IntoResponses)]
pub enum Errors {
    /// The request cannot be carried out as it is: `code` says why, `details` which fields.
    #[response(status = "4XX")]
    Caller(ErrorBody),
    /// The server could not carry it out. 503 is worth another try.
    #[response(status = "5XX")]
    Server(ErrorBody),
}

/// The reason why a request is not answered as it asked to be. Status, code and message are for the caller; the cause is
/// for the log.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) details: BTreeMap<String, Vec<String>>,
    pub(crate) members: Members,
    pub(crate) cause: Option<Arc<dyn StdError + Send + Sync>>,
    hint: Option<Hint>,
}

/// What the body of an error has besides what that of every error has: extension members, as RFC 9457 calls them. `Debug` shows
/// nothing of them, since one may be a secret that is made for the caller. Few errors have any: for all others it is a pointer.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Members(Option<Box<Map<String, Value>>>);

impl fmt::Debug for Members {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Members(..)")
    }
}

/// What an error tells the caller in a header of its own.
#[derive(Debug, Clone)]
enum Hint {
    /// The proof that is wanted.
    Authenticate,
    /// The methods that the path answers.
    Allow(String),
    /// The number of seconds after which to retry, and what refused, where that is a limit.
    RetryAfter(i64, Option<Box<Refused>>),
}

/// A limit that refused a call.
#[derive(Debug, Clone)]
struct Refused {
    /// The name of the limit, or of the proof that was wrong too often.
    by: &'static str,
    /// The limit that is used up, where the audit log does not have it yet.
    reached: Option<Counted>,
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
            members: Members::default(),
            cause: None,
            hint: None,
        }
    }
}

impl ApiError {
    /// What happened, for a program.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What happened, for a person.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong with which field, where fields are wrong.
    pub fn details(&self) -> &BTreeMap<String, Vec<String>> {
        &self.details
    }

    /// The same, whose body has one more member: what a program needs to act on the code. The `OpenAPI` document knows of it by
    /// an answer of the endpoint's own.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("a struct of texts and numbers is JSON");
        let members = self.members.0.get_or_insert_default();
        members.insert(name.to_owned(), value);
        self
    }

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

    /// 403: the caller may not do this to what is somebody else's, and may know that it is there.
    pub fn forbidden() -> Self {
        FORBIDDEN.into()
    }

    /// 404: nothing is there that the caller may see.
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

    /// 413: the body is larger than an endpoint takes.
    pub fn too_large() -> Self {
        TOO_LARGE.into()
    }

    /// 415: the body is of another type than JSON.
    pub fn unsupported_media_type() -> Self {
        UNSUPPORTED_MEDIA_TYPE.into()
    }

    /// 429, by a limit of this name; the caller may come back after `retry_after`.
    pub fn too_many_requests(limit: &'static str, retry_after: SignedDuration) -> Self {
        let seconds = (retry_after.as_millis().max(1) + 999) / 1000;
        let message = format!("Too many requests. Try again in {seconds} seconds.");
        Self {
            message: message.into(),
            hint: Some(Hint::RetryAfter(
                i64::try_from(seconds).unwrap_or(i64::MAX),
                Some(Box::new(Refused {
                    by: limit,
                    reached: None,
                })),
            )),
            ..RATE_LIMITED.into()
        }
    }

    /// 429, because a limit is used up. The audit log hears of the first call that a window refuses.
    pub(crate) fn limit_reached(
        limit: Counted,
        resets_in: SignedDuration,
        is_first_refusal: bool,
    ) -> Self {
        let mut refused = Self::too_many_requests(limit.limit.name, resets_in);
        if let Some(Hint::RetryAfter(_, Some(refused))) = &mut refused.hint {
            refused.reached = is_first_refusal.then_some(limit);
        }
        refused
    }

    /// The limit of which the audit log is to hear that it is used up.
    pub(crate) fn reached(&self) -> Option<&Counted> {
        self.refused()?.reached.as_ref()
    }

    /// The name of the limit that refused the call.
    pub(crate) fn limit(&self) -> Option<&'static str> {
        Some(self.refused()?.by)
    }

    fn refused(&self) -> Option<&Refused> {
        match &self.hint {
            Some(Hint::RetryAfter(_, refused)) => refused.as_deref(),
            _ => None,
        }
    }

    /// Whether it is about the form of the body: nothing was looked up or done.
    pub(crate) fn is_about_form(&self) -> bool {
        [
            INVALID_FIELDS,
            MALFORMED_JSON,
            UNREADABLE_BODY,
            UNSUPPORTED_MEDIA_TYPE,
            TOO_LARGE,
        ]
        .iter()
        .any(|one| one.code() == self.code)
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
            hint: Some(Hint::RetryAfter(1, None)),
            ..UNAVAILABLE.into()
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::unavailable(error),
            StoreError::Contention { .. } => CHANGED_MEANWHILE.into(),
            StoreError::LimitReached {
                counted,
                resets_in,
                is_first_refusal,
            } => Self::limit_reached(counted, resets_in, is_first_refusal),
            StoreError::Refused { .. } | StoreError::Unreadable { .. } => Self::internal(error),
        }
    }
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Position(_) | PageError::TooDeep => Fields::error("page", error),
            PageError::PastEnd => Self::not_found(),
            PageError::Store(error) => error.into(),
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

impl From<NotIdentified> for ApiError {
    fn from(error: NotIdentified) -> Self {
        match error {
            NotIdentified::Refused => Self::unauthenticated(),
            NotIdentified::Keys(error) => error.into(),
            NotIdentified::Store(error) => error.into(),
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
            Some(Hint::RetryAfter(seconds, _)) => {
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
mod tests;
