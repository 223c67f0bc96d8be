//! Accounts: registration, verification of the e-mail address, one-time codes, tokens, signing keys.

#![expect(
    missing_docs,
    reason = "a module is one endpoint or worker, and its handler carries the documentation"
)]

pub mod publish_jwks;
pub mod refresh_token;
pub mod register_user;
pub mod request_otp;
pub mod resend_verification;
pub mod rotate_signing_key;
pub mod verify_email;
pub mod verify_otp;

use api::Endpoint;

/// The area's routes, in the order of `template.yaml`.
pub const ENDPOINTS: [Endpoint; 7] = [
    register_user::ENDPOINT,
    verify_email::ENDPOINT,
    resend_verification::ENDPOINT,
    request_otp::ENDPOINT,
    verify_otp::ENDPOINT,
    refresh_token::ENDPOINT,
    publish_jwks::ENDPOINT,
];
