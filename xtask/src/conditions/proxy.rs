//! What stands between a suite and the emulator.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::header::USER_AGENT;
use serde_json::Value;

use super::record::{self, Seen};
use super::request::{self, Part};
use crate::proxy::{self, Upstream, Watch, target_of};

/// What the emulator says of a request that we have spoilt, and never of one that a function sent.
const SPOILT: [&str; 3] = [
    "unused in expressions",
    "Invalid ConditionExpression",
    "redundant parentheses",
];

/// A proxy that listens. Dropped, it listens no more.
pub(crate) struct Proxy {
    listening: proxy::Proxy,
    shared: Arc<Shared>,
}

struct Shared {
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
            left_out,
            notes: Mutex::default(),
        });
        let listening = proxy::Proxy::start(emulator, Arc::clone(&shared)).await?;
        Ok(Self { listening, shared })
    }

    /// The address it listens at.
    pub(crate) fn url(&self) -> &str {
        self.listening.url()
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

impl Watch for Shared {
    async fn pass(&self, request: Request, emulator: &Upstream) -> Result<Response> {
        let Some(operation) = write_of(&request) else {
            return emulator.send(request).await;
        };
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await?;
        let asked: Value = serde_json::from_slice(&body)?;
        let Some(left_out) = &self.left_out else {
            let request = Request::from_parts(head, Body::from(body));
            let (head, answer) = proxy::read(emulator.send(request).await?).await?;
            self.note(&operation, &asked, &answer);
            return Ok(Response::from_parts(head, Body::from(answer)));
        };
        let Some(changed) = request::without(&operation, &asked, left_out) else {
            let request = Request::from_parts(head, Body::from(body));
            return emulator.send(request).await;
        };
        let (head, answer) = emulator.ask(&head, &changed).await?;
        self.look_at(&answer);
        Ok(Response::from_parts(head, Body::from(answer)))
    }
}

/// The operation of a request of the product's that may write under a condition. What a test writes itself is not the product's,
/// and no SDK sends it.
fn write_of(request: &Request) -> Option<String> {
    let (service, operation) = target_of(request.headers())?;
    let writes = operation.ends_with("Item") || operation.ends_with("WriteItems");
    let agent = request.headers().get(USER_AGENT)?.to_str().ok()?;
    let is_products = agent.contains("aws-sdk-rust");
    (service.starts_with("DynamoDB") && writes && is_products).then(|| operation.to_owned())
}
