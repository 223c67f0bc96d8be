//! Against the deployed stack, over HTTP, with IAM enforced and mail read from the emulator: see `src/lib.rs`.

mod crash;
mod create_admin;
mod delivery;
mod events;
mod flow;
mod gateway;
mod iam;
mod openapi;
mod privacy;
mod routes;
mod sessions;
mod signing_key;
mod strangers;
