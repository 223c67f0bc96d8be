use axum::http::StatusCode;

use crate::error::ApiError;

/// A reason not to answer as asked, which a program can act on. An endpoint names those it gives in
/// [`Endpoint::refusing`](crate::Endpoint::refusing); those that any may give are [`EVERYWHERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
    when: Option<&'static str>,
}

/// 400: fields do not fit the rules.
pub(crate) const INVALID_FIELDS: ErrorCode =
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

/// 400: the gateway handed over what is no request.
pub(crate) const MALFORMED_REQUEST: ErrorCode =
    ErrorCode::bad_request("malformed_request", "The request cannot be read.").when(
        "the address has characters that it may not have, or the body is not encoded as it says",
    );

/// 401: no good token.
pub(crate) const NOT_AUTHENTICATED: ErrorCode =
    ErrorCode::unauthorized("not_authenticated", "A valid access token is required.").when(
        "access token missing, wrong in any way, or its session is over; with `WWW-Authenticate: Bearer`",
    );

/// 403: the caller's role lacks the permission.
pub(crate) const FORBIDDEN: ErrorCode =
    ErrorCode::refused("forbidden", "Your role may not do this.").when("the role may not do this");

/// 403: the caller's proof of who they are is too old for what is asked.
pub const REAUTHENTICATION_REQUIRED: ErrorCode = ErrorCode::refused(
    "reauthentication_required",
    "Show again that this is you, or log in again.",
)
.when(
    "the session's newest proof is too old: 10 minutes for a second factor, 15 for what administrators do to others and for files of lists. `POST /api/v1/auth/reauthenticate` takes a new one",
);

/// 404: nothing is there that the caller may see.
pub(crate) const NOT_FOUND: ErrorCode =
    ErrorCode::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
        .when("nothing is there, or it is somebody else's");

/// 405: the path does not answer the method.
pub(crate) const METHOD_NOT_ALLOWED: ErrorCode = ErrorCode::new(
    StatusCode::METHOD_NOT_ALLOWED,
    "method_not_allowed",
    "This path does not answer that method.",
)
.when("the path answers the methods of `Allow`");

/// 409: others changed the same thing, each time faster than this call.
pub const CHANGED_MEANWHILE: ErrorCode = ErrorCode::conflict(
    "changed_meanwhile",
    "It was changed at the same time, again and again. Look at it, and try again.",
)
.when("somebody else changed it at the same time: look again");

/// 412: the state is another one than the caller has seen.
pub const CHANGED_SINCE: ErrorCode = ErrorCode::precondition_failed(
    "changed_since",
    "It has changed since you have seen it. Look at it again.",
)
.when("the entity tag of `If-Match` is not that of the state as it is now");

/// 413: the body is larger than an endpoint takes.
pub(crate) const TOO_LARGE: ErrorCode = ErrorCode::new(
    StatusCode::PAYLOAD_TOO_LARGE,
    "too_large",
    "The body is too large.",
)
.when("the body is over 64 KiB");

/// 415: the body is of another type than JSON.
pub(crate) const UNSUPPORTED_MEDIA_TYPE: ErrorCode = ErrorCode::new(
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "unsupported_media_type",
    "The body must be JSON, with the content type application/json.",
)
.when("the content type is not `application/json`");

/// 429: a limit is used up. The message says how long to wait.
pub(crate) const RATE_LIMITED: ErrorCode = ErrorCode::new(
    StatusCode::TOO_MANY_REQUESTS,
    "rate_limited",
    "Too many requests.",
)
.when("a [limit](LIMITS.md) is used up, or a pause after wrong proofs lasts; with `Retry-After`");

/// 500: the fault is ours.
pub(crate) const INTERNAL: ErrorCode = ErrorCode::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "internal",
    "Something went wrong on our side.",
)
.when("our fault: report the `request_id`");

/// 503: a service that the request needs does not answer.
pub(crate) const UNAVAILABLE: ErrorCode = ErrorCode::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "unavailable",
    "The service is not available at the moment. Try again.",
)
.when("something we need does not answer; with `Retry-After`");

/// The reasons that any endpoint may have, by status.
pub const EVERYWHERE: [ErrorCode; 15] = [
    INVALID_FIELDS,
    MALFORMED_JSON,
    UNREADABLE_BODY,
    INVALID_QUERY,
    MALFORMED_REQUEST,
    NOT_AUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CHANGED_MEANWHILE,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    RATE_LIMITED,
    INTERNAL,
    UNAVAILABLE,
];

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

    /// 412: what the caller requires of the state does not hold.
    pub const fn precondition_failed(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, code, message)
    }

    /// 422: the request is well formed, and cannot be meant as it is.
    pub const fn unprocessable(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// The same, with what the documentation says of it in place of the message.
    #[must_use]
    pub const fn when(self, when: &'static str) -> Self {
        Self {
            when: Some(when),
            ..self
        }
    }

    /// The refusal for what is in a field, which it names.
    pub fn of_field(self, field: &str) -> ApiError {
        let mut error = ApiError::from(self);
        let reason = vec![self.message.to_owned()];
        error.details.insert(field.to_owned(), reason);
        error
    }

    /// The HTTP status of the answer.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The name of the code, for programs. It never changes its meaning.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What it means, as the documentation says it.
    pub fn meaning(&self) -> &'static str {
        self.when.unwrap_or(self.message)
    }
}
