use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc, watch};

/// What the function's side of the API does, as its caller's side sees it.
#[derive(Debug)]
pub(crate) enum Report {
    /// The answer to an invocation.
    Response { id: String, body: Value },
    /// The failure of an invocation.
    Error { id: String, body: Value },
    /// The failure to start.
    InitError(Value),
}

/// An event on its way to the function.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) body: Vec<u8>,
}

/// What the API's handlers share.
pub(crate) struct Shared {
    /// The events that wait for the function. Locked while the function waits for the next.
    pub(crate) events: Mutex<mpsc::Receiver<Event>>,
    /// The channel on which reports go out.
    pub(crate) reports: mpsc::UnboundedSender<Report>,
    /// The number of times that the function has asked for an event.
    pub(crate) polls: watch::Sender<u64>,
    /// What the function is told its address is.
    pub(crate) arn: String,
    /// The longest time that an invocation may take, for the header that says so.
    pub(crate) deadline_ms: u64,
}

/// The Runtime API (version 2018-06-01) of one function.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route(
            "/2018-06-01/runtime/invocation/{id}/response",
            post(response),
        )
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(shared)
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    shared.polls.send_modify(|polls| *polls += 1);
    let Some(event) = shared.events.lock().await.recv().await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "the harness is closing").into_response();
    };
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("lambda-runtime-aws-request-id", &event.id);
    set("lambda-runtime-invoked-function-arn", &shared.arn);
    set(
        "lambda-runtime-deadline-ms",
        &shared.deadline_ms.to_string(),
    );
    set("content-type", "application/json");
    (headers, event.body).into_response()
}

async fn response(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let body = parse(&body);
    report(&shared, Report::Response { id, body })
}

async fn error(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    let body = parse(&body);
    report(&shared, Report::Error { id, body })
}

async fn init_error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    report(&shared, Report::InitError(parse(&body)))
}

fn report(shared: &Shared, report: Report) -> Response {
    // Nobody listens any more when the harness is closing; the function is told the same either way.
    let _ = shared.reports.send(report);
    (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response()
}

/// An answer that is not JSON is kept as text, so that a test can show it.
fn parse(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into())
}
