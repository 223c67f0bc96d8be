use api::{Endpoint, Errors, endpoint};
use axum::response::IntoResponse;

use crate::page::page;

pub const ENDPOINT: Endpoint = endpoint!(serve_redoc)
    .with_slash()
    .formerly(&[("GET", "/api/docs/redoc")]);

/// Show the documentation to read.
///
/// `ReDoc`, in three columns to read and search. It loads nothing from another host.
#[utoipa::path(
    get, path = "/api/redoc", tag = "site",
    responses(
        (status = 200, description = "The page.", body = String, content_type = "text/html", example = "<!DOCTYPE html>…"),
        Errors,
    ),
)]
pub async fn serve_redoc() -> impl IntoResponse {
    page(include_str!("../pages/redoc.html"))
}
