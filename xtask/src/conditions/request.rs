//! The requests that write under a condition: what they are called, and what is left of one without a part of its condition.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::expression::{Expression, Place};
use crate::placeholders::{drop_unused, words};

/// A condition, or a part of one: what tells it from all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    /// Of a whole condition, the write: what it does to which kind of item, and the fact that it belongs to. Of a part, the kind
    /// of item alone: a condition is made in one place of the sources and used in many writes.
    pub(crate) write: String,
    /// The condition with the part in brackets.
    pub(crate) condition: String,
}

/// What is true of every item and of none: a check has to have a condition.
const ALWAYS: &str = "attribute_exists(pk) OR attribute_not_exists(pk)";
/// The table whose entries say what a transaction is about, and that of the work it orders.
const AUDIT: &str = "audit";
const TASKS: &str = "tasks";
/// The table of the counters that a transaction may be held up by.
const LIMITS: &str = "limits";
/// The number of characters before a table's own name: `test-` and what tells installations apart.
const PREFIX: usize = "test-0123456789abcdef-".len();

/// A write under a condition, found in a request.
struct Write<'r> {
    /// The position in the transaction.
    position: usize,
    name: String,
    item: String,
    body: &'r Map<String, Value>,
    condition: Expression,
}

/// The parts of the conditions in a request, each with the position of its write in the transaction.
pub(crate) fn parts(operation: &str, request: &Value) -> Vec<(usize, Part)> {
    let mut parts = Vec::new();
    for write in writes(operation, request) {
        let places = write.condition.places();
        parts.extend(
            places
                .iter()
                .map(|place| (write.position, write.part(place))),
        );
    }
    parts
}

/// A request without a part of a condition; nothing, if the part is not in it.
pub(crate) fn without(operation: &str, request: &Value, part: &Part) -> Option<Value> {
    let mut changed = request.clone();
    let mut found = false;
    for write in writes(operation, request) {
        let places = write.condition.places();
        let Some(place) = places.iter().find(|place| write.part(place) == *part) else {
            continue;
        };
        let body = if operation == "TransactWriteItems" {
            let member = changed["TransactItems"].get_mut(write.position)?;
            member.as_object_mut()?.values_mut().next()?
        } else {
            &mut changed
        };
        leave_out(body.as_object_mut()?, &write, place);
        found = true;
    }
    found.then_some(changed)
}

impl Write<'_> {
    fn part(&self, place: &Place) -> Part {
        let empty = Map::new();
        let names = self.body.get("ExpressionAttributeNames");
        let names = names.and_then(Value::as_object).unwrap_or(&empty);
        let write = if place.is_empty() {
            &self.name
        } else {
            &self.item
        };
        Part {
            write: write.clone(),
            condition: self.condition.shown(place, names),
        }
    }
}

/// Puts what is left of a condition in its place, and drops the placeholders that it alone used: DynamoDB refuses those that
/// nothing uses.
fn leave_out(body: &mut Map<String, Value>, write: &Write<'_>, place: &Place) {
    let is_check = write.name.starts_with("ConditionCheck");
    let left = match write.condition.without(place) {
        Some(left) => Some(left.text()),
        None => is_check.then(|| ALWAYS.to_owned()),
    };
    match left {
        Some(left) => body.insert("ConditionExpression".to_owned(), left.into()),
        None => body.remove("ConditionExpression"),
    };
    drop_unused(body);
}

/// The writes of a request that have a condition.
fn writes<'r>(operation: &str, request: &'r Value) -> Vec<Write<'r>> {
    let members: Vec<(&str, &Map<String, Value>)> = match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            let action = operation.trim_end_matches("Item");
            request
                .as_object()
                .map(|body| (action, body))
                .into_iter()
                .collect()
        }
        "TransactWriteItems" => {
            let members = request["TransactItems"].as_array().into_iter().flatten();
            let member = |member: &'r Value| {
                let (action, body) = member.as_object()?.iter().next()?;
                Some((action.as_str(), body.as_object()?))
            };
            members.filter_map(member).collect()
        }
        _ => return Vec::new(),
    };
    let fact = fact(&members);
    let write = |(position, (action, body)): (usize, &(&str, &'r Map<String, Value>))| {
        let condition = body.get("ConditionExpression")?.as_str()?;
        Some(Write {
            position,
            name: name_of(action, body, &fact),
            item: item_of(body),
            body,
            condition: Expression::parse(condition),
        })
    };
    members.iter().enumerate().filter_map(write).collect()
}

/// What a transaction is about: the actions that it writes into the audit log, otherwise the tasks that it orders.
fn fact(members: &[(&str, &Map<String, Value>)]) -> String {
    let of = |table: &str, attribute: &str| {
        let put = members
            .iter()
            .filter(|(action, body)| *action == "Put" && table_of(body) == table);
        let texts: BTreeSet<&str> = put.filter_map(|(_, body)| text(body, attribute)).collect();
        texts.into_iter().collect::<Vec<_>>().join("+")
    };
    let actions = of(AUDIT, "action");
    if actions.is_empty() {
        of(TASKS, "kind")
    } else {
        actions
    }
}

/// What a write is called. Entries of the log, tasks and the counters of limits are written alike whatever they are about, each
/// in one place of the sources; of what has no fact, the attributes that it changes tell one write from another.
fn name_of(action: &str, body: &Map<String, Value>, fact: &str) -> String {
    let table = table_of(body);
    let mut name = format!("{action} {}", item_of(body));
    if action == "Put" && (table == AUDIT || table == TASKS) {
        return name;
    }
    if fact.is_empty() || table == LIMITS {
        let changes = changes(body);
        if !changes.is_empty() {
            name = format!("{name} ({changes})");
        }
    } else {
        name = format!("{name} in {fact}");
    }
    name
}

/// The kind of the item that is written.
fn item_of(body: &Map<String, Value>) -> String {
    let [pk, sk] = ["pk", "sk"].map(|name| kind(text(body, name).unwrap_or_default()));
    format!("{} {pk}/{sk}", table_of(body))
}

/// The table's name without the installation's.
fn table_of(body: &Map<String, Value>) -> &str {
    let name = body.get("TableName").and_then(Value::as_str);
    name.and_then(|name| name.get(PREFIX..)).unwrap_or_default()
}

/// A text of the item, or of its key.
fn text<'r>(body: &'r Map<String, Value>, attribute: &str) -> Option<&'r str> {
    let item = body.get("Item").or_else(|| body.get("Key"))?;
    item[attribute]["S"].as_str()
}

/// What a key is of, without what tells items of the kind apart.
fn kind(key: &str) -> String {
    let is_word = |text: &str| {
        text.chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_')
    };
    match key.split_once('#') {
        Some((kind, _)) if is_word(kind) => format!("{kind}#…"),
        None if is_word(key) => key.to_owned(),
        _ => "…".to_owned(),
    }
}

/// The attributes that an update changes.
fn changes(body: &Map<String, Value>) -> String {
    let update = body.get("UpdateExpression").and_then(Value::as_str);
    let names: BTreeSet<&str> = words(update.unwrap_or_default())
        .filter_map(|word| word.strip_prefix('#'))
        .collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::samples::{reuse, rotation};
    use super::{Part, parts, without};

    fn part(write: &str, condition: &str) -> Part {
        let (write, condition) = (write.to_owned(), condition.to_owned());
        Part { write, condition }
    }

    const SESSION: &str = "identity USER#…/SESSION#…";
    const ROTATE: &str =
        "Update identity USER#…/SESSION#… (expires_at, generation, rotated_at, ttl)";

    #[test]
    fn the_parts_of_an_update_are_named() {
        let found = parts("UpdateItem", &rotation());
        let expected = [
            part(
                ROTATE,
                "[generation = ? AND attribute_not_exists(revoked_at)]",
            ),
            part(
                SESSION,
                "[generation = ?] AND attribute_not_exists(revoked_at)",
            ),
            part(
                SESSION,
                "generation = ? AND [attribute_not_exists(revoked_at)]",
            ),
        ];
        assert_eq!(found, expected.map(|part| (0, part)));
    }

    #[test]
    fn a_part_is_left_out_with_the_placeholders_that_it_alone_used() {
        let left = part(
            SESSION,
            "generation = ? AND [attribute_not_exists(revoked_at)]",
        );

        let changed = without("UpdateItem", &rotation(), &left).expect("it is there");

        let mut expected = rotation();
        expected["ConditionExpression"] = json!("#generation = :v4");
        let names = expected["ExpressionAttributeNames"].as_object_mut();
        names.expect("names").remove("#revoked_at");
        assert_eq!(changed, expected);
        let left = part(ROTATE, "[generation = ?]");
        assert_eq!(without("UpdateItem", &rotation(), &left), None);
    }

    #[test]
    fn the_parts_of_a_transaction_are_named_after_what_it_is_about() {
        let found = parts("TransactWriteItems", &reuse());
        let expected = [
            (
                0,
                part(
                    "Update identity USER#…/SESSION#… in TOKEN_REUSE",
                    "[attribute_exists(pk) AND attribute_not_exists(revoked_at)]",
                ),
            ),
            (
                0,
                part(
                    SESSION,
                    "[attribute_exists(pk)] AND attribute_not_exists(revoked_at)",
                ),
            ),
            (
                0,
                part(
                    SESSION,
                    "attribute_exists(pk) AND [attribute_not_exists(revoked_at)]",
                ),
            ),
            (
                1,
                part(
                    "ConditionCheck identity USER#…/ACCOUNT in TOKEN_REUSE",
                    "[attribute_not_exists(disabled)]",
                ),
            ),
            (
                2,
                part("Put tasks TASK#…/TASK", "[attribute_not_exists(pk)]"),
            ),
            (
                3,
                part("Put audit AUDIT#…/AUDIT#…", "[attribute_not_exists(pk)]"),
            ),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_check_without_its_condition_stays_in_its_place_and_checks_nothing() {
        let left = part(
            "ConditionCheck identity USER#…/ACCOUNT in TOKEN_REUSE",
            "[attribute_not_exists(disabled)]",
        );

        let changed = without("TransactWriteItems", &reuse(), &left).expect("it is there");

        let mut expected = reuse();
        let check = &mut expected["TransactItems"][1]["ConditionCheck"];
        check["ConditionExpression"] = json!("attribute_exists(pk) OR attribute_not_exists(pk)");
        check
            .as_object_mut()
            .expect("a check")
            .remove("ExpressionAttributeNames");
        assert_eq!(changed, expected);
    }

    #[test]
    fn a_put_without_its_condition_is_a_put() {
        let left = part("Put tasks TASK#…/TASK", "[attribute_not_exists(pk)]");

        let changed = without("TransactWriteItems", &reuse(), &left).expect("it is there");

        let mut expected = reuse();
        let put = expected["TransactItems"][2]["Put"]
            .as_object_mut()
            .expect("a put");
        put.remove("ConditionExpression");
        put.remove("ExpressionAttributeNames");
        assert_eq!(changed, expected);
    }

    #[test]
    fn what_only_reads_has_no_parts() {
        assert_eq!(parts("GetItem", &rotation()), []);
    }
}
