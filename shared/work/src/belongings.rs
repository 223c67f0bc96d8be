//! What an area keeps for an account.

use std::pin::Pin;

use cloud::App;
use kernel::id::UserId;
use serde_json::{Map, Value};

use crate::outcome::Failure;

/// A step of [`Belongings`].
pub type Step<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// What an area, or a part of one, keeps for an account. The area says what of it belongs into the copy that the owner can
/// take out, and deletes it when the account ends.
///
/// The steps are called in the order in which the areas are listed, and again from the first one when a worker died: each
/// can be done twice. The account itself goes last, so a step can still look it up.
pub trait Belongings: Sync {
    /// The parts of an account's copy that are the area's, by their names in the document.
    fn copy<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Map<String, Value>>;

    /// Deletes what the area keeps, or as much of it as fits into one try.
    fn end<'a>(&'a self, app: &'a App, user_id: UserId) -> Step<'a, Ended>;
}

/// The progress of the end of an area's belongings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing is left; so many things were deleted.
    All(usize),
    /// Something is left for another try. The text says what, for an operator.
    Partly(&'static str),
}
