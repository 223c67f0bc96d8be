use serde_json::{Value, json};

use crate::stack::Stack;

impl Stack {
    /// The lines that the functions and the API have logged so far.
    pub async fn logs(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for group in ["EndpointLogGroup", "WorkerLogGroup", "AccessLogGroup"] {
            lines.extend(self.logs_of(group).await);
        }
        lines
    }

    /// The lines of one log group. `output` names the group's output.
    pub async fn logs_of(&self, output: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let mut request = json!({"logGroupName": self.output(output)});
        loop {
            let target = "Logs_20140328.FilterLogEvents";
            let page = self.aws.json("logs", target, &request).await;
            let events = page["events"].as_array().into_iter().flatten();
            lines.extend(events.filter_map(|event| event["message"].as_str().map(str::to_owned)));
            match &page["nextToken"] {
                Value::Null => return lines,
                token => request["nextToken"] = token.clone(),
            }
        }
    }
}
