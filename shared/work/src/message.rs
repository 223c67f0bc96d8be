use domain::id::TaskId;
use serde::{Deserialize, Serialize};

/// What goes through a queue: which task, and of what kind. The worker reads the rest afresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMessage {
    /// The task.
    pub task_id: TaskId,
    /// Its kind, for people who look into a queue.
    pub kind: String,
}
