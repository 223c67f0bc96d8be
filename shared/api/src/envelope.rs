//! What is around every route: the request's id, the headers every answer carries, the one error body, the log line.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cloud::App;
use cloud::metrics::REQUEST;
use kernel::error_chain;
use kernel::id::TaskId;
use serde::Serialize;
use tracing::Instrument as _;

use crate::endpoint::Function;
use crate::error::{ApiError, ErrorBody, Members};
use crate::idempotency::Operation;
use crate::limiter::LimitReport;
use crate::redirect::nothing_here;
use crate::refusal;
use crate::request::RequestInfo;

/// The function whose answers are put into the envelope.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) app: App,
    pub(crate) function: Function,
}

pub(crate) async fn envelope(
    State(sender): State<Sender>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let fallback_id = || TaskId::new(sender.app.now(), &mut sender.app.random()).uuid();
    let info = RequestInfo::of(request.extensions(), request.headers(), fallback_id);
    let report = LimitReport::default();
    request.extensions_mut().insert(info.clone());
    request.extensions_mut().insert(report.clone());
    request
        .extensions_mut()
        .insert(Operation(sender.function.name));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());

    let span =
        tracing::info_span!("request", function = sender.function.name, request.id = %info.id);
    async {
        let function = &sender.function;
        let answered = match method {
            _ if function.is_fallback() => next.run(request).await,
            _ if function.is_anothers(&path) => nothing_here(request.uri().clone()).await.into_response(),
            // axum runs the handler of GET: a HEAD from a link scanner must not verify an address.
            Method::HEAD if !function.answers_head() => not_allowed(function).into_response(),
            // The gateway answers browsers that ask what they may. Where a route takes every method, it may leave that to us.
            Method::OPTIONS => options(function),
            _ => next.run(request).await,
        };
        let answered = refusal::settle(&sender, &info, answered).await;
        #[cfg(debug_assertions)]
        sender.function.check_word(&report, answered.extensions().get::<ApiError>());
        let limit = answered.extensions().get::<ApiError>().and_then(ApiError::limit);
        let mut response = render(answered, &sender.function, &info);
        report.write(response.headers_mut());
        write_headers(response.headers_mut(), &info);
        let status = response.status();
        let duration = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let failed = status.is_server_error().then_some(function.name);
        // The path without its query: a query may hold a token.
        tracing::info!(
            name: REQUEST.name, status = class(status), http.method = %method, http.path = %path,
            http.status = status.as_u16(), duration_us = duration, function = failed, limit, "answered"
        );
        response
    }
    .instrument(span)
    .await
}

/// What answers are told apart by where they are counted: their class, and among the refusals the 429s.
fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        429 => "429",
        100..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// The body of an error: what all have, and what this one has besides.
#[derive(Serialize)]
struct Body {
    #[serde(flatten)]
    shared: ErrorBody,
    #[serde(flatten)]
    members: Members,
}

/// Gives an answer that is an error its body, and logs it once.
fn render(response: Response, function: &Function, info: &RequestInfo) -> Response {
    let response = match response.status() {
        // axum's own, which has no body.
        StatusCode::METHOD_NOT_ALLOWED if response.extensions().get::<ApiError>().is_none() => {
            not_allowed(function).into_response()
        }
        _ => response,
    };
    let (mut head, body) = response.into_parts();
    let Some(error) = head.extensions.remove::<ApiError>() else {
        return Response::from_parts(head, body);
    };
    log(&error);
    let body = Body {
        shared: ErrorBody {
            error: error.message,
            code: error.code,
            details: error.details,
            request_id: info.id.clone(),
        },
        members: error.members,
    };
    let mut response = (head.status, axum::Json(body)).into_response();
    for (name, value) in &head.headers {
        if name != header::CONTENT_LENGTH && name != header::CONTENT_TYPE {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn not_allowed(function: &Function) -> ApiError {
    ApiError::method_not_allowed(&function.allowed().join(", "))
}

/// 204 with the methods of the path (RFC 9110, 9.3.7).
fn options(function: &Function) -> Response {
    let allow = function.allowed().join(", ");
    (StatusCode::NO_CONTENT, [(header::ALLOW, allow)]).into_response()
}

fn log(error: &ApiError) {
    if error.status.is_server_error() {
        let cause = error.cause.as_deref();
        let chain = cause.map(|cause| error_chain(cause));
        tracing::error!(
            error.code = error.code,
            error.chain = chain.unwrap_or_default(),
            "the request failed"
        );
    } else {
        tracing::warn!(error.code = error.code, "the request was refused");
    }
}

fn write_headers(headers: &mut HeaderMap, info: &RequestInfo) {
    if let Ok(id) = HeaderValue::from_str(&info.id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=63072000; includeSubDomains"),
    );
    // Kept by nobody unless the handler says otherwise: most answers hold tokens or personal data.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
