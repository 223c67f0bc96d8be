use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use tokio::sync::watch;

use crate::fault::{Fault, broken};
use crate::upstream::{Upstream, listen, operation_of};

/// Stands between a client and a service we do not own: counts what is asked, and puts faults into the way.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    upstream: Upstream,
    plan: Mutex<Plan>,
    /// Tells those who wait that a request has come, or that none is held any more.
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Plan {
    seen: Vec<String>,
    /// What becomes of the next requests, each entry for a request whose operation contains the text.
    next: VecDeque<(String, Option<Fault>)>,
    /// Every so manieth request of the first so many gets this.
    every: Option<(usize, usize, Fault)>,
    /// All requests get this.
    always: Option<Fault>,
    /// Requests whose operation contains the text wait, after so many that pass.
    held: Option<(String, usize)>,
}

impl Proxy {
    /// Starts one in front of a service. It ends with the test's runtime.
    pub async fn start(upstream: &str) -> Self {
        let shared = Arc::new(Shared {
            upstream: Upstream::new(upstream),
            plan: Mutex::default(),
            news: watch::Sender::new(()),
        });
        let url = listen(Router::new().fallback(pass).with_state(Arc::clone(&shared))).await;
        Self { url, shared }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What has been asked so far: the operation's name, or method and path.
    pub fn seen(&self) -> Vec<String> {
        self.shared.plan().seen.clone()
    }

    /// Waits until an operation has been asked for.
    pub async fn asked_for(&self, operation: &str) {
        self.asked_for_times(operation, 1).await;
    }

    /// Waits until an operation has been asked for so many times.
    pub async fn asked_for_times(&self, operation: &str, times: usize) {
        self.shared
            .wait_until(|plan| plan.times_asked(operation) >= times)
            .await;
    }

    /// Forgets what has been asked.
    pub fn forget(&self) {
        self.shared.plan().seen.clear();
    }

    /// The next `count` requests meet a fault.
    pub fn fail_next(&self, count: usize, fault: &Fault) {
        self.fail_next_of("", count, fault);
    }

    /// The next `count` requests of an operation meet a fault.
    pub fn fail_next_of(&self, operation: &str, count: usize, fault: &Fault) {
        let faults = std::iter::repeat_n((operation.to_owned(), Some(fault.clone())), count);
        self.shared.plan().next.extend(faults);
    }

    /// The next `count` requests of an operation pass; for faults that are to come after them.
    pub fn pass_next_of(&self, operation: &str, count: usize) {
        let passes = std::iter::repeat_n((operation.to_owned(), None), count);
        self.shared.plan().next.extend(passes);
    }

    /// Every `nth` of the first `count` requests meets a fault.
    pub fn fail_every(&self, nth: usize, count: usize, fault: Fault) {
        self.shared.plan().every = Some((nth, count, fault));
    }

    /// All requests meet a fault, until `heal`.
    pub fn fail_always(&self, fault: Fault) {
        self.shared.plan().always = Some(fault);
    }

    /// All requests of an operation wait on their way, until `heal`.
    pub fn hold(&self, operation: &str) {
        self.hold_after(operation, 0);
    }

    /// Of the requests of an operation that come after so many, counted since what was asked is forgotten, all wait, until `heal`.
    pub fn hold_after(&self, operation: &str, count: usize) {
        self.shared.plan().held = Some((operation.to_owned(), count));
    }

    /// No request meets a fault any more, and none waits.
    pub fn heal(&self) {
        let mut plan = self.shared.plan();
        plan.next.clear();
        plan.every = None;
        plan.always = None;
        plan.held = None;
        drop(plan);
        self.shared.news.send_replace(());
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait_until(&self, is_so: impl Fn(&Plan) -> bool) {
        let mut news = self.news.subscribe();
        // The sender lives as long as this.
        let _ = news.wait_for(|()| is_so(&self.plan())).await;
    }
}

impl Plan {
    /// The number of times that an operation was asked for.
    fn times_asked(&self, operation: &str) -> usize {
        self.seen.iter().filter(|seen| *seen == operation).count()
    }

    /// Whether the request of an operation waits that is in this place among all of it.
    fn holds(&self, operation: &str, place: usize) -> bool {
        let held = self.held.as_ref();
        held.is_some_and(|(held, count)| operation.contains(held.as_str()) && place > *count)
    }

    /// Notes a request, and what becomes of it.
    fn meet(&mut self, operation: String) -> Option<Fault> {
        let planned = self
            .next
            .iter()
            .position(|(wanted, _)| operation.contains(wanted.as_str()));
        self.seen.push(operation);
        if let Some(position) = planned {
            return self.next.remove(position).and_then(|(_, fault)| fault);
        }
        let asked = self.seen.len();
        let every = self
            .every
            .as_ref()
            .filter(|(nth, count, _)| asked <= *count && asked.is_multiple_of(*nth));
        let every = every.map(|(_, _, fault)| fault);
        every.or(self.always.as_ref()).cloned()
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let operation = operation_of(&request);
    let (fault, place) = {
        let mut plan = shared.plan();
        (plan.meet(operation.clone()), plan.times_asked(&operation))
    };
    shared.news.send_replace(());
    let is_let_go = |plan: &Plan| !plan.holds(&operation, place);
    shared.wait_until(is_let_go).await;
    if let Some(answer) = fault.as_ref().and_then(Fault::answer) {
        return answer;
    }
    let answer = shared.upstream.forward(request).await;
    if fault == Some(Fault::LoseAnswer) {
        return broken();
    }
    answer
}
