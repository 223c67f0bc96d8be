//! Products as the table would have them: a benchmark writes an index of a hundred thousand, and no item.

use serde_json::{Map, Value, json};

/// What DynamoDB answers who asks for products by their keys, in a `BatchGetItem`: all of them are there. `None` if the request is
/// none.
pub(super) fn answer(request: &[u8]) -> Option<Value> {
    let request: Value = serde_json::from_slice(request).ok()?;
    let (table, wanted) = request["RequestItems"].as_object()?.iter().next()?;
    let keys = wanted["Keys"].as_array()?;
    let items: Option<Vec<Value>> = keys.iter().map(item).collect();
    Some(json!({"Responses": {table: items?}, "UnprocessedKeys": {}}))
}

/// The item of a product, as long as a row of the index is, with a description behind it.
fn item(key: &Value) -> Option<Value> {
    let id = key["pk"]["S"].as_str()?.strip_prefix("PRODUCT#")?;
    let category = "019a9f0e-6b1f-7c1e-9a57-2f0c8d1f4e11";
    let product = json!({
        "id": id, "name": "Sencha of the first harvest", "slug": "sencha-of-the-first-harvest", "sku": id,
        "description": "Steamed, rolled and dried on the day of the harvest. ".repeat(5),
        "short_description": "Green tea of the first harvest, from the hills above Uji.",
        "price": {"now": {"minor": 890, "currency": "EUR"}, "before": null},
        "categories": [category], "attributes": {"origin": "Uji", "color": ["green", "dark"], "grade": 2},
        "is_active": true, "is_digital": false, "weight": 120, "dimensions": {"length": 80, "width": 80, "height": 120},
        "tax_class": "reduced", "created_by": category, "created_at": 1_790_000_000_000_u64,
        "updated_at": 1_790_000_000_000_u64, "version": 1, "images": [],
    });
    let Value::Object(mut item) = attribute(&product)["M"].take() else {
        return None;
    };
    let key: Map<String, Value> = key.as_object()?.clone();
    item.extend(key);
    Some(Value::Object(item))
}

/// A value as an attribute of DynamoDB.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(truth) => json!({"BOOL": truth}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(values) => json!({"L": values.iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), attribute(value)));
            json!({"M": fields.collect::<Map<_, _>>()})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_products_that_are_asked_for_are_there() {
        let key = |id: &str| json!({"pk": {"S": format!("PRODUCT#{id}")}, "sk": {"S": "PRODUCT"}});
        let request = json!({"RequestItems": {"shop": {"Keys": [key("1"), key("2")]}}});

        let answer = answer(request.to_string().as_bytes()).unwrap();

        let items = answer["Responses"]["shop"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[1]["id"], json!({"S": "2"}));
        assert_eq!(items[1]["pk"], json!({"S": "PRODUCT#2"}));
        assert_eq!(items[1]["price"]["M"]["before"], json!({"NULL": true}));
    }

    #[test]
    fn nothing_else_is_answered() {
        let image = json!({"RequestItems": {"shop": {"Keys": [{"pk": {"S": "USER#1"}}]}}});
        for other in ["", "{}", &image.to_string()] {
            assert_eq!(answer(other.as_bytes()), None, "{other}");
        }
    }
}
