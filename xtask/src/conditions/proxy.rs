//! What stands between a suite and the emulator.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_LENGTH;
use http::{StatusCode, Uri};
use local_aws::{HttpClient, http_client};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::record::{self, Seen};
use super::request::{self, Part};
use crate::gateway::pass_on;

/// What the emulator says of a request that we have spoilt, and never of one that a function sent.
const SPOILT: [&str; 3] = [
    "unused in expressions",
    "Invalid ConditionExpression",
    "redundant parentheses",
];

/// A proxy that listens. Dropped, it listens no more.
pub(crate) struct Proxy {
    url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    http: HttpClient,
    emulator: u16,
    /// The part that is left out of all requests.
    left_out: Option<Part>,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    seen: Seen,
    /// What the emulator did not understand of what was left of a request.
    spoilt: Option<String>,
}

impl Proxy {
    /// Start one before the emulator that listens on a port. It leaves a part of a condition out, or notes what passes.
    pub(crate) async fn start(emulator: u16, left_out: Option<Part>) -> Result<Self> {
        let shared = Arc::new(Shared {
            http: http_client(),
            emulator,
            left_out,
            notes: Mutex::default(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            // It ends only with the process: `axum::serve` retries what accepting fails at.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self {
            url,
            shared,
            serving,
        })
    }

    /// The address it listens at.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it has noted.
    pub(crate) fn seen(&self) -> Seen {
        self.shared.notes().seen.clone()
    }

    /// Fails if a request was not understood for what was left out of it: a test that fails of that proves nothing.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.shared.notes().spoilt {
            Some(answer) => bail!("what was left of a request was not understood: {answer}"),
            None => Ok(()),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request with its answer.
    fn note(&self, operation: &str, request: &Value, answer: &[u8]) {
        let answer = serde_json::from_slice(answer).unwrap_or_default();
        record::note(&mut self.notes().seen, operation, request, &answer);
    }

    /// Looks at the answer to a request that was changed.
    fn look_at(&self, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        if SPOILT.iter().any(|complaint| text.contains(complaint)) {
            self.notes().spoilt = Some(text.into_owned());
        }
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match pass_through(&shared, request).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn pass_through(shared: &Shared, request: Request) -> Result<Response> {
    let operation = write_of(&request);
    let (mut head, body) = request.into_parts();
    let path = head
        .uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    head.uri = Uri::builder()
        .scheme("http")
        .authority(format!("127.0.0.1:{}", shared.emulator))
        .path_and_query(path)
        .build()?;
    let Some(operation) = operation else {
        let request = Request::from_parts(head, body);
        return Ok(pass_on(&shared.http, request).await);
    };

    let mut body = to_bytes(body, usize::MAX).await?;
    let asked: Value = serde_json::from_slice(&body)?;
    let left_out = shared.left_out.as_ref();
    let changed = left_out.and_then(|part| request::without(&operation, &asked, part));
    if let Some(changed) = &changed {
        body = serde_json::to_vec(changed)?.into();
        // The new one is counted as it is sent.
        head.headers.remove(CONTENT_LENGTH);
    }
    let request = Request::from_parts(head, Body::from(body));
    let (head, body) = pass_on(&shared.http, request).await.into_parts();
    let answer = to_bytes(body, usize::MAX).await?;
    if left_out.is_none() {
        shared.note(&operation, &asked, &answer);
    }
    if changed.is_some() {
        shared.look_at(&answer);
    }
    Ok(Response::from_parts(head, Body::from(answer)))
}

/// The operation of a request of the product's that may write under a condition. What a test writes itself is not the product's,
/// and no SDK sends it.
fn write_of(request: &Request) -> Option<String> {
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    let (service, operation) = header("x-amz-target")?.split_once('.')?;
    let writes = operation.ends_with("Item") || operation.ends_with("WriteItems");
    let is_products = header("user-agent")?.contains("aws-sdk-rust");
    (service.starts_with("DynamoDB") && writes && is_products).then(|| operation.to_owned())
}
