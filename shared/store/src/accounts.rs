use crate::Store;

/// The end of accounts, and copies of them.
pub struct Accounts<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
