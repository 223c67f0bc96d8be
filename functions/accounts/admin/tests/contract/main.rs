//! The contract of the area `admin`, through its router and against the local stack.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod accounts;
mod fresh_proof;
mod index_people;
mod list_audit_entries;
mod list_links;
mod list_otps;
mod list_users;
mod refused;
mod repair_index;
mod search_users;
mod told;
mod update_user;
