//! Plain HTTP, which is all the emulator speaks.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A client with connections of its own. It follows no redirect.
#[derive(Debug, Clone)]
pub struct Http(Client<HttpConnector, Body>);

impl Default for Http {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }
}

impl Http {
    /// Sends a request and reads the answer whole.
    pub async fn send(
        &self,
        request: Request<Body>,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Box<dyn std::error::Error + Send + Sync>> {
        let (head, body) = self.0.request(request).await?.into_parts();
        Ok((head.status, head.headers, body.collect().await?.to_bytes()))
    }

    /// Opens an address, with no proof but what is in it.
    pub async fn get(&self, url: &str) -> (StatusCode, HeaderMap, Bytes) {
        let request = Request::get(url).body(Body::empty()).expect("a URL");
        let sent = self.send(request).await;
        sent.unwrap_or_else(|error| panic!("{url} does not answer: {error}"))
    }

    /// Reads a JSON document of the emulator's own.
    pub(crate) async fn get_json(&self, url: &str) -> Value {
        let (status, _, body) = self.get(url).await;
        assert_eq!(status, StatusCode::OK, "{url}");
        serde_json::from_slice(&body).expect("the emulator answers with JSON")
    }
}
