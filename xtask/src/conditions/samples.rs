//! Requests as the functions send them.

use serde_json::{Value, json};

/// A session moves to its next refresh token.
pub(crate) fn rotation() -> Value {
    json!({
        "TableName": "test-0123456789abcdef-identity",
        "Key": {
            "pk": {"S": "USER#0195518e-3c00-7000-8000-000000000001"},
            "sk": {"S": "SESSION#0195518e-3c00-7000-8000-000000000002"},
        },
        "UpdateExpression": "SET #generation = :v0, #rotated_at = :v1, #expires_at = :v2, #ttl = :v3",
        "ConditionExpression": "#generation = :v4 AND attribute_not_exists(#revoked_at)",
        "ExpressionAttributeNames": {
            "#generation": "generation", "#rotated_at": "rotated_at", "#expires_at": "expires_at", "#ttl": "ttl",
            "#revoked_at": "revoked_at",
        },
        "ExpressionAttributeValues": {
            ":v0": {"N": "2"}, ":v1": {"N": "1772366400000"}, ":v2": {"N": "1772971200000"}, ":v3": {"N": "1773057600"},
            ":v4": {"N": "1"},
        },
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    })
}

/// A session ends for token reuse, with a check of its account, a task and an entry of the log.
pub(crate) fn reuse() -> Value {
    let table = |name: &str| format!("test-0123456789abcdef-{name}");
    let absent = json!({"#pk": "pk"});
    json!({
        "ClientRequestToken": "4a1f4b7e",
        "TransactItems": [
            {"Update": {
                "TableName": table("identity"),
                "Key": {"pk": {"S": "USER#0195518e"}, "sk": {"S": "SESSION#0195518f"}},
                "UpdateExpression": "SET #revoked_at = :v0",
                "ConditionExpression": "attribute_exists(#pk) AND attribute_not_exists(#revoked_at)",
                "ExpressionAttributeNames": {"#pk": "pk", "#revoked_at": "revoked_at"},
                "ExpressionAttributeValues": {":v0": {"N": "1772366400000"}},
            }},
            {"ConditionCheck": {
                "TableName": table("identity"),
                "Key": {"pk": {"S": "USER#0195518e"}, "sk": {"S": "ACCOUNT"}},
                "ConditionExpression": "attribute_not_exists(#disabled)",
                "ExpressionAttributeNames": {"#disabled": "disabled"},
            }},
            {"Put": {
                "TableName": table("tasks"),
                "Item": {"pk": {"S": "TASK#01955190"}, "sk": {"S": "TASK"}, "kind": {"S": "send_email"}},
                "ConditionExpression": "attribute_not_exists(#pk)",
                "ExpressionAttributeNames": absent,
            }},
            {"Put": {
                "TableName": table("audit"),
                "Item": {"pk": {"S": "AUDIT#2026-03"}, "sk": {"S": "AUDIT#01955191"}, "action": {"S": "TOKEN_REUSE"}},
                "ConditionExpression": "attribute_not_exists(#pk)",
                "ExpressionAttributeNames": absent,
            }},
        ],
    })
}
