use serde_json::{Value, json};

use super::{Units, read, whole, written};

fn item(bytes: usize) -> Value {
    json!({"a": {"S": "x".repeat(bytes - 1)}})
}

#[test]
fn units_are_shown_and_read_in_halves() {
    for (halves, text) in [(0, "0"), (1, "0.5"), (2, "1"), (5, "2.5")] {
        assert_eq!(Units::halves(halves).to_string(), text);
        assert_eq!(text.parse(), Ok(Units::halves(halves)));
    }
    assert!("1.2".parse::<Units>().is_err());
    assert!("".parse::<Units>().is_err());
}

#[test]
fn what_was_written_is_charged_with_entries_of_indexes() {
    let answer = json!({"ConsumedCapacity": {
        "TableName": "audit",
        "CapacityUnits": 4.0,
        "Table": {"CapacityUnits": 1.0},
        "GlobalSecondaryIndexes": {"by-actor": {"CapacityUnits": 1.0}, "by-day": {"CapacityUnits": 2.0}},
    }});
    assert_eq!(written("PutItem", &json!({}), &answer), Units::whole(4));
    // What reads writes nothing, whatever it is told.
    assert_eq!(written("GetItem", &json!({}), &answer), Units::default());
}

#[test]
fn a_transaction_is_charged_for_all_its_tables() {
    let answer = json!({"ConsumedCapacity": [
        {"TableName": "identity", "CapacityUnits": 5.0},
        {"TableName": "audit", "CapacityUnits": 4.0},
    ]});
    for operation in ["TransactWriteItems", "BatchWriteItem"] {
        assert_eq!(written(operation, &json!({}), &answer), Units::whole(9));
    }
}

#[test]
fn a_refused_write_is_charged_as_well() {
    let refusal =
        json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"});
    let update = json!({"Key": item(10)});
    assert_eq!(written("UpdateItem", &update, &refusal), Units::whole(1));
    let put = json!({"Item": item(1025)});
    assert_eq!(written("PutItem", &put, &refusal), Units::whole(2));

    let refusal =
        json!({"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"});
    let members = json!({"TransactItems": [{"Put": put}, {"ConditionCheck": update}]});
    assert_eq!(
        written("TransactWriteItems", &members, &refusal),
        Units::whole(6)
    );

    let other = json!({"__type": "com.amazonaws.dynamodb.v20120810#ValidationException"});
    assert_eq!(written("UpdateItem", &update, &other), Units::default());
}

#[test]
fn an_item_is_read_by_4_kb() {
    let get = |consistent: bool, item: Value| {
        read(
            "GetItem",
            &json!({"ConsistentRead": consistent}),
            &json!({"Item": item}),
        )
    };
    assert_eq!(get(true, item(4096)), Units::whole(1));
    assert_eq!(get(true, item(4097)), Units::whole(2));
    assert_eq!(get(false, item(4096)), Units::halves(1));
    // One that is not there is charged for like a small one.
    assert_eq!(get(true, Value::Null), Units::whole(1));
    let unspecified = read("GetItem", &json!({}), &json!({}));
    assert_eq!(unspecified, Units::halves(1));
}

#[test]
fn a_query_is_charged_for_its_items_together() {
    let request = json!({"ConsistentRead": true});
    let answer = |count: usize| json!({"Items": vec![item(1000); count]});
    assert_eq!(read("Query", &request, &answer(0)), Units::whole(1));
    assert_eq!(read("Query", &request, &answer(4)), Units::whole(1));
    assert_eq!(read("Query", &request, &answer(5)), Units::whole(2));
    assert_eq!(read("Query", &json!({}), &answer(5)), Units::whole(1));
}

#[test]
fn a_batch_is_charged_for_each_of_its_items() {
    let keys = vec![item(10); 3];
    let request = json!({"RequestItems": {"identity": {"Keys": keys, "ConsistentRead": true}}});
    let answer = json!({"Responses": {"identity": [item(100), item(5000)]}});
    // One, two, and one for the key that nothing has.
    assert_eq!(read("BatchGetItem", &request, &answer), Units::whole(4));
}

#[test]
fn a_transaction_reads_for_twice_as_much() {
    let answer = json!({"Responses": [{"Item": item(100)}, {}]});
    assert_eq!(
        read("TransactGetItems", &json!({}), &answer),
        Units::whole(4)
    );
}

#[test]
fn what_is_not_told_is_asked_for() {
    let query = json!({
        "TableName": "people",
        "IndexName": "by-day",
        "KeyConditionExpression": "#pk = :pk",
        "FilterExpression": "#kind = :kind",
        "Select": "COUNT",
        "Limit": 10,
        "ExpressionAttributeNames": {"#pk": "pk", "#kind": "kind"},
        "ExpressionAttributeValues": {":pk": {"S": "1"}, ":kind": {"S": "2"}},
    });
    let expected = json!({
        "TableName": "people",
        "IndexName": "by-day",
        "KeyConditionExpression": "#pk = :pk",
        "Limit": 10,
        "ExpressionAttributeNames": {"#pk": "pk"},
        "ExpressionAttributeValues": {":pk": {"S": "1"}},
    });
    assert_eq!(whole("Query", &query), Some(expected.clone()));
    assert_eq!(whole("Query", &expected), None);
    assert_eq!(whole("PutItem", &query), None);

    let batch = json!({"RequestItems": {
        "identity": {
            "Keys": [item(10)],
            "ProjectionExpression": "#a",
            "ExpressionAttributeNames": {"#a": "a"},
        },
        "people": {"Keys": [item(10)]},
    }});
    let expected = json!({"RequestItems": {
        "identity": {"Keys": [item(10)]},
        "people": {"Keys": [item(10)]},
    }});
    assert_eq!(whole("BatchGetItem", &batch), Some(expected));
}
