//! Finding people by the beginning of what they are called: one form for texts, and the terms that find a person.
//!
//! A person is found by several terms, and a search such as `ann` may be the beginning of more than one of them. So each
//! [`Term`] says how long a search must be for it to count: with less, the term before it in the order finds the person.
//! Whatever is searched, every person is found by exactly one term.

use kernel::email::EmailAddress;
use kernel::input;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::profile::{Name, Username};

/// Shortest search, in characters. One letter would find a twentieth of all people, and helps nobody.
pub const MIN_SEARCH: usize = 2;

/// The longest search, and what is kept of a term, in bytes: the longest e-mail address.
const MAX_LENGTH: usize = 254;

/// The most characters that a [`Term::branch`] has. A search looks at the branch of every length up to its own.
pub const MAX_BRANCH: usize = 12;

/// What is searched, in the form that terms have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

/// The reason why a text cannot be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSearch {
    /// Fewer characters than [`MIN_SEARCH`].
    #[error("Enter at least {MIN_SEARCH} characters.")]
    TooShort,
    /// Longer than any term.
    #[error("This is longer than any name or address.")]
    TooLong,
}

/// Something a person is found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The text, whose beginnings are searched.
    pub text: String,
    /// It finds its person for searches of so many characters and more.
    pub from: usize,
}

impl SearchText {
    /// Reads what somebody typed.
    pub fn parse(text: &str) -> Result<Self, InvalidSearch> {
        if text.len() > 4 * MAX_LENGTH {
            return Err(InvalidSearch::TooLong);
        }
        let folded = fold(text);
        if folded.len() > MAX_LENGTH {
            return Err(InvalidSearch::TooLong);
        }
        if folded.chars().count() < MIN_SEARCH {
            return Err(InvalidSearch::TooShort);
        }
        Ok(Self(folded))
    }

    /// The text that is searched for.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Every branch that may hold a term it is the beginning of, the shortest first.
    pub fn branches(&self) -> Vec<&str> {
        let length = self.0.chars().count().min(MAX_BRANCH);
        (MIN_SEARCH..=length)
            .map(|count| beginning(&self.0, count))
            .collect()
    }

    /// Whether a term of one of its branches finds its person.
    pub fn finds(&self, term: &Term) -> bool {
        term.text.starts_with(&self.0) && term.from <= self.0.chars().count()
    }
}

impl Term {
    /// What people it is kept together with: those whose term begins alike, as far as a search must go for it to count.
    pub fn branch(&self) -> &str {
        beginning(&self.text, self.from.min(MAX_BRANCH))
    }
}

/// The terms that find a person: address, username, and both names in both orders.
pub fn terms(
    email: &EmailAddress,
    username: Option<&Username>,
    first_name: &Name,
    last_name: &Name,
) -> Vec<Term> {
    let (first, last) = (first_name.as_str(), last_name.as_str());
    let texts = [
        email.as_str().to_owned(),
        username.map_or("", Username::as_str).to_owned(),
        format!("{first} {last}"),
        format!("{last} {first}"),
    ];
    terms_of(texts.iter().map(|text| fold(text)))
}

fn terms_of(texts: impl Iterator<Item = String>) -> Vec<Term> {
    let mut texts: Vec<String> = texts
        .map(|mut text| {
            text.truncate(text.floor_char_boundary(MAX_LENGTH));
            text
        })
        .filter(|text| text.chars().count() >= MIN_SEARCH)
        .collect();
    texts.sort_unstable();

    let mut terms: Vec<Term> = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        // What goes on in the next one finds nobody that the next one does not.
        if texts
            .get(position + 1)
            .is_some_and(|next| next.starts_with(text.as_str()))
        {
            continue;
        }
        let shared = terms
            .last()
            .map_or(0, |before| common_beginning(&before.text, text));
        terms.push(Term {
            text: text.clone(),
            from: (shared + 1).max(MIN_SEARCH),
        });
    }
    terms
}

/// The one form of a text: [as a search takes it](input::searched), one space between words, no control characters.
fn fold(text: &str) -> String {
    let mut text = input::searched(text);
    text.retain(|character| character.is_whitespace() || !character.is_control());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first characters of a text.
fn beginning(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map(|(end, _)| end);
    &text[..end.unwrap_or(text.len())]
}

/// The number of characters with which two texts begin alike.
fn common_beginning(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(terms: &[Term]) -> Vec<(&str, usize, &str)> {
        terms
            .iter()
            .map(|term| (term.text.as_str(), term.from, term.branch()))
            .collect()
    }

    #[test]
    fn a_person_is_found_by_address_username_and_names() {
        let terms = terms(
            &EmailAddress::parse("ann.miller@example.com").unwrap(),
            Some(&Username::parse("Ann.Miller").unwrap()),
            &Name::parse("Ann").unwrap(),
            &Name::parse(" Miller").unwrap(),
        );

        // The username is the beginning of the address. From the fourth character on, a search may mean the name alone.
        assert_eq!(
            texts(&terms),
            [
                ("ann miller", 2, "an"),
                ("ann.miller@example.com", 4, "ann."),
                ("miller ann", 2, "mi"),
            ]
        );
    }

    #[test]
    fn searches_have_the_form_of_terms() {
        for (typed, searched) in [
            ("  ANN   Miller ", "ann miller"),
            ("Ａｎｎ", "ann"),
            ("łu\u{7}k", "luk"),
            ("ΝΊΚΟΣ", "νικοσ"),
            ("Straße", "strasse"),
            ("\u{200b}Émile\u{2011}Zoë", "emile-zoe"),
            ("王偉", "王偉"),
        ] {
            assert_eq!(SearchText::parse(typed).unwrap().as_str(), searched);
        }
        for typed in ["", "a", " a ", "\u{0}\u{1}\u{2}", "王"] {
            assert_eq!(
                SearchText::parse(typed),
                Err(InvalidSearch::TooShort),
                "{typed:?}"
            );
        }
        let long = "a".repeat(255);
        assert_eq!(SearchText::parse(&long), Err(InvalidSearch::TooLong));
        assert_eq!(
            SearchText::parse("ann b").unwrap().branches(),
            ["an", "ann", "ann ", "ann b"]
        );
        assert_eq!(
            SearchText::parse(&long[..100]).unwrap().branches().len(),
            MAX_BRANCH - MIN_SEARCH + 1
        );
    }

    #[test]
    fn case_and_accents_make_no_other_term() {
        let address = EmailAddress::parse("ann@example.com").unwrap();
        let terms_of = |username: &str, first: &str, last: &str| {
            let (first, last) = (Name::parse(first).unwrap(), Name::parse(last).unwrap());
            terms(
                &address,
                Username::parse(username).ok().as_ref(),
                &first,
                &last,
            )
        };

        assert_eq!(
            terms_of("ΝΙΚΟΣ.ΠΑΠΑΣ", "ΝΊΚΟΣ", "Groß"),
            terms_of("νικος.παπας", "νικος", "GROSS")
        );
        let terms = terms_of("straße", "Renée", "Łuk");
        let search = SearchText::parse("RENEE ŁU").unwrap();
        assert!(terms.iter().any(|term| search.finds(term)));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let terms = terms_of(["さ".repeat(150), String::new(), "a".to_owned()].into_iter());

        assert_eq!(terms.len(), 1);
        assert_eq!(terms[0].text.len(), 252);
    }

    proptest! {
        #[test]
        fn every_person_is_found_by_exactly_one_term(
            names in prop::collection::vec("[abc ]{0,18}", 1..6),
            typed in "[abc]{2,16}",
        ) {
            let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
            let terms = terms_of(names.iter().cloned());
            let search = SearchText::parse(&typed).unwrap();
            let branches = search.branches();

            let found = terms
                .iter()
                .filter(|term| branches.contains(&term.branch()) && search.finds(term))
                .count();

            let is_meant = names.iter().any(|name| name.starts_with(search.as_str()));
            prop_assert_eq!(found, usize::from(is_meant));
        }

        #[test]
        fn folding_never_panics_and_is_idempotent(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
