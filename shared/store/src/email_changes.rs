use crate::Store;

/// Addresses that are to change.
pub struct EmailChanges<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
