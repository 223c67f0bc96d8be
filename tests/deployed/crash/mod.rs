//! The real binaries, killed (`kill -9`) before and after every call they make.
//!
//! Each test has an installation of its own, so that no deployed worker takes its work away, and does by hand what the
//! stream, the queues and Lambda do: hand over an event, and hand it over again when the process died.

mod accounts;
mod batch;
mod deletion;
mod links;
mod relay;
mod worker;

use accounts_testing::{TestApp, machine_time};
use aws_sdk_sqs::types::Message;
use end_to_end::{Moment, Stack, Stepping};
use kernel::job::Queue;
use lambda_harness::{Function, Outcome};
use serde_json::{Value, json};

/// An installation whose functions can be killed.
struct Workshop {
    app: TestApp,
    stack: Stack,
    stepping: Stepping,
    /// A worker that nobody kills.
    healthy: Function,
}

impl Workshop {
    async fn open() -> Self {
        let stack = Stack::deployed();
        let app = Box::pin(TestApp::start()).await;
        // The binaries know no time but the machine's.
        app.advance(machine_time().duration_since(app.now()));
        let stepping = Stepping::start(stack.endpoint()).await;
        let healthy = launch(&stack, &app, "send_email", stack.endpoint()).await;
        Self {
            app,
            stack,
            stepping,
            healthy,
        }
    }

    /// Hands an event to a new process and kills it at one of its calls. Gives the calls that AWS has heard of, or nothing
    /// if the process was done before it came so far.
    async fn kill_at(
        &self,
        name: &str,
        event: &Value,
        call: usize,
        moment: Moment,
    ) -> Option<Vec<String>> {
        let process = launch(&self.stack, &self.app, name, self.stepping.url()).await;
        self.stepping.hold(call, moment);
        tokio::select! {
            () = self.stepping.held() => {}
            outcome = process.invoke(event) => {
                assert_eq!(failures(&outcome), [""; 0]);
                process.kill().await;
                return None;
            }
        }
        process.kill().await;
        let mut heard_of = self.stepping.calls();
        heard_of.truncate(match moment {
            Moment::Before => call - 1,
            Moment::After => call,
        });
        Some(heard_of)
    }

    /// Takes the messages of the mail queues and has a healthy worker go through them, until there are none left.
    async fn work_until_quiet(&self) {
        // Each message comes four times at most.
        for _ in 0..10 {
            let mut is_quiet = true;
            for queue in &[Queue::MAIL_URGENT, Queue::MAIL_BULK] {
                let messages = self.receive(queue).await;
                if !messages.is_empty() {
                    is_quiet = false;
                    self.work_on(queue, &messages).await;
                }
            }
            if is_quiet {
                return;
            }
        }
        panic!("the worker does not come to an end");
    }

    async fn work_on(&self, queue: &Queue, messages: &[Message]) {
        self.work_on_with(&self.healthy, queue, messages).await;
    }

    async fn work_on_with(&self, worker: &Function, queue: &Queue, messages: &[Message]) {
        let event = self.event(queue, messages);
        let failed = failures(&worker.invoke(&event).await);
        self.app.settle(queue.as_str(), messages, &failed).await;
        self.let_time_pass().await;
    }

    /// Ends its processes.
    async fn close(self) {
        self.healthy.kill().await;
    }

    /// Up to ten messages of a queue.
    async fn receive(&self, queue: &Queue) -> Vec<Message> {
        self.app.receive(queue.as_str(), 0).await
    }

    /// What Lambda hands to a worker of a queue.
    fn event(&self, queue: &Queue, messages: &[Message]) -> Value {
        let event = self.app.sqs_event(queue.as_str(), messages);
        serde_json::to_value(event).expect("an event is JSON")
    }

    /// Has the messages of a worker that died come again.
    async fn bring_back(&self, queue: &Queue, messages: &[Message]) {
        let ids = messages.iter().filter_map(|one| one.message_id.clone());
        let unanswered: Vec<String> = ids.collect();
        self.app.settle(queue.as_str(), messages, &unanswered).await;
        self.let_time_pass().await;
    }

    /// Lets the time pass after which a message comes again: its own, and that of the lease of a worker that died.
    async fn let_time_pass(&self) {
        let (table, past) = (&self.app.table("tasks"), json!({"N": "1"}));
        for task in self.app.tasks().await {
            if task["state"] == "STARTED" {
                let [pk, sk] = ["pk", "sk"].map(|key| task[key].as_str().unwrap_or_default());
                let aws = self.app.aws();
                aws.edit(table, pk, sk, "lease_until", &past).await;
            }
        }
        self.app.bring_back().await;
    }
}

/// Plays a scene in which a process is killed at one of its calls: at each, before AWS has heard of it and after. The scene
/// says whether the process came so far; it makes `least` calls or more.
async fn at_every_call(least: usize, mut scene: impl AsyncFnMut(usize, Moment) -> bool) {
    for moment in [Moment::Before, Moment::After] {
        let mut call = 1;
        while scene(call, moment).await {
            call += 1;
        }
        let made = call - 1;
        assert!(made >= least, "the process made only {made} calls");
    }
}

/// A new process of a function, ready for its first event.
async fn launch(stack: &Stack, app: &TestApp, name: &str, endpoint: &str) -> Function {
    let own = app.environment().iter();
    let environment = own
        .map(|(name, value)| (name.as_str(), value.clone()))
        .chain([
            ("AWS_ENDPOINT_URL", endpoint.to_owned()),
            ("AWS_REGION", stack.region().to_owned()),
            ("AWS_ACCESS_KEY_ID", app.account().to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_LAMBDA_LOG_LEVEL", "ERROR".to_owned()),
        ]);
    let launch = stack.launch(name).envs(environment);
    let process = Function::start(&launch).await;
    let process = process.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    let ready = process.ready().await;
    ready.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    process
}

/// What a batch's answer wants back.
fn failures(outcome: &Outcome) -> Vec<String> {
    let answer = outcome.answer();
    let answer = answer.unwrap_or_else(|| panic!("the function failed: {outcome:?}"));
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    failures
        .map(|failure| {
            failure["itemIdentifier"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}
