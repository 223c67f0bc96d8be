use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use http_body_util::BodyExt as _;
use lambda_http::RequestExt as _;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use serde_json::Value;
use tower::ServiceExt as _;

/// A request, as API Gateway hands it over to a function, with the client it comes from.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    source_ip: SourceIp,
}

#[derive(Debug, Clone)]
enum SourceIp {
    /// One that no other call has, in the network that such calls come from.
    Fresh,
    /// One that no other call has, in a network that no other call comes from.
    Afar,
    Given(String),
    Missing,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
    /// The body as JSON; null if it is none.
    pub json: Value,
}

impl Call {
    /// A call of some method.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.parse().expect("a method"),
            target: target.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            source_ip: SourceIp::Fresh,
        }
    }

    /// A GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A POST of JSON.
    pub fn post(target: &str, body: &Value) -> Self {
        Self::new("POST", target)
            .with_header("content-type", "application/json")
            .with_body(body.to_string())
    }

    /// With these bytes for a body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With one more header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    /// With an access token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        self.with_header("authorization", &format!("Bearer {token}"))
    }

    /// From a network of its own, so that no limit of a network counts it with others, where it names no address.
    #[must_use]
    pub fn from_afar(mut self) -> Self {
        if matches!(self.source_ip, SourceIp::Fresh) {
            self.source_ip = SourceIp::Afar;
        }
        self
    }

    /// From this address. A call that names none comes from an address of its own, so that no limit of a client counts it with
    /// others.
    #[must_use]
    pub fn from(mut self, source_ip: &str) -> Self {
        self.source_ip = SourceIp::Given(source_ip.to_owned());
        self
    }

    /// Without any address.
    #[must_use]
    pub fn from_nowhere(mut self) -> Self {
        self.source_ip = SourceIp::Missing;
        self
    }

    /// Sends it; `number` is another for every call of a test.
    pub(crate) async fn send(self, router: Router, number: u32) -> Answer {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.request_id = Some(format!("request-{number:06}"));
        context.http.source_ip = match self.source_ip {
            SourceIp::Fresh => {
                Some(std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).to_string())
            }
            SourceIp::Afar => {
                Some(std::net::Ipv4Addr::from_bits(0x0b00_0001 + (number << 8)).to_string())
            }
            SourceIp::Given(address) => Some(address),
            SourceIp::Missing => None,
        };
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.target)
            .body(Body::from(self.body))
            .expect("a request of plain parts")
            .with_request_context(RequestContext::ApiGatewayV2(context));
        *request.headers_mut() = self.headers;

        let response = match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .expect("a body in memory can be read")
            .to_bytes();
        Answer::of(head.status.as_u16(), head.headers, body)
    }
}

impl Answer {
    /// An answer of its parts.
    pub fn of(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        Self {
            status,
            headers,
            json: serde_json::from_slice(&body).unwrap_or_default(),
            body,
        }
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("not a text"))
    }

    /// The headers as texts, sorted. Of the request's id, which is another one each time, the length alone.
    pub fn header_lines(&self) -> Vec<String> {
        let line = |(name, value): (&HeaderName, &HeaderValue)| match name.as_str() {
            "x-request-id" => format!("{name}: {} characters", value.len()),
            _ => format!("{name}: {}", value.to_str().unwrap_or("not a text")),
        };
        let mut lines: Vec<String> = self.headers.iter().map(line).collect();
        lines.sort();
        lines
    }

    /// The stable code of an error.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The first sentence about a field.
    pub fn detail(&self, field: &str) -> &str {
        self.json["details"][field][0].as_str().unwrap_or_default()
    }

    /// A text of the body.
    pub fn text(&self, field: &str) -> &str {
        self.json[field].as_str().unwrap_or_default()
    }

    /// Asserts the status; shows the body where it is another.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.json);
        self
    }

    /// Asserts status and code of an error, and that it has the one shape of errors.
    #[track_caller]
    pub fn expect_error(&self, status: u16, code: &str) {
        self.expect_error_with(status, code, &[]);
    }

    /// The same of an error whose body has these members besides.
    #[track_caller]
    pub fn expect_error_with(&self, status: u16, code: &str, members: &[&str]) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.json);
        assert!(!self.text("error").is_empty());
        assert_eq!(self.text("request_id"), self.header("x-request-id"));
        assert_eq!(
            self.header(header::CONTENT_TYPE.as_str()),
            "application/json"
        );
        let known = ["error", "code", "details", "request_id"];
        let fields = self.json.as_object().expect("an error is an object");
        let is_known = |field: &String| known.iter().chain(members).any(|known| known == field);
        assert!(fields.keys().all(is_known), "{}", self.json);
    }
}
