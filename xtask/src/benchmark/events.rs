//! The events the benchmark sends: the sample of `events/`, each from another client and for another
//! address, so that no limit answers in the function's place.

use std::path::Path;

use anyhow::{Context, Result};
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::aws::{get, http_client};
use crate::description::Description;

/// A function's events.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    sample: Value,
    sent: u32,
}

impl Events {
    /// From the sample of a file. `token` takes the place of the one in an `authorization` header.
    pub(crate) fn read(file: &Path, token: &str) -> Result<Self> {
        let text =
            std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let mut sample: Value = serde_json::from_slice(&text)
            .with_context(|| format!("{} is not JSON", file.display()))?;
        if let Some(authorization) = sample.pointer_mut("/headers/authorization") {
            *authorization = format!("Bearer {token}").into();
        }
        Ok(Self { sample, sent: 0 })
    }

    /// Always the same.
    pub(crate) fn constant(sample: Value) -> Self {
        Self { sample, sent: 0 }
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> Value {
        self.sent += 1;
        let [_, a, b, c] = self.sent.to_be_bytes();
        let mut event = self.sample.clone();
        if let Some(address) = event.pointer_mut("/requestContext/http/sourceIp") {
            *address = format!("10.{a}.{b}.{c}").into();
        }
        let body = event["body"]
            .as_str()
            .and_then(|body| serde_json::from_str::<Value>(body).ok());
        if let Some(mut body) = body
            && body["email"].is_string()
        {
            body["email"] = format!("bench-{}@example.com", self.sent).into();
            event["body"] = body.to_string().into();
        }
        event
    }
}

/// Register, verify and log in: the access token of a user of the stack.
pub(crate) async fn log_in(stack: &Description) -> Result<String> {
    let email = "bench@example.com";
    let password = "quiet-harbour-27-lanterns";
    let auth = format!("{}/api/v1/auth", stack.api_url);
    let inbox = &stack.inbox_url;
    post(
        &format!("{auth}/register/"),
        &json!({ "email": email, "password": password, "password_confirm": password }),
    )
    .await?;
    let http = http_client();
    let token = get(&http, &format!("{inbox}/token?to={email}"))
        .await?
        .text();
    get(&http, &format!("{auth}/verify-email/?token={token}")).await?;
    post(&format!("{auth}/otp/request/"), &json!({ "email": email })).await?;
    let code = get(&http, &format!("{inbox}/code?to={email}"))
        .await?
        .text();
    let answer = post(
        &format!("{auth}/otp/verify/"),
        &json!({ "email": email, "code": code }),
    )
    .await?;
    let access = answer["access"].as_str();
    Ok(access
        .with_context(|| format!("the log-in was refused: {answer}"))?
        .to_owned())
}

async fn post(url: &str, body: &Value) -> Result<Value> {
    let request = Request::post(url)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))?;
    let response = http_client().request(request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).with_context(|| format!("{url} answered no JSON"))
}

#[cfg(test)]
mod tests {
    use super::Events;
    use serde_json::json;

    #[test]
    fn every_event_comes_from_another_client_for_another_address() {
        let mut events = Events::constant(json!({
            "requestContext": { "http": { "sourceIp": "192.0.2.1" } },
            "body": "{\"email\":\"a@example.com\",\"code\":\"123456\"}",
        }));
        let first = events.next();
        let second = events.next();
        assert_eq!(first["requestContext"]["http"]["sourceIp"], "10.0.0.1");
        assert_ne!(first["requestContext"], second["requestContext"]);
        assert_ne!(first["body"], second["body"]);
        assert!(first["body"].as_str().expect("text").contains("123456"));
    }
}
