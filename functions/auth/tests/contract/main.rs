//! What every endpoint of the area answers, and what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod bodies;
mod limits;
mod publish_jwks;
mod refresh_token;
mod register_user;
mod request_otp;
mod resend_verification;
mod rotate_signing_key;
mod secrecy;
mod verify_email;
mod verify_otp;
