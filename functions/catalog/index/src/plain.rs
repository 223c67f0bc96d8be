//! What the index answers, said once for a single entry: the definition, by which the overlay is evaluated and the tests
//! compare. [`crate::Index::search`] finds the same without reading the entries.

use std::cmp::Ordering;

use crate::entry::Entry;
use crate::query::{Activity, Order, Query};
use crate::search::{Kind, Search, Term, has_prefix, has_typos};
use crate::tree::Tree;
use crate::words::{self, Field};

/// Whether a query finds an entry, and what its words count (0 without words); `None` if it does not find it. A category that
/// visitors do not see has nothing in it.
pub fn matches(entry: &Entry, query: &Query, tree: &Tree) -> Option<u32> {
    let within = |value: i64, from: Option<i64>, to: Option<i64>| {
        from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to)
    };
    let is_found = within(entry.price, query.min_price, query.max_price)
        && within(entry.created_at, query.created_after, query.created_before)
        && query
            .is_digital
            .is_none_or(|digital| entry.is_digital == digital)
        && query
            .in_stock
            .is_none_or(|stocked| entry.in_stock == stocked)
        && has_category(entry, query, tree)
        && match query.activity {
            Activity::Active => entry.is_active,
            Activity::Inactive { creator } => {
                !entry.is_active && creator.is_none_or(|creator| entry.created_by == creator)
            }
        }
        && query.attributes.iter().all(|(path, values)| {
            let mut facts = entry.facts.iter();
            facts.any(|(name, value)| name == path && values.contains(value))
        });
    match query.words() {
        _ if !is_found => None,
        None => Some(0),
        Some(search) => score(entry, search),
    }
}

fn has_category(entry: &Entry, query: &Query, tree: &Tree) -> bool {
    let places = entry.categories.iter().filter_map(|id| tree.place(*id));
    let mut shown = places.map(|place| tree.shown(place));
    match &query.category {
        Some(slug) => tree
            .find(slug)
            .is_some_and(|place| shown.any(|path| path.contains(&place))),
        None => query.activity != Activity::Active || shown.any(|path| !path.is_empty()),
    }
}

/// What all words of a search count in an entry; `None` if it has not all of them.
fn score(entry: &Entry, search: &Search) -> Option<u32> {
    let fields = Field::ALL.map(|field| (field, words::passages(entry, field)));
    let scores = search.terms.iter().map(|term| term_score(&fields, term));
    let sum: Option<u32> = scores.sum();
    sum.filter(|sum| *sum > 0)
}

type Fields = [(Field, Vec<Vec<String>>); 3];

fn term_score(fields: &Fields, term: &Term) -> Option<u32> {
    match term {
        Term::Word(word) => word_score(fields, word),
        Term::Phrase(words) => phrase_score(fields, words),
        Term::Joined { whole, parts } => {
            let apart: Option<u32> = parts.iter().map(|part| word_score(fields, part)).sum();
            // More than its words count apart, so that the unit that was meant comes first.
            let times = u32::try_from(parts.len() + 1).ok()?;
            let together = word_score(&fields.clone().map(only_units), whole);
            apart.max(together.map(|together| together * times))
        }
    }
}

fn only_units((field, passages): (Field, Vec<Vec<String>>)) -> (Field, Vec<Vec<String>>) {
    let is_kept = field == Field::Sku;
    (field, if is_kept { passages } else { Vec::new() })
}

fn word_score(fields: &Fields, word: &str) -> Option<u32> {
    let scores = fields.iter().filter_map(|(field, passages)| {
        let kinds = passages
            .iter()
            .flatten()
            .filter_map(|token| kind(word, token));
        kinds
            .max()
            .map(|kind| u32::from(field.weight() * kind.weight()))
    });
    scores.max()
}

fn phrase_score(fields: &Fields, words: &[String]) -> Option<u32> {
    let has = |passage: &Vec<String>| passage.windows(words.len()).any(|window| window == words);
    let found = fields
        .iter()
        .filter(|(_, passages)| passages.iter().any(has));
    let length = u32::try_from(words.len()).ok()?;
    let scores = found.map(|(field, _)| u32::from(field.weight() * Kind::Equal.weight()) * length);
    scores.max()
}

/// How a word is found in another, if it is.
fn kind(word: &str, token: &str) -> Option<Kind> {
    if word == token {
        Some(Kind::Equal)
    } else if has_prefix(word) && token.starts_with(word) {
        Some(Kind::Prefix)
    } else if has_typos(word) && is_one_edit_away(word, token) {
        Some(Kind::Typo)
    } else {
        None
    }
}

/// Whether two different words differ by one letter that is missing, too many or another, or by two neighbours that are swapped.
fn is_one_edit_away(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let same = short
        .iter()
        .zip(&long)
        .take_while(|(one, other)| one == other);
    let same = same.count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        1 => short == &long[1..],
        0 if short.is_empty() => false,
        0 => {
            let is_swapped = short.len() > 1 && short[0] == long[1] && short[1] == long[0];
            short[1..] == long[1..] || (is_swapped && short[2..] == long[2..])
        }
        _ => false,
    }
}

/// Compares two entries that a query finds, with what its words count in each.
pub fn compare(query: &Query, one: (&Entry, u32), other: (&Entry, u32)) -> Ordering {
    let ((one, score), (other, other_score)) = (one, other);
    let by_name = || words::sort_key(&one.name).cmp(&words::sort_key(&other.name));
    let order = match query.effective_order() {
        Order::PriceAscending => one.price.cmp(&other.price),
        Order::PriceDescending => other.price.cmp(&one.price),
        Order::CreatedAscending => one.created_at.cmp(&other.created_at),
        Order::CreatedDescending => other.created_at.cmp(&one.created_at),
        Order::NameAscending => by_name(),
        Order::NameDescending => by_name().reverse(),
        Order::Relevance => other_score.cmp(&score),
    };
    order.then(one.id.cmp(&other.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_as_it_is_as_a_beginning_and_mistyped() {
        for (word, token, expected) in [
            ("tea", "tea", Some(Kind::Equal)),
            ("te", "tea", Some(Kind::Prefix)),
            ("t", "tea", None),
            ("tae", "tea", None),
            ("teas", "tea", None),
            ("teaa", "tea", None),
            ("kettle", "ketle", Some(Kind::Typo)),
            ("kettle", "kettles", Some(Kind::Prefix)),
            ("kettles", "kettle", Some(Kind::Typo)),
            ("ekttle", "kettle", Some(Kind::Typo)),
            ("kettel", "kettle", Some(Kind::Typo)),
            ("kottle", "kettle", Some(Kind::Typo)),
            ("kotdle", "kettle", None),
            ("tkeltle", "kettle", None),
            ("ketlte", "kettle", Some(Kind::Typo)),
            ("teltke", "kettle", None),
            ("grüne", "grüen", Some(Kind::Typo)),
        ] {
            assert_eq!(kind(word, token), expected, "{word} {token}");
        }
    }
}
