//! One router, one request, one answer.

use std::sync::Arc;

use api::{App, Endpoint};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use cloud::Clients;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use kernel::clock::ManualClock;
use kernel::random::SeededRandomness;
use kernel::settings::Environment;
use serde_json::Value;
use tower::ServiceExt as _;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Asks the area's router, with `$default` behind it.
pub(crate) async fn ask(method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    ask_one_of(site::ENDPOINTS, method, target, headers).await
}

/// Asks a router of these endpoints: a function's own has one.
pub(crate) async fn ask_one_of(
    endpoints: &[Endpoint],
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();

    let (head, body) = api::router(&app(), endpoints)
        .oneshot(request)
        .await
        .unwrap()
        .into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

pub(crate) async fn get(target: &str) -> Answer {
    ask("GET", target, &[]).await
}

/// An App whose clients nobody in these tests calls.
fn app() -> App {
    let environment = Environment::new(|name| {
        let value = match name {
            "APP_NAME" => "KinWise",
            "FRONTEND_URL" => "https://app.kinwise.example",
            "FROM_ADDRESS" => "no-reply@kinwise.example",
            // A number where one is asked for, and as good a name as any elsewhere.
            _ => "7",
        };
        Some(value.to_owned())
    });
    let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
    let credentials = Credentials::new("none", "none", None, None, "test");
    let clients = Clients::new(
        "none".to_owned(),
        SharedCredentialsProvider::new(credentials),
    );
    let randomness = SeededRandomness::new(1);
    App::new(environment, Arc::new(clock), Arc::new(randomness), clients).unwrap()
}
