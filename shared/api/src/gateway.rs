//! The gateway's events, read so that none of them ends the process.
//!
//! The library that makes a request of an event takes parts of it for granted that a caller writes: it ends the process where
//! `X-Forwarded-Proto` and `Host` make no address, where the query has characters that an address may not have, or where a
//! body is not the base64 that it is said to be. What it would stumble over is taken away here, if nothing goes by it, or
//! answered 400.

use std::convert::Infallible;

use axum::Router;
use axum::http::{Uri, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, Error, LambdaEvent, Service as _, lambda_runtime, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The longest path and query, in bytes: the gateway takes 10 KB of address and headers.
const MAX_ADDRESS: usize = 16 * 1024;

/// Answers the gateway's events until Lambda ends the process: requests by `router`, what is none by `refusals`.
pub(crate) async fn run(router: Router, refusals: Router) -> Result<(), Error> {
    let answer = move |LambdaEvent { payload, context }: LambdaEvent<Box<RawValue>>| {
        call(&router, &refusals, payload.get(), context)
    };
    lambda_runtime::run(service_fn(answer)).await
}

fn call(
    router: &Router,
    refusals: &Router,
    event: &str,
    context: Context,
) -> impl Future<Output = Result<impl Serialize + use<>, Infallible>> + use<> {
    let (router, request) = match read(event) {
        Some(request) => (router, request),
        None => (refusals, nothing(event)),
    };
    let request = LambdaRequest::ApiGatewayV2(request);
    Adapter::from(router.clone()).call(LambdaEvent::new(request, context))
}

/// The request in an event, without what the library would make an address of. `None` where it is no request.
fn read(event: &str) -> Option<ApiGatewayV2httpRequest> {
    let mut request: ApiGatewayV2httpRequest = serde_json::from_str(event).ok()?;
    // No answer and no link depends on them: callers write them.
    request.headers.remove("x-forwarded-proto");
    request.headers.remove(header::HOST);
    request.request_context.domain_name = None;
    request.request_context.stage = None;

    let path = request.raw_path.as_deref().unwrap_or_default();
    let query = request.raw_query_string.as_deref().unwrap_or_default();
    let is_address = path.starts_with('/')
        && path.len() + query.len() <= MAX_ADDRESS
        && format!("/?{query}").parse::<Uri>().is_ok();
    let body = request.body.as_deref().unwrap_or_default();
    let is_body = !request.is_base64_encoded || BASE64_STANDARD.decode(body).is_ok();
    (is_address && is_body).then_some(request)
}

/// A request of nothing, with the id of an event that is none: what refuses it says so in the log.
fn nothing(event: &str) -> ApiGatewayV2httpRequest {
    /// The one thing that is looked for.
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Event {
        request_context: Context,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Context {
        request_id: Option<String>,
    }

    let Event { request_context } = serde_json::from_str(event).unwrap_or_default();
    let mut request = ApiGatewayV2httpRequest::default();
    request.raw_path = Some("/".to_owned());
    request.request_context.request_id = request_context.request_id;
    request
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;
    use axum::http::StatusCode;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn event() -> Value {
        json!({
            "version": "2.0",
            "routeKey": "ANY /things",
            "rawPath": "/things",
            "rawQueryString": "a=b",
            "cookies": ["one=1"],
            "headers": { "host": "api.example.com", "x-forwarded-proto": "https", "content-type": "text/plain" },
            "queryStringParameters": { "a": "b" },
            "pathParameters": { "proxy": "" },
            "requestContext": {
                "accountId": "123456789012",
                "domainName": "api.example.com",
                "http": {
                    "method": "GET", "path": "/things", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
                    "userAgent": "tests",
                },
                "requestId": "one",
                "routeKey": "ANY /things",
                "stage": "$default",
                "timeEpoch": 1_768_469_400_000_u64,
            },
            "body": "",
            "isBase64Encoded": false,
        })
    }

    /// What is answered to an event: the method and address of a request, or that it was none.
    async fn answer(event: &str) -> (u64, String) {
        let echo = async |request: Request| format!("{} {}", request.method(), request.uri());
        let router = Router::new().fallback(echo);
        let refusals = Router::new().fallback(async || StatusCode::BAD_REQUEST);
        let answer = call(&router, &refusals, event, Context::default()).await;
        let answer = serde_json::to_value(answer.unwrap()).unwrap();
        let status = answer["statusCode"].as_u64().unwrap();
        (
            status,
            answer["body"].as_str().unwrap_or_default().to_owned(),
        )
    }

    async fn answer_with(pointer: &str, value: Value) -> (u64, String) {
        let mut event = event();
        *event.pointer_mut(pointer).unwrap() = value;
        answer(&event.to_string()).await
    }

    #[tokio::test]
    async fn a_request_is_handed_on_with_its_method_and_address() {
        let answered = answer(&event().to_string()).await;
        assert_eq!(answered, (200, "GET /things?a=b".to_owned()));
    }

    /// Each of these ended the process before.
    #[tokio::test]
    async fn abuse_109_what_a_caller_writes_into_headers_is_not_gone_by() {
        for (pointer, value) in [
            ("/headers/x-forwarded-proto", "https,http"),
            ("/headers/x-forwarded-proto", ""),
            ("/headers/host", "a b"),
            ("/headers/host", "[::1"),
            ("/headers/host", "x:99999"),
            ("/requestContext/domainName", "%"),
            ("/requestContext/stage", "a b"),
        ] {
            let answered = answer_with(pointer, value.into()).await;
            assert_eq!(answered, (200, "GET /things?a=b".to_owned()), "{value}");
        }
    }

    #[tokio::test]
    async fn abuse_109_what_is_no_request_is_refused() {
        for (pointer, value) in [
            ("/rawPath", json!(":99999")),
            ("/rawPath", json!("")),
            ("/rawPath", json!(7)),
            ("/rawPath", json!("/".repeat(20_000))),
            ("/rawQueryString", json!("a b")),
            ("/rawQueryString", json!("a=\u{7}")),
            ("/isBase64Encoded", json!("yes")),
            ("/headers", json!({ "a b": "c" })),
            ("/requestContext", json!(null)),
            ("/requestContext/http/method", json!("A B")),
        ] {
            let (status, _) = answer_with(pointer, value.clone()).await;
            assert_eq!(status, 400, "{pointer} {value}");
        }
        let mut broken = event();
        broken["isBase64Encoded"] = json!(true);
        broken["body"] = json!("no base64");
        assert_eq!(answer(&broken.to_string()).await.0, 400);
        for event in [
            "null",
            "[]",
            "7",
            "{}",
            r#"{"requestContext":{"requestId":7}}"#,
        ] {
            assert_eq!(answer(event).await.0, 400, "{event}");
        }
    }

    /// Any JSON, of the depth of an event.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            r"[ -~]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,8}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    const PLACES: [&str; 16] = [
        "",
        "/rawPath",
        "/rawQueryString",
        "/cookies",
        "/headers",
        "/headers/host",
        "/headers/x-forwarded-proto",
        "/headers/content-type",
        "/queryStringParameters",
        "/pathParameters",
        "/requestContext",
        "/requestContext/http",
        "/requestContext/http/method",
        "/requestContext/requestId",
        "/body",
        "/isBase64Encoded",
    ];

    proptest! {
        #[test]
        fn abuse_109_any_event_has_an_answer(changes in prop::collection::vec((0..PLACES.len(), values()), 0..4)) {
            let mut event = event();
            for (place, value) in changes {
                if let Some(field) = event.pointer_mut(PLACES[place]) {
                    *field = value;
                }
            }
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let (status, _) = runtime.block_on(answer(&event.to_string()));
            prop_assert!(status == 200 || status == 400, "{status}");
        }
    }
}
