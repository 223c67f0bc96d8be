//! Records as lines of a CSV file. No cell is computed by a spreadsheet ([`guarded`]), and each is read as what it was.

use api::{ApiError, Fields};
use kernel::formula::{guarded, unguarded};
use serde_json::{Map, Value};

use super::columns::{COLUMNS, Column, Holds, Record};

/// The cells of a record, one for each column.
pub(crate) fn cells_of(record: Record, fields: &Map<String, Value>) -> Vec<String> {
    let cell = |column: &Column| match column.name {
        "record" => record.as_str().to_owned(),
        name if column.holds == Holds::Side => text_of(&fields_at(fields, name)),
        name => fields.get(name).map_or_else(String::new, text_of),
    };
    COLUMNS
        .iter()
        .map(|column| guarded(&cell(column)))
        .collect()
}

/// A side of the size that a record has.
fn fields_at(fields: &Map<String, Value>, side: &str) -> Value {
    let dimensions = fields.get("dimensions").and_then(Value::as_object);
    dimensions
        .and_then(|dimensions| dimensions.get(side))
        .cloned()
        .unwrap_or_default()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.collect::<Vec<_>>().join(" ")
        }
        Value::Object(object) if object.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// The fields that a line says, by the columns of its file.
///
/// # Errors
/// 400, where a cell cannot be read, or is of a column that such records do not have.
pub(crate) fn fields_of(
    record: Record,
    columns: &[&'static Column],
    cells: &[&str],
) -> Result<Map<String, Value>, ApiError> {
    let (mut said, mut dimensions) = (Map::new(), Map::new());
    let mut wrong = Fields::default();
    for (column, cell) in columns.iter().zip(cells) {
        let cell = unguarded(cell);
        let is_blank = cell.trim().is_empty();
        if !column.is_of(record) {
            if !is_blank && column.name != "record" {
                let reason = format!("A {} has none.", record.as_str());
                wrong.reject(column.name, reason);
            }
            continue;
        }
        let value = match column.holds {
            Holds::Text => Some(Value::String(cell)),
            Holds::Flag if is_blank => None,
            Holds::Flag => wrong.check(column.name, flag(&cell)),
            Holds::Number | Holds::Object if is_blank => Some(Value::Null),
            Holds::Number => wrong.check(column.name, number(&cell)),
            Holds::Names => Some(cell.split_whitespace().map(str::to_owned).collect()),
            Holds::Object => wrong.check(column.name, object(&cell)),
            Holds::Side => {
                let side = (!is_blank).then(|| wrong.check(column.name, number(&cell)));
                dimensions.insert(column.name.to_owned(), side.flatten().unwrap_or_default());
                continue;
            }
        };
        said.extend(value.map(|value| (column.name.to_owned(), value)));
    }
    if dimensions.values().any(|side| !side.is_null()) {
        said.insert("dimensions".to_owned(), Value::Object(dimensions));
    } else if !dimensions.is_empty() {
        said.insert("dimensions".to_owned(), Value::Null);
    }
    if wrong.is_empty() {
        Ok(said)
    } else {
        Err(wrong.into_error())
    }
}

/// Spreadsheets write truth values in capitals.
fn flag(cell: &str) -> Result<Value, &'static str> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        _ => Err("Enter true or false."),
    }
}

fn number(cell: &str) -> Result<Value, &'static str> {
    let number = cell.trim().parse::<u32>();
    number
        .map(Value::from)
        .map_err(|_| "Enter a whole number of 0 to 4294967295.")
}

fn object(cell: &str) -> Result<Value, &'static str> {
    let value = serde_json::from_str::<Value>(cell);
    let value = value.ok().filter(Value::is_object);
    value.ok_or("Enter a JSON object.")
}
