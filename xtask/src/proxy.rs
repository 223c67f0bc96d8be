//! What stands between a program and the emulator, and sees every call that passes.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{StatusCode, Uri, response};
use local_aws::{HttpClient, http_client};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::gateway::pass_on;

/// The headers that name the operation of a call, in the protocols of AWS that are JSON.
const TARGET: &str = "x-amz-target";

/// What is done with the calls that pass.
pub(crate) trait Watch: Send + Sync + 'static {
    /// Answer a request; the emulator is there to be asked.
    fn pass(
        &self,
        request: Request,
        emulator: &Upstream,
    ) -> impl Future<Output = Result<Response>> + Send;
}

/// The emulator, as a proxy reaches it.
pub(crate) struct Upstream {
    http: HttpClient,
    port: u16,
}

/// A proxy that listens. Dropped, it listens no more.
pub(crate) struct Proxy {
    url: String,
    serving: JoinHandle<()>,
}

impl Proxy {
    /// Start one before the emulator that listens on a port.
    pub(crate) async fn start(emulator: u16, watch: Arc<impl Watch>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let http = http_client();
        let upstream = Upstream {
            http,
            port: emulator,
        };
        let app = Router::new()
            .fallback(pass)
            .with_state((watch, Arc::new(upstream)));
        let serving = tokio::spawn(async move {
            // It ends only with the process: `axum::serve` retries what accepting fails at.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { url, serving })
    }

    /// The address it listens at.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Upstream {
    /// Send a request on as it is. Gives the answer as it comes.
    pub(crate) async fn send(&self, request: Request) -> Result<Response> {
        let (mut head, body) = request.into_parts();
        head.uri = self.uri(&head.uri)?;
        Ok(pass_on(&self.http, Request::from_parts(head, body)).await)
    }

    /// Send a request with another body, a JSON one. Gives the answer, read whole.
    pub(crate) async fn ask(
        &self,
        head: &Parts,
        body: &Value,
    ) -> Result<(response::Parts, axum::body::Bytes)> {
        let mut head = head.clone();
        // The new body is counted as it is sent.
        head.headers.remove(CONTENT_LENGTH);
        let request = Request::from_parts(head, Body::from(serde_json::to_vec(body)?));
        read(self.send(request).await?).await
    }

    fn uri(&self, asked: &Uri) -> Result<Uri> {
        let path = asked
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str);
        let uri = Uri::builder()
            .scheme("http")
            .authority(format!("127.0.0.1:{}", self.port))
            .path_and_query(path);
        Ok(uri.build()?)
    }
}

/// Read an answer whole.
pub(crate) async fn read(answer: Response) -> Result<(response::Parts, axum::body::Bytes)> {
    let (head, body) = answer.into_parts();
    Ok((head, to_bytes(body, usize::MAX).await?))
}

/// The service and the operation that a request names, where its protocol has it do so.
pub(crate) fn target_of(head: &http::HeaderMap) -> Option<(&str, &str)> {
    head.get(TARGET)?.to_str().ok()?.split_once('.')
}

async fn pass<W: Watch>(
    State((watch, upstream)): State<(Arc<W>, Arc<Upstream>)>,
    request: Request,
) -> Response {
    match watch.pass(request, &upstream).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
