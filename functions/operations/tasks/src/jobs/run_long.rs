use std::time::Duration;

use jiff::SignedDuration;
use operations::jobs::LongRunning;
use serde_json::json;
use work::{Assigned, Context, Done, Failure};

/// The length of a part of the work. After each it tells how far it is, and hears whether it is called off.
const PART: Duration = Duration::from_secs(1);

/// The time that must be left for another part: the part itself, and what tells of it.
const LEAST_TIME: Duration = Duration::from_secs(3);

/// Works for so many seconds: what work that takes longer than a function lives is written like.
///
/// The parts that are done stand in the task, so whoever takes over goes on from there: the next function when this one's time is
/// nearly up, or another worker when this one has died.
pub(crate) async fn run_long(_: Context, task: Assigned<LongRunning>) -> Result<Done, Failure> {
    let (run, total) = (&task.run, task.input.duration);
    let mut done = run.done_before();
    while done < total {
        if run.time_left() < LEAST_TIME {
            return Err(Failure::Deferred(
                format!("{done} of {total} seconds are done, and it goes on"),
                SignedDuration::ZERO,
            ));
        }
        tokio::time::sleep(PART).await;
        done += 1;
        run.tell(done, total).await?;
    }
    Ok(Done::with(json!({ "seconds": total })))
}
