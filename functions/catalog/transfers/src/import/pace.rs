//! How fast an import writes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The time between two rows that are written: ten thousand a minute. A new product takes some twenty write units, so an import
/// takes less than the four thousand a second that a new table gives, and leaves the rest to who shops meanwhile.
const INTERVAL: Duration = Duration::from_millis(6);

/// The rows that may be written at once, after a time without any.
const BURST: u32 = 200;

/// Turns to write.
pub(crate) struct Pace(Mutex<Instant>);

impl Pace {
    /// Nothing is written yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&self) {
        sleep_until(self.take()).await;
    }

    /// The moment of the next turn, which may be over.
    fn take(&self) -> Instant {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let turn = (*next).max(now.checked_sub(INTERVAL * BURST).unwrap_or(now));
        *next = turn + INTERVAL;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_rows_take_a_minute() {
        let pace = Pace::new();
        let first = pace.take();
        let last = (1..10_000).map(|_| pace.take()).last().unwrap();

        let took = last.duration_since(first);
        assert!(took >= Duration::from_secs(58), "{took:?}");
    }
}
