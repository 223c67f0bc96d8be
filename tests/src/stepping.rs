use std::cmp::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use test_support::{Upstream, listen, operation_of};
use tokio::sync::watch;

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
    upstream: Upstream,
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
            upstream: Upstream::new(upstream),
            plan: Mutex::default(),
            is_held: watch::Sender::new(false),
        });
        let url = listen(Router::new().fallback(pass).with_state(Arc::clone(&shared))).await;
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
    let moment = shared.note(operation_of(&request));
    if moment == Some(Moment::Before) {
        return shared.hold().await;
    }
    let answer = shared.upstream.forward(request).await;
    if moment == Some(Moment::After) {
        return shared.hold().await;
    }
    answer
}
