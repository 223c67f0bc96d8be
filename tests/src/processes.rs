//! Functions that are called or started by a test and not by an event of the product.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use test_support::machine_time;

use crate::stack::Stack;

/// What makes a schedule run for a slot of its own: nothing has run for this moment yet.
pub fn schedule_event() -> Value {
    json!({"source": "aws.scheduler", "detail-type": "Scheduled Event", "slot": machine_time().to_string()})
}

impl Stack {
    /// Calls a function as its schedule does.
    pub async fn fire_schedule_of(&self, name: &str) {
        let function = self.function(name);
        let (answer, failed) = self.aws.invoke(&function, &schedule_event()).await;
        assert!(!failed, "{answer}");
    }

    /// The environment that a function is deployed with.
    pub async fn environment_of(&self, name: &str) -> BTreeMap<String, String> {
        let function = self.function(name);
        let mut configuration = self.aws.function_configuration(&function).await;
        let variables = configuration["Environment"]["Variables"].take();
        serde_json::from_value(variables).expect("a function has an environment")
    }
}
