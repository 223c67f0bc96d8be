use serde::{Deserialize, Serialize};

use crate::id::TaskId;

/// What goes through a queue: which task, and of what kind. The worker reads the rest afresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMessage {
    /// The id of the task.
    pub task_id: TaskId,
    /// The kind of the task, for people who look into a queue.
    pub kind: String,
}

impl TaskMessage {
    /// The body of the message.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a struct of texts is JSON")
    }
}
