//! Pictures of accounts: from the upload to the profile.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

use api::Endpoint;

/// The area's routes, in the order of `template.yaml`.
pub const ENDPOINTS: [Endpoint; 0] = [];
