//! What the tests of the operations area share: an installation in which the area runs beside accounts, whose people ask for
//! tasks.
//!
//! A [`TestApp`] holds that of accounts and is one to all intents. What else a test takes is named here again, so that a test
//! has one line to import from.

use std::ops::Deref;
use std::time::Duration;

pub use accounts_testing::*;
use api::App;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde_json::{Value, json};

/// What runs in an installation of the operations area.
pub fn area() -> Area {
    accounts_testing::area()
        .with_endpoints(tasks::ENDPOINTS)
        .with_endpoints(queues::ENDPOINTS)
        .with_endpoints(schedules::ENDPOINTS)
        .with_endpoints(metrics_page::ENDPOINTS)
        .with_endpoints(mails::ENDPOINTS)
        .with_worker("reports", reports::write_report::write_report)
}

/// Works a batch of messages off, as the queue `work` has it done.
pub async fn perform_work(app: App, event: SqsEvent) -> SqsBatchResponse {
    let worked = workers::perform_work::perform_work(app, event).await;
    worked.expect("a worker names the messages that failed")
}

/// An installation of a test's own, in which the area runs.
pub struct TestApp(accounts_testing::TestApp);

impl TestApp {
    /// An installation as `template.yaml` makes it.
    pub async fn start() -> Self {
        Box::pin(Self::start_with(Options::default())).await
    }

    /// An installation whose calls of AWS can be counted and made to fail.
    pub async fn start_watched() -> Self {
        Box::pin(Self::start_with(Options::watched())).await
    }

    /// An installation with something different about it.
    pub async fn start_with(options: Options) -> Self {
        Box::pin(Self::start_as(area(), options)).await
    }

    /// An installation in which something else runs: [`area()`] with another worker, say.
    pub async fn start_as(area: Area, options: Options) -> Self {
        Self(accounts_testing::TestApp::with(area, options).await)
    }

    /// Asks for a task, and gives its id.
    pub async fn ask_for(&self, caller: &LoggedIn, task: &Value) -> String {
        let call = Call::post("/api/v1/tasks", task).with_token(&caller.access);
        let answer = self.call(call).await.expect(202);
        answer.json["task_id"].as_str().expect("an id").to_owned()
    }

    /// Asks how far a task is.
    pub async fn ask_about(&self, caller: &LoggedIn, id: &str) -> Answer {
        let call = Call::get(&format!("/api/v1/tasks/{id}")).with_token(&caller.access);
        self.call(call).await
    }

    /// Gives the relay a task that it had already, as the stream does after a crash.
    pub async fn relay_again(&self, id: &str) {
        let mut images = self.scan(&self.table("tasks")).await;
        images.retain(|image| image["id"]["S"] == id);
        let event = self.stream_event(&images);
        let relayed = workers::relay_outbox::relay_outbox(self.app().clone(), event).await;
        relayed.expect("the relay sends every message");
    }

    /// Runs the schedule that knows those of all areas. Gives why it failed, if it did.
    pub async fn watch_schedules(&self) -> Result<(), String> {
        let app = self.app().clone();
        let watched = workers::watch_schedules::watch_schedules(app, json!({})).await;
        watched.map_err(|error| error.to_string())
    }

    /// Looks again and again until something is there.
    ///
    /// # Panics
    /// Panics if it is not there after half a minute.
    pub async fn eventually<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..600 {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not come");
    }
}

impl Deref for TestApp {
    type Target = accounts_testing::TestApp;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
