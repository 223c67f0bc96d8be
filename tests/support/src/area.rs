//! What of the product an installation runs. This crate knows no area: each says it in its own `testing` crate.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use api::{App, Endpoint};
use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Relay = Arc<dyn Fn(App, Event) -> Pending<()> + Send + Sync>;
type Worker = Arc<dyn Fn(App, SqsEvent) -> Pending<SqsBatchResponse> + Send + Sync>;

/// The routes, the relay of the outbox and the workers of the queues that an installation has.
#[derive(Clone, Default)]
pub struct Area {
    pub(crate) endpoints: Vec<Endpoint>,
    relay: Option<Relay>,
    /// The queues that have a worker, in the order in which they are worked on.
    workers: Vec<(&'static str, Worker)>,
}

impl Area {
    /// With these endpoints beside those that it has.
    #[must_use]
    pub fn with_endpoints(mut self, endpoints: &[Endpoint]) -> Self {
        self.endpoints.extend_from_slice(endpoints);
        self
    }

    /// With the function that the stream of the tasks' table triggers.
    #[must_use]
    pub fn with_relay<R, E>(
        mut self,
        relay: impl Fn(App, Event) -> R + Send + Sync + 'static,
    ) -> Self
    where
        R: Future<Output = Result<(), E>> + Send + 'static,
        E: Debug,
    {
        self.relay = Some(Arc::new(move |app, event| {
            let relayed = relay(app, event);
            Box::pin(async move { relayed.await.expect("the relay sends every message") })
        }));
        self
    }

    /// With the function that a queue triggers; `queue` is its name without the installation's, such as `mail-urgent`. It
    /// takes the place of the queue's worker where there is one.
    #[must_use]
    pub fn with_worker<R, E>(
        mut self,
        queue: &'static str,
        worker: impl Fn(App, SqsEvent) -> R + Send + Sync + 'static,
    ) -> Self
    where
        R: Future<Output = Result<SqsBatchResponse, E>> + Send + 'static,
        E: Debug,
    {
        let worker: Worker = Arc::new(move |app, event| {
            let answer = worker(app, event);
            Box::pin(async move {
                answer
                    .await
                    .expect("a worker names the messages that failed")
            })
        });
        match self.workers.iter_mut().find(|(name, _)| *name == queue) {
            Some((_, place)) => *place = worker,
            None => self.workers.push((queue, worker)),
        }
        self
    }

    /// The queues that have a worker.
    pub(crate) fn queues(&self) -> impl Iterator<Item = &'static str> {
        self.workers.iter().map(|(queue, _)| *queue)
    }

    /// Has the relay send messages for the new tasks of an event.
    pub(crate) async fn relay(&self, app: App, event: Event) {
        let relay = self.relay.as_ref().expect("the area has a relay");
        relay(app, event).await;
    }

    /// Has the worker of a queue go through an event.
    pub(crate) async fn work(&self, queue: &str, app: App, event: SqsEvent) -> SqsBatchResponse {
        let worker = self.workers.iter().find(|(name, _)| *name == queue);
        let (_, worker) = worker.unwrap_or_else(|| panic!("{queue} has no worker"));
        worker(app, event).await
    }
}
