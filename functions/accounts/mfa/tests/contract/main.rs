//! The contract of the area `mfa`, through its router and against the local stack.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod answer_challenge;
mod bodies;
mod disable_totp;
mod ended_sessions;
mod read_ahead;
mod removal;
mod renew_recovery_codes;
mod set_up;
mod support;
