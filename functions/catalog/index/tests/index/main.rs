//! The index against a plain model of it, against crashes and races, and against files that are not what was written.

mod catalogue;
mod corruption;
mod crashes;
mod model;
mod queries;
mod searches;
mod writing;
