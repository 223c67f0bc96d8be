//! The gateway's part, where a test takes it over: the event it makes of a request, and the answer it makes of a function's.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use test_support::Answer;

use crate::request::Request;

/// The event that API Gateway makes of a request (payload format 2.0).
pub(crate) fn event(request: &Request, route_key: &str, source_ip: &str) -> Value {
    let mut headers = serde_json::Map::new();
    headers.insert("host".to_owned(), json!("api.kinwise.example"));
    headers.insert("user-agent".to_owned(), json!("end-to-end tests"));
    for (name, value) in &request.headers {
        headers.insert(name.clone(), json!(value));
    }
    let id: u64 = rand::random_range(0..u64::MAX);
    json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "tests",
            "domainName": "api.kinwise.example",
            "domainPrefix": "api",
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": "end-to-end tests",
            },
            "requestId": format!("{id:016x}"),
            "routeKey": route_key,
            "stage": "$default",
            "time": "15/Jan/2026:09:30:00 +0000",
            "timeEpoch": 1_768_469_400_000_u64,
        },
        "body": request.body,
        "isBase64Encoded": false,
    })
}

impl Request {
    /// The event that the gateway makes of it, for a process that is not deployed.
    pub fn as_event(&self) -> Value {
        event(
            self,
            &format!("{} {}", self.method, self.path),
            "192.0.2.44",
        )
    }
}

/// A function's answer as the gateway would send it on.
pub(crate) fn read(given: &Value) -> Answer {
    let status = given["statusCode"]
        .as_u64()
        .and_then(|status| status.try_into().ok());
    let status = status.unwrap_or_else(|| panic!("not an answer of a function: {given}"));
    let mut headers = HeaderMap::new();
    let mut add = |name: &str, value: &Value| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
        headers.append(name, value.expect("a header's value"));
    };
    for (name, value) in given["headers"].as_object().into_iter().flatten() {
        add(name, value);
    }
    for (name, values) in given["multiValueHeaders"].as_object().into_iter().flatten() {
        for value in values.as_array().into_iter().flatten() {
            add(name, value);
        }
    }
    let text = given["body"].as_str().unwrap_or_default();
    let body = if given["isBase64Encoded"] == true {
        BASE64_STANDARD.decode(text).expect("base64")
    } else {
        text.as_bytes().to_vec()
    };
    Answer::of(status, headers, body.into())
}
