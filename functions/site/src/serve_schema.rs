use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use api::{Answer, ApiError, Endpoint, Errors, Fields, endpoint};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::schema;

pub const ENDPOINT: Endpoint = endpoint!(serve_schema);

/// The description in each format, with its media type.
static JSON: (&str, &str) = ("application/json", schema::JSON);
static YAML: (&str, &str) = ("application/yaml", schema::YAML);

/// Media types that ask for one. RFC 9512 registered `application/yaml` in 2024; older tools ask by other names.
const JSON_TYPES: [&str; 2] = ["application/json", "application/vnd.oai.openapi+json"];
const YAML_TYPES: [&str; 5] = [
    "application/yaml",
    "application/x-yaml",
    "text/yaml",
    "text/x-yaml",
    "application/vnd.oai.openapi",
];

/// How the description is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `json` or `yaml`; goes before `Accept`.
    #[param(example = "yaml")]
    format: Option<String>,
}

/// Describe this API.
///
/// OpenAPI 3.1, as JSON, or as YAML by `?format=yaml` or the `Accept` header. With an `ETag`.
#[utoipa::path(
    get, path = "/api/schema/", tag = "site",
    params(Wanted),
    responses(
        (status = 200, description = "The description.", content(
            (Object = "application/json", example = json!({"openapi": "3.1.0", "info": {"title": "KinWise API"}})),
            (String = "application/yaml", example = "openapi: 3.1.0\ninfo:\n  title: KinWise API\n"),
        )),
        (status = 304, description = "The description is the one that `If-None-Match` names."),
        Errors,
    ),
)]
pub async fn serve_schema(
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Answer<Response> {
    let Query(wanted) = wanted.map_err(|_| unknown_format())?;
    let (content_type, text) = match wanted.format.as_deref() {
        Some("json") => JSON,
        Some("yaml") => YAML,
        Some(_) => return Err(unknown_format()),
        None if prefers_yaml(&headers) => YAML,
        None => JSON,
    };

    let etag = etag(text);
    let head = [
        (header::ETAG, etag.as_str()),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::VARY, "accept"),
    ];
    if is_current(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, [(header::CONTENT_TYPE, content_type)], text).into_response())
}

fn unknown_format() -> ApiError {
    Fields::error("format", "The format is json or yaml.")
}

/// Whether YAML is asked for, and JSON not as much (RFC 9110, section 12.5.1). Ranges such as `*/*` mean JSON.
fn prefers_yaml(headers: &HeaderMap) -> bool {
    let (mut yaml, mut json) = (0.0, 0.0);
    for accept in headers.get_all(header::ACCEPT) {
        for range in accept.to_str().unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let weight: f32 = quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
            if YAML_TYPES.contains(&name.as_str()) {
                yaml = weight.max(yaml);
            } else if JSON_TYPES.contains(&name.as_str()) {
                json = weight.max(json);
            }
        }
    }
    yaml > json
}

/// A name for this very text. Fixed keys, so every process of a version says the same.
fn etag(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn is_current(headers: &HeaderMap, etag: &str) -> bool {
    let named = headers.get_all(header::IF_NONE_MATCH).iter();
    named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().trim_start_matches("W/"))
        .any(|name| name == etag || name == "*")
}
