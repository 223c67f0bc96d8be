//! What a change changes, for the audit log.

use kernel::audit::Change;

/// The longest value that is kept of a field, in characters: an entry is no second copy of a description.
const MOST: usize = 200;

/// A field by its name, and its value as text.
pub type Field<T> = (&'static str, fn(&T) -> String);

/// The fields that differ between two states of a thing.
pub fn differing<T>(before: &T, after: &T, fields: &[Field<T>]) -> Vec<Change> {
    let fields = fields.iter();
    let values = fields.map(|(field, value)| (field, value(before), value(after)));
    let changed = values.filter(|(_, before, after)| before != after);
    let changed = changed.map(|(field, before, after)| Change {
        field: (*field).to_owned(),
        before: cut(before),
        after: cut(after),
    });
    changed.collect()
}

/// A value that may not be there, as text.
pub fn or_nothing<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_kept_and_not_at_length() {
        let long = "ä".repeat(300);
        let (before, after) = (["Tea", "T-1", ""], ["Tea", "T-2", &long]);
        let changes = differing(
            &before,
            &after,
            &[
                ("name", |it| it[0].to_owned()),
                ("sku", |it| it[1].to_owned()),
                ("description", |it| it[2].to_owned()),
            ],
        );

        let fields: Vec<_> = changes.iter().map(|change| &*change.field).collect();
        assert_eq!(fields, ["sku", "description"]);
        assert_eq!((&*changes[0].before, &*changes[0].after), ("T-1", "T-2"));
        assert_eq!(changes[1].after, format!("{}…", "ä".repeat(200)));
    }
}
