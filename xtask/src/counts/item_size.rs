//! The size of an item, as DynamoDB counts it.

use serde_json::{Map, Value};

/// What a list or a map takes besides what is in it, and what each of its elements takes.
const CONTAINER: u64 = 3;
const ELEMENT: u64 = 1;

/// The size of an item in bytes: the lengths of its attributes' names and values ([rules]). Of a number they say only "about";
/// it is one byte and one for two digits.
///
/// [rules]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
pub(crate) fn item_size(item: &Map<String, Value>) -> u64 {
    item.iter()
        .map(|(name, value)| length(name) + value_size(value))
        .sum()
}

fn value_size(value: &Value) -> u64 {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return 0;
    };
    match (kind.as_str(), value) {
        ("M", Value::Object(map)) => {
            let elements = u64::try_from(map.len()).unwrap_or(u64::MAX);
            CONTAINER + ELEMENT * elements + item_size(map)
        }
        ("L", Value::Array(list)) => {
            let elements = list.iter().map(|value| ELEMENT + value_size(value));
            CONTAINER + elements.sum::<u64>()
        }
        (kind, Value::Array(set)) => set.iter().map(|one| scalar_size(kind, one)).sum(),
        (kind, scalar) => scalar_size(kind, scalar),
    }
}

/// The size of a text, a number or bytes, alone or in a set. Everything else, which is true, false and null, takes a byte.
fn scalar_size(kind: &str, value: &Value) -> u64 {
    let text = value.as_str().unwrap_or_default();
    match kind.trim_end_matches('S') {
        // The name of the type of texts is an S itself.
        "" => length(text),
        "N" => {
            let digits = text.chars().filter(char::is_ascii_digit).count();
            1 + u64::try_from(digits.div_ceil(2)).unwrap_or(u64::MAX)
        }
        "B" => length(text.trim_end_matches('=')) * 3 / 4,
        _ => 1,
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::item_size;

    fn size(item: &Value) -> u64 {
        item_size(item.as_object().expect("an item"))
    }

    #[test]
    fn names_and_values_count() {
        assert_eq!(size(&json!({"name": {"S": "äö"}})), 8);
        assert_eq!(size(&json!({"n": {"N": "12345"}})), 1 + 4);
        assert_eq!(size(&json!({"b": {"B": "AAAAAA=="}})), 1 + 4);
        assert_eq!(
            size(&json!({"is": {"BOOL": true}, "no": {"NULL": true}})),
            6
        );
        assert_eq!(
            size(&json!({"s": {"SS": ["ab", "c"]}, "n": {"NS": ["12", "3"]}})),
            4 + 5
        );
        assert_eq!(
            size(&json!({"l": {"L": [{"S": "ab"}, {"N": "1"}]}})),
            1 + 3 + 3 + 3
        );
        assert_eq!(
            size(&json!({"m": {"M": {"k": {"S": "ab"}}}})),
            1 + 3 + 1 + 3
        );
        assert_eq!(size(&json!({})), 0);
    }
}
