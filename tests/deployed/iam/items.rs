//! What the roles allow of single items: every function's role, tried on every kind of partition, its own and foreign ones.

use std::collections::{BTreeMap, BTreeSet};

use end_to_end::{Role, Stack, unique_address};
use serde_json::{Value, json};
use test_support::Aws;

use super::roles;
use crate::access::asking_for_a_permission;

/// What the partitions of the identity table begin with; at last those of an area that there is not yet.
const PARTITIONS: [&str; 17] = [
    "USER#",
    "GRANT#",
    "EMAIL#",
    "USERNAME#",
    "LINK#verification#",
    "LINK#password_reset#",
    "LINK#email_change#",
    "LINK#deletion_cancel#",
    "LINK#not_me#",
    "LINK#pre_registration#",
    "CHALLENGE#",
    "PRE_REGISTRATION#",
    "SIGNING_KEYS",
    "SIGNING_KEYS#",
    "SIGNING_KEY_ROTATION",
    "PING",
    "ORDER#",
];

/// The actions by which single items are read.
const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];
/// The actions by which single items are written.
const WRITES: [&str; 4] = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];
/// All of them.
const ALL: [&str; 7] = [
    "GetItem",
    "BatchGetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
];
/// The kinds that are tried as a write of a transaction, too: it is judged in the same way.
const IN_TRANSACTIONS: [&str; 4] = ["USER#", "GRANT#", "SIGNING_KEYS", "ORDER#"];

/// A partition of this kind that nothing is in. A kind without a `#` is one partition.
fn partition(kind: &str) -> String {
    if kind.ends_with('#') {
        format!("{kind}{}", unique_address("iam"))
    } else {
        kind.to_owned()
    }
}

/// Asks for something of an item that is not there, so that it is IAM alone that decides, and nothing changes: what is
/// written depends on what is never so, and what a batch deletes is nothing.
fn request(action: &str, table: &str, pk: &str, attribute: &str) -> (String, Value) {
    let key = json!({"pk": {"S": pk}, "sk": {"S": "NOTHING"}});
    let never = "attribute_exists(pk) AND attribute_not_exists(pk)";
    let request = match action {
        "GetItem" => json!({"TableName": table, "Key": key}),
        "BatchGetItem" => json!({"RequestItems": {(table): {"Keys": [key]}}}),
        "Query" => json!({
            "TableName": table,
            "KeyConditionExpression": "#pk = :pk AND sk = :sk",
            "ExpressionAttributeNames": {"#pk": "pk"},
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":sk": {"S": "NOTHING"}},
        }),
        "PutItem" => {
            let mut item = key;
            item[attribute] = json!({"S": "iam"});
            json!({"TableName": table, "Item": item, "ConditionExpression": never})
        }
        "UpdateItem" => json!({
            "TableName": table,
            "Key": key,
            "UpdateExpression": "SET #attribute = :value",
            "ConditionExpression": never,
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": {":value": {"S": "iam"}},
        }),
        "DeleteItem" => json!({"TableName": table, "Key": key, "ConditionExpression": never}),
        "BatchWriteItem" => json!({"RequestItems": {(table): [{"DeleteRequest": {"Key": key}}]}}),
        other => panic!("{other} is about no single item"),
    };
    (format!("DynamoDB_20120810.{action}"), request)
}

/// The same write, as the one of a transaction.
fn in_transaction(action: &str, write: &Value) -> (String, Value) {
    let member = action.trim_end_matches("Item");
    let request = json!({"TransactItems": [{(member): write}]});
    ("DynamoDB_20120810.TransactWriteItems".to_owned(), request)
}

/// Whether IAM lets somebody do it.
async fn may(who: &Aws, (target, request): &(String, Value)) -> bool {
    match who.try_json("dynamodb", target, request).await {
        Ok(_) => true,
        Err(refusal) if refusal.body.contains("AccessDenied") => false,
        Err(refusal) => {
            assert!(refusal.body.contains("Condition"), "{refusal:?}");
            true
        }
    }
}

/// Who may do what with which kind of partition: the functions, by kind and action.
type Table = BTreeMap<(&'static str, &'static str), BTreeSet<String>>;

/// Tries every function's role on every kind of partition, in every way.
async fn table(stack: &Stack, roles: &BTreeMap<String, Role>) -> Table {
    let identity = stack.output("IdentityTable");
    let mut table = Table::new();
    for (function, role) in roles {
        let who = stack.with_rights_of(role).await;
        for kind in PARTITIONS {
            let pk = partition(kind);
            for action in ALL {
                let alone = request(action, identity, &pk, "iam");
                let allowed = may(&who, &alone).await;
                let named = role.may(&format!("dynamodb:{action}"), identity, &pk);
                assert_eq!(allowed, named, "{function}: {action} of {pk}");
                if WRITES[..3].contains(&action) && IN_TRANSACTIONS.contains(&kind) {
                    let write = in_transaction(action, &alone.1);
                    assert_eq!(
                        may(&who, &write).await,
                        named,
                        "{function}: {action} of {pk}"
                    );
                }
                if allowed {
                    let functions = table.entry((kind, action)).or_default();
                    functions.insert(function.clone());
                }
            }
        }
    }
    table
}

/// The functions that may do any of these with a kind of partition.
fn who(table: &Table, kind: &'static str, actions: &[&'static str]) -> Vec<String> {
    let functions: BTreeSet<&String> = actions
        .iter()
        .filter_map(|action| table.get(&(kind, *action)))
        .flatten()
        .collect();
    functions.into_iter().cloned().collect()
}

#[tokio::test]
async fn abuse_103_no_role_goes_beyond_the_partitions_it_is_for() {
    let stack = Stack::deployed();
    let roles = roles(&stack).await;
    let table = table(&stack, &roles).await;

    // What makes an administrator.
    assert_eq!(
        who(&table, "GRANT#", &["PutItem", "UpdateItem"]),
        ["update_user"]
    );
    assert_eq!(
        who(&table, "GRANT#", &WRITES),
        ["perform_work", "update_user"]
    );
    let readers: BTreeSet<String> = who(&table, "GRANT#", &READS).into_iter().collect();
    let mut asking = asking_for_a_permission();
    // Of the kinds of tasks one takes a permission, and whoever asked for it must have it when it is done.
    asking.extend(["create_task", "transfer_products", "write_report"].map(str::to_owned));
    // A product is seen and changed by who made it, and by whom a permission lets do so with those of others.
    let of_products = [
        "list_products",
        "get_product",
        "replace_product",
        "update_product",
        "delete_product",
        "list_variants",
        "create_variant",
        "update_variant",
        "delete_variant",
        "list_images",
        "create_image_upload",
        "update_image",
        "delete_image",
    ];
    asking.extend(of_products.map(str::to_owned));
    assert_eq!(readers, asking);

    // What signs tokens.
    for kind in ["SIGNING_KEYS", "SIGNING_KEY_ROTATION"] {
        assert_eq!(who(&table, kind, &WRITES), ["rotate_signing_key"], "{kind}");
    }
    assert_eq!(who(&table, "SIGNING_KEYS#", &WRITES), [""; 0]);
    assert_eq!(who(&table, "PING", &WRITES), [""; 0]);

    // What is another area's.
    assert_eq!(who(&table, "ORDER#", &WRITES), [""; 0]);
    assert_eq!(who(&table, "ORDER#", &READS), [""; 0]);

    // Links: the function whose they are, the workers that make and delete them, and nobody else.
    for (kind, function) in [
        ("LINK#verification#", "verify_email"),
        ("LINK#password_reset#", "reset_password"),
        ("LINK#email_change#", "confirm_email_change"),
        ("LINK#not_me#", "report_activity"),
        ("LINK#pre_registration#", "confirm_pre_registration"),
    ] {
        let mut users = vec![function, "perform_work", "send_email"];
        users.sort_unstable();
        assert_eq!(who(&table, kind, &ALL), users, "{kind}");
    }
    // The doors make one, too, which keeps an account that is to be deleted.
    let doors = ["answer_challenge", "obtain_token", "verify_otp"];
    let mut users = vec!["cancel_account_deletion", "perform_work", "send_email"];
    users.extend(doors);
    users.sort_unstable();
    let kind = "LINK#deletion_cancel#";
    assert_eq!(who(&table, kind, &ALL), users);
    assert_eq!(
        who(&table, kind, &READS),
        ["cancel_account_deletion", "perform_work"]
    );

    // Who needs one partition may use that one alone.
    for (function, own) in [("publish_jwks", "SIGNING_KEYS"), ("check_health", "PING")] {
        let is_own =
            |kind: &&'static str| who(&table, kind, &ALL).iter().any(|one| one == function);
        let used: Vec<_> = PARTITIONS.into_iter().filter(is_own).collect();
        assert_eq!(used, [own], "{function}");
    }
}

#[tokio::test]
async fn abuse_103_no_role_but_that_of_update_user_writes_what_an_account_says_its_role_is() {
    let stack = Stack::deployed();
    let identity = stack.output("IdentityTable");
    for (function, role) in roles(&stack).await {
        let who = stack.with_rights_of(&role).await;
        for action in ["PutItem", "UpdateItem"] {
            let alone = request(action, identity, &partition("USER#"), "role");
            let allowed = function == "update_user" && action == "UpdateItem";
            assert_eq!(may(&who, &alone).await, allowed, "{function}: {action}");
            let write = in_transaction(action, &alone.1);
            assert_eq!(may(&who, &write).await, allowed, "{function}: {action}");
        }
    }
}

#[tokio::test]
async fn of_an_entry_in_the_audit_log_little_can_be_changed() {
    let stack = Stack::deployed();
    let audit = stack.output("AuditTable");
    let pk = partition("AUDIT#");
    let attributes = [
        "client", "agent", "times", "last_at", "actor", "action", "object", "at", "success",
        "changes", "ttl",
    ];
    for (function, role) in roles(&stack).await {
        let who = stack.with_rights_of(&role).await;
        let mut changed = Vec::new();
        for attribute in attributes {
            let change = request("UpdateItem", audit, &pk, attribute);
            let alone = may(&who, &change).await;
            let change = in_transaction("UpdateItem", &change.1);
            assert_eq!(may(&who, &change).await, alone, "{function}: {attribute}");
            if alone {
                changed.push(attribute);
            }
        }
        match function.as_str() {
            // Those who leave have their addresses taken out of what they did.
            "perform_work" => assert_eq!(changed, ["client", "agent"]),
            // What an account repeats is counted in the entry that there is.
            _ if !changed.is_empty() => assert_eq!(changed, ["times", "last_at"], "{function}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn of_the_counters_nobody_deletes_but_pauses_and_nothing_else_is_written() {
    let stack = Stack::deployed();
    let limits = stack.output("LimitsTable");
    for (function, role) in roles(&stack).await {
        let who = stack.with_rights_of(&role).await;
        for (kind, action) in [
            ("LIMIT#", "DeleteItem"),
            ("ORDER#", "DeleteItem"),
            ("ORDER#", "UpdateItem"),
            ("TRIES#", "PutItem"),
            ("LIMIT#", "PutItem"),
        ] {
            let call = request(action, limits, &partition(kind), "iam");
            assert!(!may(&who, &call).await, "{function}: {action} of {kind}");
        }
    }
}

#[tokio::test]
async fn no_public_function_lists_the_files() {
    let stack = Stack::deployed();
    let bucket = format!("arn:aws:s3:::{}", stack.output("FilesBucket"));
    let mut listing = Vec::new();
    for (function, role) in roles(&stack).await {
        for statement in role.statements() {
            if statement
                .actions
                .iter()
                .any(|action| action == "s3:ListBucket")
            {
                assert_eq!(statement.resources, [bucket.as_str()], "{function}");
                let prefixes = &statement.condition["StringLike"]["s3:prefix"];
                assert!(!prefixes.is_null(), "{function} may list every file");
                listing.push(function.clone());
            }
        }
    }
    assert_eq!(listing, ["perform_work", "rebuild_index"]);
}
