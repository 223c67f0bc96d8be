//! The contract of products and variants.

mod belongings;
mod changes;
mod creation;
mod deletion;
mod lookups;
mod meanwhile;
mod refused;
mod variants;
