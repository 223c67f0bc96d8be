//! All routes in one process, behind plain axum: the quick loop, the OpenAPI document, and what needs the whole product.

use api::Endpoint;

/// Every area's routes, in the order of `template.yaml`.
pub fn endpoints() -> Vec<Endpoint> {
    [
        &auth::ENDPOINTS[..],
        &mfa::ENDPOINTS[..],
        &users::ENDPOINTS[..],
        &avatars::ENDPOINTS[..],
        &admin::ENDPOINTS[..],
        &pre_registrations::ENDPOINTS[..],
        &site::ENDPOINTS[..],
    ]
    .concat()
}
