use std::cmp::Ordering;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse as _;
use tokio::sync::watch;

use crate::http::Http;

/// Which side of a call the caller is held on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The service has not heard of it.
    Before,
    /// The service has carried it out, and the caller does not know.
    After,
}

/// Stands between a function and AWS and holds it at one of its calls, so that it can be killed there.
#[derive(Debug)]
pub struct Stepping {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    http: Http,
    plan: Mutex<Plan>,
    is_held: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Plan {
    hold: Option<(usize, Moment)>,
    calls: Vec<String>,
}

impl Stepping {
    /// Starts one. It ends with the test's runtime.
    pub async fn start(upstream: &str) -> Self {
        let shared = Arc::new(Shared {
            upstream: upstream.trim_end_matches('/').to_owned(),
            http: Http::default(),
            plan: Mutex::default(),
            is_held: watch::Sender::new(false),
        });
        let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .await
            .expect("the machine has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let url = format!("http://{address}");
        Self { url, shared }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Holds the call with this number, counted from 1 and from now; those that come after it are held before they are
    /// heard of.
    pub fn hold(&self, call: usize, moment: Moment) {
        *self.shared.plan() = Plan {
            hold: Some((call, moment)),
            calls: Vec::new(),
        };
        self.shared.is_held.send_replace(false);
    }

    /// Waits until that call has come as far as it may.
    pub async fn held(&self) {
        let mut is_held = self.shared.is_held.subscribe();
        // The sender lives as long as this.
        let _ = is_held.wait_for(|held| *held).await;
    }

    /// The calls so far, in the order they came: the operation's name, or method and path.
    pub fn calls(&self) -> Vec<String> {
        self.shared.plan().calls.clone()
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call; the moment it is held at, if it is the one.
    fn note(&self, operation: String) -> Option<Moment> {
        let mut plan = self.plan();
        plan.calls.push(operation);
        let (number, moment) = plan.hold?;
        match plan.calls.len().cmp(&number) {
            Ordering::Less => None,
            Ordering::Equal => Some(moment),
            Ordering::Greater => Some(Moment::Before),
        }
    }

    /// Keeps a caller waiting until it is killed.
    async fn hold(&self) -> Response<Body> {
        self.is_held.send_replace(true);
        std::future::pending().await
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let moment = shared.note(operation(&request));
    if moment == Some(Moment::Before) {
        return shared.hold().await;
    }
    let answer = forward(&shared, request).await;
    if moment == Some(Moment::After) {
        return shared.hold().await;
    }
    answer
}

async fn forward(shared: &Shared, request: Request) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let uri = format!("{}{target}", shared.upstream);
    head.uri = uri.parse().expect("an address and a path are a URL");
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let sent = shared
        .http
        .send(Request::from_parts(head, Body::from(body)));
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

fn operation(request: &Request) -> String {
    let target = request.headers().get("x-amz-target");
    let name = target
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.rsplit('.').next());
    match name {
        Some(name) => name.to_owned(),
        None => format!("{} {}", request.method(), request.uri().path()),
    }
}
