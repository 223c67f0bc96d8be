//! Attempts at what others change at the same time.

use std::time::Duration;

use rand::RngExt as _;

use crate::Store;

/// The number of attempts, the first included. With the pauses between them they take some three seconds, and of some thirty
/// writers of one item each comes to its turn.
const MAX: u32 = 24;

/// The bounds of a pause: from some milliseconds, about what a write takes, to what a person does not mind.
const SHORTEST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(320);

/// Attempts at a change that is lost to whoever was faster: look, write on the condition that nothing changed, and again.
///
/// ```
/// use store::{Attempts, Store, StoreError};
///
/// # async fn look_and_write() -> Result<bool, StoreError> { Ok(true) }
/// async fn change(store: &Store) -> Result<(), StoreError> {
///     let mut attempts = Attempts::new(store);
///     while attempts.next().await {
///         if look_and_write().await? {
///             return Ok(());
///         }
///     }
///     Err(StoreError::kept_changing("change it"))
/// }
/// ```
pub struct Attempts<'a> {
    store: &'a Store,
    made: u32,
}

impl<'a> Attempts<'a> {
    /// No attempt is made yet.
    pub fn new(store: &'a Store) -> Self {
        Self { store, made: 0 }
    }

    /// Waits until it is time for the next attempt; false if there were enough of them.
    pub async fn next(&mut self) -> bool {
        if self.made == MAX {
            return false;
        }
        if self.made > 0 {
            tokio::time::sleep(self.pause()).await;
        }
        self.made += 1;
        true
    }

    /// The number of attempts so far, with the one that is being made.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// Full jitter: of many in each other's way, some find it clear.
    fn pause(&self) -> Duration {
        let ceiling = (SHORTEST * 2_u32.saturating_pow(self.made)).min(LONGEST);
        self.store.random.clone().random_range(SHORTEST..=ceiling)
    }
}
