//! The work that follows from what administrators do.

mod tell_administrators;

pub(crate) use tell_administrators::tell_administrators;
