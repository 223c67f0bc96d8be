//! What everything that stands between a client and AWS does: it listens, and passes on what comes.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;

use crate::http::Http;

/// The service behind.
#[derive(Debug)]
pub struct Upstream {
    url: String,
    http: Http,
}

impl Upstream {
    /// The service at an address.
    pub fn new(url: &str) -> Self {
        Self {
            url: url.trim_end_matches('/').to_owned(),
            http: Http::default(),
        }
    }

    /// Passes a request on and gives its answer.
    pub async fn forward(&self, request: Request) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        let target = head
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let uri = format!("{}{target}", self.url);
        head.uri = uri.parse().expect("an address and a path are a URL");
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let sent = self.http.send(Request::from_parts(head, Body::from(body)));
        match sent.await {
            Ok((status, mut headers, body)) => {
                // The answer is sent on whole, in one piece.
                headers.remove(header::TRANSFER_ENCODING);
                headers.remove(header::CONTENT_LENGTH);
                (status, headers, body).into_response()
            }
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }
}

/// Serves a router at a port of its own, until the test's runtime ends. Gives the address.
pub async fn listen(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .await
        .expect("the machine has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// What a request asks of AWS: the operation's name, or method and path.
pub fn operation_of(request: &Request) -> String {
    let target = request.headers().get("x-amz-target");
    let name = target
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.rsplit('.').next());
    match name {
        Some(name) => name.to_owned(),
        None => format!("{} {}", request.method(), request.uri().path()),
    }
}
