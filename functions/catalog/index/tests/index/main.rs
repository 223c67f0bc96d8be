//! The index against a plain model of it, against crashes and races, and against files that are not what was written.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod bucket;
mod catalogue;
mod corruption;
mod counts;
mod crashes;
mod life;
mod model;
mod queries;
mod rebuilds;
mod rows;
mod searches;
mod writing;
