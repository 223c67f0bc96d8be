//! AWS as a function sees it that asks the same again and again: what the emulator has answered once is answered from memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{IF_NONE_MATCH, RANGE};
use http::response::Parts;

use super::rows;
use crate::proxy::{Upstream, Watch, read, target_of};

/// What a request is recognised by: its method, address and operation, and the headers on which an answer depends.
type Question = [String; 5];

/// Answers that were given.
#[derive(Default)]
pub(crate) struct Replay(Mutex<HashMap<Question, (Parts, Bytes)>>);

impl Replay {
    /// None yet.
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    fn known(&self, question: &Question) -> Option<(Parts, Bytes)> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(question).cloned()
    }

    fn keep(&self, question: Question, answer: (Parts, Bytes)) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(question, answer);
    }
}

impl Watch for Replay {
    async fn pass(&self, request: Request, emulator: &Upstream) -> Result<Response> {
        let question = question(&request);
        // A connection serves the next request once this one is read.
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await?;
        let (head, body) = if let Some(products) = rows::answer(&body) {
            return Ok(axum::Json(products).into_response());
        } else if let Some(answer) = self.known(&question) {
            answer
        } else {
            let request = Request::from_parts(head, Body::from(body));
            let answer = read(emulator.send(request).await?).await?;
            self.keep(question, answer.clone());
            answer
        };
        Ok(Response::from_parts(head, Body::from(body)))
    }
}

fn question(request: &Request) -> Question {
    let headers = request.headers();
    let header = |name| {
        let value: Option<&http::HeaderValue> = headers.get(name);
        let value = value.and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (service, operation) = target_of(headers).unwrap_or_default();
    [
        request.method().to_string(),
        request.uri().to_string(),
        format!("{service}.{operation}"),
        header(IF_NONE_MATCH),
        header(RANGE),
    ]
}
