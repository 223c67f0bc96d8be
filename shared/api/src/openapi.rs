//! The OpenAPI document, from the handlers themselves.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder,
};

use crate::endpoint::Endpoint;
use crate::error::ErrorBody;

/// The name of the security scheme: an access token in the `Authorization` header.
pub const BEARER: &str = "bearer";

/// Describes endpoints in one OpenAPI document.
pub fn document(endpoints: &[Endpoint]) -> OpenApi {
    let mut license = License::new("MIT");
    license.identifier = Some("MIT".to_owned());
    let info = InfoBuilder::new()
        .title("KinWise API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Accounts, commerce and household finance. Every error has the shape of `ErrorBody`; every answer that \
             counts against a limit carries `RateLimit` and `RateLimit-Policy`, every 429 `Retry-After`.",
        ))
        .license(Some(license))
        .contact(Some(ContactBuilder::new().name(Some("KinWise")).build()))
        .build();
    let mut http = Http::new(HttpAuthScheme::Bearer);
    http.bearer_format = Some("JWT".to_owned());
    let components = ComponentsBuilder::new()
        .schema_from::<ErrorBody>()
        .security_scheme(BEARER, SecurityScheme::Http(http))
        .build();
    let document = OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build();
    endpoints
        .iter()
        .fold(document, |document, endpoint| endpoint.describe(document))
}
