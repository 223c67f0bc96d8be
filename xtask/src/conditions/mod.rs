//! Every condition proved: `prove-conditions` leaves the conditions of an area's writes out, one at a time, and says which of
//! them no test misses.
//!
//! A proxy stands between a suite and the emulator. [`record`] runs the suite as it is and notes each condition that it sends,
//! and the tests in which DynamoDB refused a write for it. A condition that was never refused has decided nothing, so only the
//! others are tried: [`proof`] runs those tests again, one condition left out of the requests on their way. Nothing is compiled
//! for that. What is left out is the whole of a condition, or one of several that must hold together ([`expression`]).
//! [`table`] keeps what was found.

pub(crate) mod area;
pub(crate) mod expression;
pub(crate) mod proof;
pub(crate) mod proxy;
pub(crate) mod record;
pub(crate) mod request;
pub(crate) mod suite;
pub(crate) mod table;

#[cfg(test)]
mod samples;
