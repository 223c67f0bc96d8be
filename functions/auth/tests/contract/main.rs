//! What every endpoint of the area answers, and what it leaves behind.

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
