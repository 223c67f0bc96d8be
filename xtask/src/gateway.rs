//! The API under one plain address: every request goes on, as it is, to the emulator's HTTP API.

use std::net::TcpListener;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{StatusCode, Uri};
use local_aws::{HttpClient, http_client};
use tokio::task::JoinHandle;

/// Headers that belong to one connection and not to the message (RFC 9110, 7.6.1).
const HOP_BY_HOP: [HeaderName; 5] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// The id of the API that is meant; a deploy may make another.
#[derive(Clone, Default)]
pub(crate) struct ApiId(Arc<RwLock<String>>);

impl ApiId {
    /// Serve another API from now on.
    pub(crate) fn set(&self, id: &str) {
        id.clone_into(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn get(&self) -> String {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[derive(Clone)]
struct Target {
    http: HttpClient,
    port: u16,
    api: ApiId,
}

/// Serve an API on these listeners.
pub(crate) fn serve(
    listeners: Vec<TcpListener>,
    emulator: u16,
    api: &ApiId,
) -> Result<Vec<JoinHandle<()>>> {
    let target = Target {
        http: http_client(),
        port: emulator,
        api: api.clone(),
    };
    let app = Router::new().fallback(forward).with_state(target);
    serve_on(listeners, &app)
}

/// Serve an app on each of several listeners.
pub(crate) fn serve_on(listeners: Vec<TcpListener>, app: &Router) -> Result<Vec<JoinHandle<()>>> {
    let mut serving = Vec::new();
    for listener in listeners {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let app = app.clone();
        serving.push(tokio::spawn(async move {
            // It ends only with the process: `axum::serve` retries what accepting fails at.
            let _ = axum::serve(listener, app).await;
        }));
    }
    Ok(serving)
}

async fn forward(State(target): State<Target>, mut request: Request) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    // Addressed by path and not by host: by host, the emulator drops the slash of `/health/`.
    let uri = Uri::builder()
        .scheme("http")
        .authority(format!("127.0.0.1:{}", target.port))
        .path_and_query(format!(
            "/_aws/execute-api/{}/$default{path}",
            target.api.get()
        ))
        .build();
    match uri {
        Ok(uri) => *request.uri_mut() = uri,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
    pass_on(&target.http, request).await
}

/// Send a request on to the emulator, and its answer back.
pub(crate) async fn pass_on(http: &HttpClient, mut request: Request) -> Response {
    for name in &HOP_BY_HOP {
        request.headers_mut().remove(name);
    }
    *request.version_mut() = http::Version::HTTP_11;
    match http.request(request).await {
        Ok(mut response) => {
            for name in &HOP_BY_HOP {
                response.headers_mut().remove(name);
            }
            response.map(Body::new)
        }
        Err(error) => {
            let text = format!("the local AWS does not answer: {error}\n");
            (StatusCode::BAD_GATEWAY, text).into_response()
        }
    }
}
