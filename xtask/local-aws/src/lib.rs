//! Signed calls to the emulator, of the project's own commands and of its tests. A few JSON and query calls do not need the
//! SDKs, which would take longer to build than all of this.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use axum::body::{Body, Bytes};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A plain HTTP client; the emulator speaks nothing else.
pub type HttpClient = Client<HttpConnector, Body>;

/// A client with connections of its own.
pub fn http_client() -> HttpClient {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// The local AWS, called by somebody.
#[derive(Clone, Debug)]
pub struct Aws {
    endpoint: String,
    region: String,
    credentials: Credentials,
    http: HttpClient,
}

/// What a service answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status of the answer.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: http::HeaderMap,
    /// The body, read whole.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; an empty one is null.
    pub fn json(&self) -> Result<Value> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Aws {
    /// The services behind `endpoint`, called as the account's owner.
    pub fn new(endpoint: &str, region: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
            credentials: Credentials::new("test", "test", None, None, "local stack"),
            http: http_client(),
        }
    }

    /// The same services, called with other credentials.
    #[must_use]
    pub fn called_with(&self, credentials: Credentials) -> Self {
        Self {
            credentials,
            ..self.clone()
        }
    }

    /// Call a REST service (Lambda, API Gateway, SES v2, S3) and take only success for an answer.
    pub async fn rest(
        &self,
        service: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let body = match body {
            Some(body) => serde_json::to_vec(body)?,
            None => Vec::new(),
        };
        let json = &[("content-type", "application/json")];
        let answer = self.call(service, method.clone(), path, json, body).await?;
        if !answer.status.is_success() {
            bail!(
                "{service} refused {method} {path} ({}): {}",
                answer.status.as_u16(),
                answer.text()
            );
        }
        answer.json()
    }

    /// Call a service that speaks JSON by target (`DynamoDB`, SQS, CloudWatch Logs) and take only success for an answer.
    /// `target` is the prefix and the operation's name.
    pub async fn target(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        let answer = self.ask(service, target, body).await?;
        if !answer.status.is_success() {
            bail!("{target} was refused: {}", answer.text());
        }
        answer.json()
    }

    /// Call a service where the answer may be a refusal.
    pub async fn ask(&self, service: &str, target: &str, body: &Value) -> Result<Answer> {
        let headers = &[
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target),
        ];
        let body = serde_json::to_vec(body)?;
        self.call(service, Method::POST, "/", headers, body).await
    }

    /// Call a service that speaks forms and XML (CloudFormation). The answer may be a refusal.
    pub async fn query(
        &self,
        service: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer> {
        let mut all = vec![("Action", action), ("Version", version)];
        all.extend_from_slice(parameters);
        self.form(service, &all).await
    }

    /// The same with the action and the version among the parameters.
    pub async fn form(&self, service: &str, parameters: &[(&str, &str)]) -> Result<Answer> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(parameters);
        let headers = &[("content-type", "application/x-www-form-urlencoded")];
        let body = form.finish().into_bytes();
        self.call(service, Method::POST, "/", headers, body).await
    }

    /// Sign a request, send it, read the answer.
    pub async fn call(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer> {
        let uri = format!("{}{path}", self.endpoint);
        let mut request = Request::builder().method(method.clone()).uri(&uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(())?;

        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let signable = SignableRequest::new(
            method.as_str(),
            uri.as_str(),
            headers.iter().copied(),
            SignableBody::Bytes(&body),
        )?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);

        let request = request.map(|()| Body::from(body));
        let response = self.http.request(request).await.with_context(|| {
            format!("the local stack's AWS at {} does not answer", self.endpoint)
        })?;
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

/// Fetch a page of the emulator's or the inbox's own, unsigned.
pub async fn get(http: &HttpClient, url: &str) -> Result<Answer> {
    let request = Request::get(url).body(Body::empty())?;
    let (parts, body) = http.request(request).await?.into_parts();
    Ok(Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await?.to_bytes(),
    })
}

/// What the names of a test's installations begin with, so that who sees requests on their way can tell whose they are. The test
/// harness names a test's thread after the test.
pub fn installation_of(test: &str) -> String {
    let mut hasher = DefaultHasher::new();
    test.hash(&mut hasher);
    let [.., b, c, d, e] = hasher.finish().to_be_bytes();
    format!("test-{:08x}", u32::from_be_bytes([b, c, d, e]))
}

/// The time by the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a signature carries the time it is made; a tool has no App to take a clock from"
)]
pub fn now() -> SystemTime {
    SystemTime::now()
}
