//! What a suite sends: each part of a condition, with the tests in which it is sent and those in which it may have decided.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::request::{self, Part};

/// The parts that were seen, each with the installations in which a write was refused for its condition.
pub(crate) type Seen = BTreeMap<Part, BTreeSet<String>>;

/// Notes the conditions of a request and what came of them.
pub(crate) fn note(seen: &mut Seen, operation: &str, request: &Value, answer: &Value) {
    for (position, part) in request::parts(operation, request) {
        let refused = seen.entry(part).or_default();
        if is_refused(answer, position) {
            refused.extend(installation(request));
        }
    }
}

/// Whether the answer says that the condition of the write at a position did not hold.
fn is_refused(answer: &Value, position: usize) -> bool {
    let kind = answer["__type"].as_str().unwrap_or_default();
    kind.ends_with("ConditionalCheckFailedException")
        || answer["CancellationReasons"][position]["Code"] == "ConditionalCheckFailed"
}

/// What the names of the tables begin with that a request is about.
fn installation(request: &Value) -> Option<String> {
    let member = request["TransactItems"][0].as_object();
    let body = member.and_then(|member| member.values().next());
    let table = body.unwrap_or(request)["TableName"].as_str()?;
    Some(table.get(.."test-01234567".len())?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::samples::{reuse, rotation};
    use super::{Seen, note};

    #[test]
    fn a_refusal_is_noted_with_the_installation() {
        let mut seen = Seen::new();
        let refusal =
            json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"});

        note(&mut seen, "UpdateItem", &rotation(), &json!({}));
        note(&mut seen, "UpdateItem", &rotation(), &refusal);

        assert_eq!(seen.len(), 3);
        for refused in seen.values() {
            assert!(refused.iter().eq(["test-01234567"]));
        }
    }

    #[test]
    fn of_a_transaction_only_the_writes_that_were_refused_are_noted_as_such() {
        let mut seen = Seen::new();
        let [good, bad] = ["None", "ConditionalCheckFailed"].map(|code| json!({"Code": code}));
        let refusal = json!({"__type": "TransactionCanceledException", "CancellationReasons": [good, bad, good, good]});

        note(&mut seen, "TransactWriteItems", &reuse(), &refusal);

        let refused = seen.iter().filter(|(_, refused)| !refused.is_empty());
        let writes: Vec<_> = refused.map(|(part, _)| part.write.as_str()).collect();
        assert_eq!(
            writes,
            ["ConditionCheck identity USER#…/ACCOUNT in TOKEN_REUSE"]
        );
    }
}
