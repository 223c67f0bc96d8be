use crate::Store;

/// Wrong proofs in a row, and the pauses they cost.
pub struct Tries<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
