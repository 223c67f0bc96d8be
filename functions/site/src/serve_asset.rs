use std::io::Read as _;

use api::{Answer, ApiError, Endpoint, Errors, endpoint};
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};

use crate::assets::{ASSETS, Content};

pub const ENDPOINT: Endpoint = endpoint!(serve_asset);

/// Serve a file of the documentation pages.
///
/// Names carry a version and may be cached for good.
#[utoipa::path(
    get, path = "/api/docs/assets/{name}", tag = "site",
    params(("name" = String, Path, description = "The file's name.", example = "swagger-ui-5.35.0.css")),
    responses(
        (status = 200, description = "The file.", content(
            (String = "text/javascript", example = "window.SwaggerUIBundle({…});"),
            (String = "text/css", example = ".swagger-ui {…}"),
        )),
        Errors,
    ),
)]
pub async fn serve_asset(
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Answer<Response> {
    // Looked up in a list, so that no name can lead anywhere else.
    let Path(name) = name.map_err(|_| ApiError::not_found())?;
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let asset = asset.ok_or_else(ApiError::not_found)?;

    let head = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    match asset.content {
        Content::Plain(text) => Ok((head, text).into_response()),
        Content::Gzip(packed) if takes_gzip(&headers) => {
            Ok((head, [(header::CONTENT_ENCODING, "gzip")], packed).into_response())
        }
        Content::Gzip(packed) => {
            let mut text = String::new();
            flate2::read::GzDecoder::new(packed)
                .read_to_string(&mut text)
                .map_err(ApiError::internal)?;
            Ok((head, text).into_response())
        }
    }
}

/// Whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3). The crate `headers` does not read this header, and
/// tower-http's compression would pack at every call what lies here packed.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut any = None;
    for accepted in headers.get_all(header::ACCEPT_ENCODING) {
        for coding in accepted.to_str().unwrap_or_default().split(',') {
            let mut parts = coding.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let wanted = quality.is_none_or(|quality| quality.parse::<f32>().unwrap_or(0.0) > 0.0);
            if name.eq_ignore_ascii_case("gzip") {
                return wanted;
            }
            if name == "*" {
                any = Some(wanted);
            }
        }
    }
    any.unwrap_or(false)
}
