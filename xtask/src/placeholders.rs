//! The placeholders of expressions: `#name` and `:value`. DynamoDB refuses a request that brings one that nothing uses.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The members of a request that bring placeholders.
const MEMBERS: [&str; 2] = ["ExpressionAttributeNames", "ExpressionAttributeValues"];

/// The placeholders of an expression and what stands between them, in order.
pub(crate) fn words(expression: &str) -> impl Iterator<Item = &str> {
    let mut rest = expression;
    std::iter::from_fn(move || {
        let begins_with_sign = rest.starts_with(['#', ':']);
        let end = if begins_with_sign {
            let is_over = |letter: char| !letter.is_alphanumeric() && letter != '_';
            rest[1..].find(is_over).map_or(rest.len(), |end| end + 1)
        } else {
            rest.find(['#', ':']).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// Drops the placeholders that no expression of the request uses any more.
pub(crate) fn drop_unused(request: &mut Map<String, Value>) {
    let expressions = request
        .iter()
        .filter(|(name, _)| name.ends_with("Expression"));
    let used: BTreeSet<String> = expressions
        .filter_map(|(_, expression)| expression.as_str())
        .flat_map(words)
        .map(str::to_owned)
        .collect();
    for member in MEMBERS {
        let Some(Value::Object(placeholders)) = request.get_mut(member) else {
            continue;
        };
        placeholders.retain(|placeholder, _| used.contains(placeholder));
        if placeholders.is_empty() {
            request.remove(member);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::drop_unused;

    #[test]
    fn what_no_expression_uses_goes() {
        let mut request = json!({
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": {"#pk": "pk", "#pk2": "other"},
            "ExpressionAttributeValues": {":pk": {"S": "1"}, ":p": {"S": "2"}},
        });
        drop_unused(request.as_object_mut().unwrap());
        let expected = json!({
            "KeyConditionExpression": "#pk = :pk",
            "ExpressionAttributeNames": {"#pk": "pk"},
            "ExpressionAttributeValues": {":pk": {"S": "1"}},
        });
        assert_eq!(request, expected);
    }
}
