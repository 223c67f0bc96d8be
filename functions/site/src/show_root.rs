use api::{App, Endpoint, Errors, endpoint};
use axum::Json;
use axum::extract::State;
use mail::Brand;
use serde::Serialize;
use utoipa::ToSchema;

pub const ENDPOINT: Endpoint = endpoint!(show_root);

/// What this API is, and where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Root {
    /// The name of the product.
    #[schema(example = "KinWise")]
    name: String,
    /// The version that is running.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The places where a caller goes on.
    links: RootLinks,
}

/// Paths of this API.
#[derive(Debug, Serialize, ToSchema)]
pub struct RootLinks {
    /// The documentation, with forms to try it.
    #[schema(example = "/api/docs")]
    docs: &'static str,
    /// The documentation, to read.
    #[schema(example = "/api/redoc")]
    redoc: &'static str,
    /// The path of the OpenAPI document.
    #[schema(example = "/api/schema")]
    schema: &'static str,
    /// The path of the page that says whether everything works.
    #[schema(example = "/health")]
    health: &'static str,
}

/// Tell what this API is and where its documentation is.
#[utoipa::path(
    get, path = "/", tag = "site",
    responses((status = 200, description = "Name, version, links", body = Root), Errors),
)]
pub async fn show_root(State(app): State<App>) -> Json<Root> {
    Json(Root {
        name: app.section::<Brand>().app_name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        links: RootLinks {
            docs: "/api/docs",
            redoc: "/api/redoc",
            schema: "/api/schema",
            health: "/health",
        },
    })
}
