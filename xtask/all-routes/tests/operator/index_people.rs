use end_to_end::{Member, Stack, eventually};
use serde_json::{Value, json};

use crate::run;

const ALL: &str = "LIST#email#all";
const OF_ROLE: &str = "LIST#email#role=user";
const NOT_VERIFIED: &str = "LIST#email#unverified";

/// An account's entry in a list.
async fn entry(stack: &Stack, list: &str, member: &Member) -> Option<Value> {
    let entries = stack.scan("PeopleTable").await;
    let is_wanted = |entry: &Value| entry["pk"]["S"] == list && entry["id"]["S"] == *member.id;
    entries.into_iter().find(is_wanted)
}

#[tokio::test]
async fn an_operator_sets_the_lists_right() {
    let stack = Stack::deployed();
    let member = Member::join(&stack).await;
    let verified = eventually("the verified account in its list", async || {
        let entry = entry(&stack, OF_ROLE, &member).await;
        entry.filter(|entry| entry["email_verified"]["BOOL"] == true)
    })
    .await;
    eventually("the end of the entry of before", async || {
        let before = entry(&stack, NOT_VERIFIED, &member).await;
        before.is_none().then_some(())
    })
    .await;
    let table = stack.output("PeopleTable");
    let key = json!({"pk": {"S": ALL}, "sk": verified["sk"]});
    let lost = json!({"TableName": table, "Key": key});
    stack.aws.dynamodb("DeleteItem", &lost).await;
    let mut stale = verified.clone();
    stale["pk"] = json!({"S": NOT_VERIFIED});
    let left_behind = json!({"TableName": table, "Item": stale});
    stack.aws.dynamodb("PutItem", &left_behind).await;

    let (text, succeeded) = run(&stack, &["index-people"], "").await;

    assert!(succeeded, "{text}");
    let counts = text.lines().last().unwrap_or_default();
    assert!(counts.starts_with("indexed "), "{text}");
    assert!(counts.contains(", removed "), "{text}");
    assert!(entry(&stack, ALL, &member).await.is_some());
    assert_eq!(entry(&stack, OF_ROLE, &member).await, Some(verified));
    assert_eq!(entry(&stack, NOT_VERIFIED, &member).await, None);
}
