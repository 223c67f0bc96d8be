//! The emulator's services, for tests: what is refused, or does not answer, ends the test.

mod services;

use aws_credential_types::Credentials;
use axum::http::Method;
use local_aws::Answer;
use serde_json::{Value, json};

/// The emulator's AWS, called by somebody.
#[derive(Debug, Clone)]
pub struct Aws(local_aws::Aws);

/// A call that was not carried out.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The answer, which names the error.
    pub body: String,
}

impl Aws {
    pub(crate) fn new(endpoint: &str, region: &str, credentials: Credentials) -> Self {
        Self(local_aws::Aws::new(endpoint, region).called_with(credentials))
    }

    /// The same services, called with other credentials.
    #[must_use]
    pub fn called_with(&self, credentials: Credentials) -> Self {
        Self(self.0.called_with(credentials))
    }

    /// Calls an operation of a service with a JSON protocol; `target` is the prefix and the operation's name.
    pub async fn try_json(
        &self,
        service: &str,
        target: &str,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let answer = answered(self.0.ask(service, target, body).await);
        if !answer.status.is_success() {
            return Err(Refusal {
                status: answer.status.as_u16(),
                body: answer.text(),
            });
        }
        // Some operations answer with nothing.
        Ok(answer.json().unwrap_or_default())
    }

    /// The same where nothing but success is expected.
    pub async fn json(&self, service: &str, target: &str, body: &Value) -> Value {
        self.try_json(service, target, body)
            .await
            .unwrap_or_else(|refusal| panic!("{target} was refused: {refusal:?}"))
    }

    /// Calls an operation of a service with the query protocol and gives the XML it answers.
    pub async fn query(&self, service: &str, parameters: &[(&str, &str)]) -> String {
        let answer = answered(self.0.form(service, parameters).await);
        let text = answer.text();
        assert!(
            answer.status.is_success(),
            "{parameters:?} was refused: {text}"
        );
        text
    }

    /// Calls a function with an event. Gives its answer, and whether it failed instead of answering.
    pub async fn invoke(&self, function: &str, event: &Value) -> (Value, bool) {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let answer = self
            .send(Method::POST, "lambda", &path, event.to_string())
            .await;
        assert!(
            answer.status.is_success(),
            "{function} could not be invoked: {}",
            answer.text()
        );
        let failed = answer.headers.contains_key("x-amz-function-error");
        (answer.json().unwrap_or_default(), failed)
    }

    /// What a function is deployed with.
    pub async fn function_configuration(&self, function: &str) -> Value {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let answer = self.send(Method::GET, "lambda", &path, String::new()).await;
        assert!(answer.status.is_success(), "{function} is not deployed");
        answer.json().expect("Lambda answers with JSON")
    }

    /// Whether there is a function of a name.
    pub async fn has_function(&self, function: &str) -> bool {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let answer = self.send(Method::GET, "lambda", &path, String::new()).await;
        assert!(!answer.status.is_server_error(), "{}", answer.text());
        answer.status.is_success()
    }

    /// A schedule, if there is one of the name.
    pub async fn schedule(&self, name: &str) -> Option<Value> {
        let path = format!("/schedules/{name}");
        let found = self
            .send(Method::GET, "scheduler", &path, String::new())
            .await;
        found
            .status
            .is_success()
            .then(|| found.json().unwrap_or_default())
    }

    /// Gives a schedule another moment, in the form of EventBridge Scheduler's expressions.
    pub async fn reschedule(&self, name: &str, schedule: &Value, expression: &str) {
        let mut body = schedule.clone();
        body["ScheduleExpression"] = json!(expression);
        let path = format!("/schedules/{name}");
        let changed = self.send(Method::PUT, "scheduler", &path, body.to_string());
        let changed = changed.await;
        assert!(changed.status.is_success(), "{}", changed.text());
    }

    async fn send(
        &self,
        method: Method,
        service: &str,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let body = body.into();
        answered(self.0.call(service, method, path, &[], body).await)
    }
}

fn answered(sent: anyhow::Result<Answer>) -> Answer {
    sent.unwrap_or_else(|error| panic!("the emulator does not answer: {error:#}"))
}
