use crate::Store;

/// Addresses left before the product opens.
pub struct PreRegistrations<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
