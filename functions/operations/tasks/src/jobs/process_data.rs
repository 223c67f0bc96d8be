use operations::jobs::ProcessData;
use operations::statistics::Statistics;
use serde_json::to_value;
use work::{Assigned, Context, Done, Failure};

/// Counts the words, lines and bytes of a text, and makes its digest.
pub(crate) async fn process_data(_: Context, task: Assigned<ProcessData>) -> Result<Done, Failure> {
    let statistics = Statistics::of(&task.input.data);
    Ok(Done::with(to_value(statistics).expect("counts are JSON")))
}
