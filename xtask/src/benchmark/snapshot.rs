//! What some tables hold, to be put back before each call: a limit that was counted, a link that was used and a session
//! that was ended are then as they were.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use local_aws::Aws;
use serde_json::{Value, json};

/// What DynamoDB takes in one write of many.
const BATCH: usize = 25;
/// What a worker leaves on a task besides its state, and what nobody writes a second time.
const TRACES: [&str; 7] = [
    "announced_by",
    "finished_at",
    "last_error",
    "lease_until",
    "redrivable",
    "result",
    "ttl",
];

/// A table's items by their keys.
type Items = BTreeMap<Key, Value>;
/// The partition and the sort key.
type Key = (String, String);

/// What tables held at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    tables: BTreeMap<String, Items>,
}

impl Snapshot {
    /// Take a snapshot of these tables as they are now.
    pub(crate) async fn take(aws: &Aws, tables: &[String]) -> Result<Self> {
        let mut taken = BTreeMap::new();
        for table in tables {
            taken.insert(table.clone(), scan(aws, table).await?);
        }
        Ok(Self { tables: taken })
    }

    /// Put everything back as it was. Says whether anything had changed.
    pub(crate) async fn restore(&self, aws: &Aws) -> Result<bool> {
        let mut had_changed = false;
        for (table, then) in &self.tables {
            let now = scan(aws, table).await?;
            for batch in changes(then, &now).chunks(BATCH) {
                had_changed = true;
                let request = json!({ "RequestItems": { table: batch } });
                let target = "DynamoDB_20120810.BatchWriteItem";
                let answer = aws.target("dynamodb", target, &request).await?;
                if answer["UnprocessedItems"]
                    .as_object()
                    .is_some_and(|left| !left.is_empty())
                {
                    bail!("{table} did not take everything back: {answer}");
                }
            }
        }
        Ok(had_changed)
    }

    /// The newest task of each kind, as if no worker had seen it. Gives their ids.
    pub(crate) fn reopen_tasks(
        &mut self,
        table: &str,
        kinds: &[String],
    ) -> BTreeMap<String, String> {
        let mut reopened = BTreeMap::new();
        // Ids, and so keys, go by time: the newest comes last.
        for item in self
            .tables
            .get_mut(table)
            .into_iter()
            .flat_map(Items::values_mut)
        {
            let of = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
            let (kind, id) = (of("kind"), of("id"));
            let Some(attributes) = item.as_object_mut().filter(|_| kinds.contains(&kind)) else {
                continue;
            };
            attributes.retain(|name, _| !TRACES.contains(&name.as_str()));
            attributes.insert("state".to_owned(), json!({ "S": "PENDING" }));
            reopened.insert(kind, id);
        }
        reopened
    }
}

async fn scan(aws: &Aws, table: &str) -> Result<Items> {
    let mut items = Items::new();
    let mut request = json!({ "TableName": table, "ConsistentRead": true });
    loop {
        let target = "DynamoDB_20120810.Scan";
        let mut page = aws.target("dynamodb", target, &request).await?;
        for item in page["Items"].as_array_mut().into_iter().flatten() {
            let item = item.take();
            items.insert(key_of(&item).context("an item without a key")?, item);
        }
        match page["LastEvaluatedKey"].take() {
            Value::Null => return Ok(items),
            last => request["ExclusiveStartKey"] = last,
        }
    }
}

fn key_of(item: &Value) -> Option<Key> {
    let part = |name: &str| Some(item[name]["S"].as_str()?.to_owned());
    Some((part("pk")?, part("sk")?))
}

/// The writes that make a table what it was.
fn changes(then: &Items, now: &Items) -> Vec<Value> {
    let came = now.keys().filter(|key| !then.contains_key(*key));
    let deletes = came.map(|(pk, sk)| {
        let key = json!({ "pk": { "S": pk }, "sk": { "S": sk } });
        json!({ "DeleteRequest": { "Key": key } })
    });
    let changed = then
        .iter()
        .filter(|(key, item)| now.get(*key) != Some(*item));
    let puts = changed.map(|(_, item)| json!({ "PutRequest": { "Item": item } }));
    deletes.chain(puts).collect()
}

#[cfg(test)]
mod tests {
    use super::{Items, Snapshot, changes, key_of};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn item(pk: &str, value: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "X"}, "value": {"S": value}})
    }

    fn items(all: &[Value]) -> Items {
        let keyed = all.iter().map(|item| (key_of(item).unwrap(), item.clone()));
        keyed.collect()
    }

    #[test]
    fn what_came_goes_and_what_went_or_changed_comes_back() {
        let then = items(&[item("same", "1"), item("changed", "1"), item("gone", "1")]);
        let now = items(&[item("same", "1"), item("changed", "2"), item("new", "1")]);
        let expected = [
            json!({"DeleteRequest": {"Key": {"pk": {"S": "new"}, "sk": {"S": "X"}}}}),
            json!({"PutRequest": {"Item": item("changed", "1")}}),
            json!({"PutRequest": {"Item": item("gone", "1")}}),
        ];
        assert_eq!(changes(&then, &now), expected);
        assert!(changes(&then, &then).is_empty());
    }

    #[test]
    fn the_newest_task_of_a_kind_is_as_if_no_worker_had_seen_it() {
        let task = |id: &str, kind: &str| {
            json!({
                "pk": {"S": format!("TASK#{id}")}, "sk": {"S": "TASK"},
                "id": {"S": id}, "kind": {"S": kind},
                "state": {"S": "SUCCESS"}, "result": {"S": "sent"}, "fence": {"N": "1"},
            })
        };
        let all = items(&[task("1", "mail"), task("2", "mail"), task("3", "other")]);
        let mut snapshot = Snapshot {
            tables: BTreeMap::from([("tasks".to_owned(), all)]),
        };
        let reopened = snapshot.reopen_tasks("tasks", &["mail".to_owned()]);
        assert_eq!(
            reopened,
            BTreeMap::from([("mail".to_owned(), "2".to_owned())])
        );
        let item = |id: &str| &snapshot.tables["tasks"][&(format!("TASK#{id}"), "TASK".to_owned())];
        assert_eq!(item("2")["state"]["S"], "PENDING");
        assert_eq!(item("2")["result"], Value::Null);
        assert_eq!(item("2")["fence"]["N"], "1");
        assert_eq!(item("3")["state"]["S"], "SUCCESS");
    }
}
