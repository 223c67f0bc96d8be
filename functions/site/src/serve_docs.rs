use api::{Endpoint, Errors, endpoint};
use axum::response::IntoResponse;

use crate::page::page;

pub const ENDPOINT: Endpoint = endpoint!(serve_docs)
    .with_slash()
    .formerly(&[("GET", "/api/docs/swagger")]);

/// Show the documentation with forms to try it.
///
/// Swagger UI, with forms to try each operation. It loads nothing from another host.
#[utoipa::path(
    get, path = "/api/docs", tag = "site",
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
        Errors,
    ),
)]
pub async fn serve_docs() -> impl IntoResponse {
    page(include_str!("../pages/docs.html"))
}
