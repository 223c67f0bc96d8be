use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

/// What a service, or the way to it, does instead of what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It refuses: status, error type, message.
    Refuse(u16, &'static str, &'static str),
    /// It met another transaction.
    TransactionConflict,
    /// The connection breaks before it has heard anything.
    Drop,
    /// It does what it was asked, and the connection breaks before the answer is back.
    LoseAnswer,
    /// S3 says that a file may not be read: of one that is not there, to who may not list the bucket.
    HiddenFile,
    /// It answers this: status and JSON.
    Answer(u16, Value),
}

impl Fault {
    /// SES asks to slow down.
    pub fn throttle() -> Self {
        Self::Refuse(
            429,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
        )
    }

    /// SES will never take this mail.
    pub fn reject() -> Self {
        Self::Refuse(
            400,
            "MessageRejected",
            "Address ann@example.com is on the suppression list.",
        )
    }

    /// The service has a fault of its own.
    pub fn fail() -> Self {
        Self::Refuse(500, "InternalFailure", "An internal error occurred.")
    }

    /// The answer, where the fault is one.
    pub(crate) fn answer(&self) -> Option<Response<Body>> {
        match self {
            Self::Refuse(status, kind, message) => Some(refusal(
                *status,
                kind,
                &json!({"__type": kind, "message": message}),
            )),
            Self::TransactionConflict => Some(refusal(
                400,
                "TransactionCanceledException",
                &json!({
                    "__type": "TransactionCanceledException",
                    "message": "Transaction cancelled [TransactionConflict, None]",
                    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
                }),
            )),
            Self::HiddenFile => Some(hidden_file()),
            Self::Answer(status, body) => Some(answer(*status, body)),
            Self::Drop => Some(broken()),
            Self::LoseAnswer => None,
        }
    }
}

fn hidden_file() -> Response<Body> {
    let error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    Response::builder()
        .status(StatusCode::FORBIDDEN)
        .header("content-type", "application/xml")
        .body(Body::from(error))
        .expect("an answer of plain parts")
}

fn refusal(status: u16, kind: &str, body: &Value) -> Response<Body> {
    let mut answer = answer(status, body);
    let kind = kind.parse().expect("an error type is a header's value");
    answer.headers_mut().insert("x-amzn-errortype", kind);
    answer
}

fn answer(status: u16, body: &Value) -> Response<Body> {
    Response::builder()
        .status(StatusCode::from_u16(status).expect("a status"))
        .header("content-type", "application/x-amz-json-1.0")
        .body(Body::from(body.to_string()))
        .expect("an answer of plain parts")
}

/// An answer that breaks off: the server closes the connection where a body was promised.
pub(crate) fn broken() -> Response<Body> {
    let cut = futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other(
        "cut off by the test",
    ))]);
    Response::builder()
        .header("content-length", "100")
        .body(Body::from_stream(cut))
        .expect("an answer of plain parts")
}
