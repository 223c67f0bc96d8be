//! The account of the caller.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod get_current_user;

use api::Endpoint;

/// The area's routes, in the order of `template.yaml`.
pub const ENDPOINTS: [Endpoint; 1] = [get_current_user::ENDPOINT];
