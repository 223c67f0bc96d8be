use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use api::{Answer, ApiError, Endpoint, Errors, Fields, endpoint};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use headers::{ETag, HeaderMapExt as _, IfNoneMatch};
use mediatype::{MediaTypeList, ReadParams as _, names};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::schema;

pub const ENDPOINT: Endpoint = endpoint!(serve_schema).with_slash();

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

/// The form in which the description is wanted.
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
    get, path = "/api/schema", tag = "site",
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
    let known = headers.typed_get::<IfNoneMatch>();
    let is_known = known.is_some_and(|known| !known.precondition_passes(&etag));
    let head = [
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::VARY, "accept"),
    ];
    let mut response = if is_known {
        (StatusCode::NOT_MODIFIED, head).into_response()
    } else {
        (head, [(header::CONTENT_TYPE, content_type)], text).into_response()
    };
    response.headers_mut().typed_insert(etag);
    Ok(response)
}

fn unknown_format() -> ApiError {
    Fields::error("format", "The format is json or yaml.")
}

/// Whether YAML is asked for, and JSON not as much (RFC 9110, section 12.5.1). Ranges such as `*/*` mean JSON.
fn prefers_yaml(headers: &HeaderMap) -> bool {
    let (mut yaml, mut json) = (0.0, 0.0);
    let values = headers.get_all(header::ACCEPT).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    for range in values.flat_map(MediaTypeList::new).flatten() {
        let essence = range.essence().to_string().to_ascii_lowercase();
        let quality = range.get_param(names::Q);
        let weight: f32 = quality.map_or(1.0, |quality| quality.as_str().parse().unwrap_or(0.0));
        if YAML_TYPES.contains(&essence.as_str()) {
            yaml = weight.max(yaml);
        } else if JSON_TYPES.contains(&essence.as_str()) {
            json = weight.max(json);
        }
    }
    yaml > json
}

/// A name for this very text. Fixed keys, so every process of a version says the same.
fn etag(text: &str) -> ETag {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let name = format!("\"{:016x}\"", hasher.finish());
    name.parse().expect("digits in quotes are an entity tag")
}
