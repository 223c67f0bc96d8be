use crate::Store;

/// All accounts, arranged for looking them up: a table of its own, made from the stream of the accounts.
pub struct People<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
