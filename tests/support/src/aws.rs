//! Signed calls to the emulator. A few JSON and query calls do not need six SDKs.

mod services;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;

use crate::http::Http;
use crate::machine_time::machine_time;

/// The emulator's AWS, called by somebody.
#[derive(Debug, Clone)]
pub struct Aws {
    endpoint: String,
    region: String,
    credentials: Credentials,
    http: Http,
}

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
        Self {
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            credentials,
            http: Http::default(),
        }
    }

    /// The same services, called with other credentials.
    #[must_use]
    pub fn called_with(&self, credentials: Credentials) -> Self {
        Self::new(&self.endpoint, &self.region, credentials)
    }

    /// Calls an operation of a service with a JSON protocol; `target` is the prefix and the operation's name.
    pub async fn try_json(
        &self,
        service: &str,
        target: &str,
        body: &Value,
    ) -> Result<Value, Refusal> {
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target),
        ];
        let (status, _, answer) = self.post(service, "/", &headers, body.to_string()).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        if !status.is_success() {
            let status = status.as_u16();
            return Err(Refusal { status, body: text });
        }
        // Some operations answer with nothing.
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// The same where nothing but success is expected.
    pub async fn json(&self, service: &str, target: &str, body: &Value) -> Value {
        self.try_json(service, target, body)
            .await
            .unwrap_or_else(|refusal| panic!("{target} was refused: {refusal:?}"))
    }

    /// Calls an operation of a service with the query protocol and gives the XML it answers.
    pub async fn query(&self, service: &str, parameters: &[(&str, &str)]) -> String {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(parameters).finish();
        let (status, _, answer) = self.post(service, "/", &headers, form).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(status.is_success(), "{parameters:?} was refused: {text}");
        text
    }

    /// Calls a function with an event. Gives its answer, and whether it failed instead of answering.
    pub async fn invoke(&self, function: &str, event: &Value) -> (Value, bool) {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let (status, headers, answer) = self.post("lambda", &path, &[], event.to_string()).await;
        let text = String::from_utf8_lossy(&answer);
        assert!(
            status.is_success(),
            "{function} could not be invoked: {text}"
        );
        let failed = headers.contains_key("x-amz-function-error");
        (serde_json::from_slice(&answer).unwrap_or_default(), failed)
    }

    /// What a function is deployed with.
    pub async fn function_configuration(&self, function: &str) -> Value {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let (status, _, answer) = self.send("GET", "lambda", &path, &[], String::new()).await;
        assert!(status.is_success(), "{function} is not deployed");
        serde_json::from_slice(&answer).expect("Lambda answers with JSON")
    }

    async fn post(
        &self,
        service: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (StatusCode, HeaderMap, Bytes) {
        self.send("POST", service, path, headers, body).await
    }

    async fn send(
        &self,
        method: &str,
        service: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (StatusCode, HeaderMap, Bytes) {
        let uri = format!("{}{path}", self.endpoint);
        let mut request = Request::builder().method(method).uri(&uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(()).expect("a request of plain parts");

        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(machine_time().into())
            .settings(SigningSettings::default())
            .build()
            .expect("every parameter is set")
            .into();
        let body_to_sign = SignableBody::Bytes(body.as_bytes());
        let to_sign = SignableRequest::new(method, &uri, headers.iter().copied(), body_to_sign);
        let (instructions, _) = sign(to_sign.expect("a plain request"), &parameters)
            .expect("a plain request can be signed")
            .into_parts();
        instructions.apply_to_request_http1x(&mut request);

        let sent = self.http.send(request.map(|()| Body::from(body))).await;
        sent.unwrap_or_else(|error| panic!("the emulator does not answer: {error}"))
    }
}
