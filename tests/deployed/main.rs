//! Against the deployed stack, over HTTP, with IAM enforced and mail read from the emulator: see `src/lib.rs`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop where something is not as it must be, as tests do"
)]

mod access;
mod administration;
mod catalog;
mod crash;
mod delivery;
mod events;
mod flow;
mod gateway;
mod handlers;
mod iam;
mod leaving;
mod local_invoke;
mod metrics;
mod notices;
mod openapi;
mod operations;
mod passwords;
mod pictures;
mod privacy;
mod routes;
mod second_factor;
mod seeds;
mod sessions;
mod settings;
mod signing_key;
mod site;
mod stacks;
mod strangers;
mod transfers;
mod updates;
