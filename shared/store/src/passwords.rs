use crate::Store;

/// Passwords: how they are checked, chosen anew and changed.
pub struct Passwords<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
