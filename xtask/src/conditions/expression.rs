//! Condition expressions, as `store::condition` writes them, taken apart.

use serde_json::{Map, Value};

use crate::placeholders::words;

/// The place of a part in a condition: the position at each depth. An empty one is the whole.
pub(crate) type Place = Vec<usize>;

/// A condition, as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A test of one attribute.
    Test(String),
    /// Several, of which all must hold.
    All(Vec<Expression>),
    /// Several, of which one must hold.
    Any(Vec<Expression>),
}

impl Expression {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim();
        let any = split(text, " OR ");
        if any.len() > 1 {
            return Self::Any(any.into_iter().map(Self::parse).collect());
        }
        let all = split(text, " AND ");
        if all.len() > 1 {
            return Self::All(all.into_iter().map(Self::parse).collect());
        }
        // What is joined is split above, so parentheses around all of it are around a part.
        match text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => Self::parse(inner),
            None => Self::Test(text.to_owned()),
        }
    }

    /// The places of all that can be left out so that more writes pass: the whole, and each of several that must hold together.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places = vec![Place::new()];
        self.collect(&Place::new(), &mut places);
        places
    }

    fn collect(&self, here: &Place, places: &mut Vec<Place>) {
        for (position, part) in self.parts().iter().enumerate() {
            let place = [here.as_slice(), &[position]].concat();
            if matches!(self, Self::All(_)) {
                places.push(place.clone());
            }
            part.collect(&place, places);
        }
    }

    /// What is left without the part at a place, if anything is.
    pub(crate) fn without(&self, place: &[usize]) -> Option<Self> {
        let (first, rest) = place.split_first()?;
        let mut parts = self.parts().to_vec();
        match parts.get(*first)?.without(rest) {
            Some(part) => parts[*first] = part,
            None => drop(parts.remove(*first)),
        }
        match (self, parts.len()) {
            (_, 0 | 1) => parts.pop(),
            (Self::Any(_), _) => Some(Self::Any(parts)),
            _ => Some(Self::All(parts)),
        }
    }

    /// The expression as DynamoDB reads it.
    pub(crate) fn text(&self) -> String {
        self.write(None, &str::to_owned)
    }

    /// The expression as people read it: the attributes by their names, no values, the part at a place in brackets.
    pub(crate) fn shown(&self, place: &[usize], names: &Map<String, Value>) -> String {
        self.write(Some(place), &|test| named(test, names))
    }

    fn write(&self, marked: Option<&[usize]>, show: &impl Fn(&str) -> String) -> String {
        let (parts, word) = match self {
            Self::Test(test) => return mark(marked, show(test)),
            Self::All(parts) => (parts, " AND "),
            Self::Any(parts) => (parts, " OR "),
        };
        let write_part = |(position, part): (usize, &Self)| {
            let below = marked.and_then(|place| {
                let (first, rest) = place.split_first()?;
                (*first == position).then_some(rest)
            });
            match part {
                Self::Test(_) => part.write(below, show),
                _ => mark(
                    below,
                    format!(
                        "({})",
                        part.write(below.filter(|rest| !rest.is_empty()), show)
                    ),
                ),
            }
        };
        let parts: Vec<_> = parts.iter().enumerate().map(write_part).collect();
        mark(marked, parts.join(word))
    }

    fn parts(&self) -> &[Self] {
        match self {
            Self::Test(_) => &[],
            Self::All(parts) | Self::Any(parts) => parts,
        }
    }
}

/// Puts brackets around the text that a place has led to.
fn mark(place: Option<&[usize]>, text: String) -> String {
    match place {
        Some([]) => format!("[{text}]"),
        _ => text,
    }
}

/// A test with the names of its attributes, and without its values, which are others in each request.
fn named(test: &str, names: &Map<String, Value>) -> String {
    let mut shown = String::new();
    for word in words(test) {
        match word.chars().next() {
            Some('#') => shown.push_str(names.get(word).and_then(Value::as_str).unwrap_or(word)),
            Some(':') => shown.push('?'),
            _ => shown.push_str(word),
        }
    }
    while shown.contains("?, ?") {
        shown = shown.replace("?, ?", "?");
    }
    shown
}

/// Splits a text at a word that stands in no parentheses.
fn split<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut begin) = (Vec::new(), 0_usize, 0);
    for (position, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && position >= begin && text[position..].starts_with(word) => {
                parts.push(&text[begin..position]);
                begin = position + word.len();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::Expression;

    const LEASE: &str = "#state IN (:v0, :v1) OR (#state = :v2 AND (attribute_not_exists(#until) OR #until <= :v3))";
    const ROTATION: &str = "#generation = :v0 AND attribute_not_exists(#revoked_at)";

    fn names() -> Map<String, Value> {
        let names = json!({
            "#state": "state", "#until": "until", "#generation": "generation", "#revoked_at": "revoked_at", "#pk": "pk",
            "#profile": "profile", "#version": "version",
        });
        names.as_object().cloned().unwrap_or_default()
    }

    fn without_each(text: &str) -> Vec<(String, Option<String>)> {
        let expression = Expression::parse(text);
        assert_eq!(expression.text(), text);
        let places = expression.places();
        let each = places.iter().map(|place| {
            let left = expression.without(place).map(|left| left.text());
            (expression.shown(place, &names()), left)
        });
        each.collect()
    }

    fn expected(shown: &str, left: &str) -> (String, Option<String>) {
        (shown.to_owned(), Some(left.to_owned()))
    }

    #[test]
    fn one_test_is_left_out_whole() {
        let [(shown, left)] = &without_each("attribute_not_exists(#pk)")[..] else {
            panic!("one part");
        };
        assert_eq!(
            (shown.as_str(), left),
            ("[attribute_not_exists(pk)]", &None)
        );
    }

    #[test]
    fn of_several_that_must_hold_each_is_left_out() {
        let parts = without_each(ROTATION);
        assert_eq!(parts[0].1, None);
        assert_eq!(
            parts[1..],
            [
                expected(
                    "[generation = ?] AND attribute_not_exists(revoked_at)",
                    "attribute_not_exists(#revoked_at)"
                ),
                expected(
                    "generation = ? AND [attribute_not_exists(revoked_at)]",
                    "#generation = :v0"
                ),
            ]
        );
    }

    #[test]
    fn of_alternatives_the_whole_is_left_out_and_what_narrows_one_of_them() {
        let parts = without_each(LEASE);
        assert_eq!(
            parts[0].0,
            "[state IN (?) OR (state = ? AND (attribute_not_exists(until) OR until <= ?))]"
        );
        assert_eq!(parts[0].1, None);
        assert_eq!(
            parts[1..],
            [
                expected(
                    "state IN (?) OR ([state = ?] AND (attribute_not_exists(until) OR until <= ?))",
                    "#state IN (:v0, :v1) OR (attribute_not_exists(#until) OR #until <= :v3)"
                ),
                expected(
                    "state IN (?) OR (state = ? AND [(attribute_not_exists(until) OR until <= ?)])",
                    "#state IN (:v0, :v1) OR #state = :v2"
                ),
            ]
        );
    }

    #[test]
    fn a_path_into_a_map_is_named() {
        let parts = without_each("#profile.#version = :v0");
        assert_eq!(parts[0].0, "[profile.version = ?]");
    }
}
