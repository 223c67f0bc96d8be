//! What of a task operators do not see: addresses, and what is named like a secret.

use serde_json::Value;

/// What stands in the place of a secret.
const SECRET: &str = "***";

/// Parts of names of what must not be shown. By the rules no input has any of it; this is for the day on which one does.
const SECRETS: [&str; 6] = ["password", "secret", "token", "code", "key", "signature"];

/// The same value with its addresses and secrets masked.
pub fn masked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask(&text)),
        Value::Array(values) => values.into_iter().map(masked).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let value = if is_secret(&name) {
                    Value::String(SECRET.to_owned())
                } else {
                    masked(value)
                };
                (name, value)
            })
            .collect(),
        other => other,
    }
}

/// The same text with its addresses masked: of `ann@example.com` is left `a***@example.com`.
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let is_part = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-\"".contains(c);
        let begin = rest[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_part(*c))
            .last()
            .map_or(at, |(index, _)| index);
        masked.push_str(&rest[..begin]);
        masked.extend(rest[begin..at].chars().next());
        masked.push_str("***@");
        rest = &rest[at + 1..];
    }
    masked.push_str(rest);
    masked
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRETS.iter().any(|secret| name.contains(secret))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_and_secrets_are_masked_wherever_they_stand() {
        let value = json!({
            "user_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11",
            "email": "ann@example.com",
            "to": ["bob.b+x@example.com and \u{e9}@example.com"],
            "reset_token": "abc",
            "nested": {"apiKey": {"a": 1}, "count": 3},
        });

        assert_eq!(
            masked(value),
            json!({
                "user_id": "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11",
                "email": "a***@example.com",
                "to": ["b***@example.com and \u{e9}***@example.com"],
                "reset_token": "***",
                "nested": {"apiKey": "***", "count": 3},
            })
        );
        assert_eq!(mask("@ @@x"), "***@ ***@***@x");
    }
}
