use crate::Store;

/// Pictures.
pub struct Avatars<'a>(#[expect(dead_code, reason = "to come")] pub(crate) &'a Store);
