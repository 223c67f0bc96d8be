use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The workers take well under a second; a machine that is busy with a build takes far longer.
const DEADLINE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(25);

/// Looks again and again until there is something to be seen. Panics if that takes too long; `what` completes the
/// sentence 'waited in vain for …'.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        sleep(PAUSE).await;
    }
}
