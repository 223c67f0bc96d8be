//! What every endpoint of the area answers, and what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod bodies;
mod change_password;
mod limits;
mod log_out;
mod meanwhile;
mod obtain_token;
mod publish_jwks;
mod reauthenticate_session;
mod refresh_token;
mod register_user;
mod report_activity;
mod request_otp;
mod request_password_reset;
mod resend_verification;
mod reset_password;
mod rotate_signing_key;
mod secrecy;
mod squatting;
mod tries;
mod verify_email;
mod verify_otp;
