//! Words in a segment: what each counts for every entry, without reading the entries.
//!
//! What a word counts depends on the entry alone, and on no statistics of the segment: so an order by it is the same however
//! entries lie in segments, and what is deleted does not matter.

use std::cell::OnceCell;

use tantivy::Term as Key;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::{DfaWrapper, EnableScoring, FuzzyTermQuery, PhraseQuery, Query as _};
use tantivy::schema::{Field as Column, IndexRecordOption};

use crate::error::IndexError;
use crate::search::{Kind, Search, Term, has_prefix, has_typos};
use crate::segment::Segment;
use crate::words::Field;

/// The letters that a typo changes.
const EDITS: u8 = 1;

/// A search that is prepared for all segments.
pub(crate) struct Finder<'a> {
    terms: Vec<Prepared<'a>>,
}

enum Prepared<'a> {
    Word(Word<'a>),
    Joined(Word<'a>, Vec<Word<'a>>),
    Phrase(&'a [String]),
}

struct Word<'a> {
    text: &'a str,
    /// What finds it mistyped: made when it is first needed, as it takes longer than to look the word up.
    typos: OnceCell<DfaWrapper>,
}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        let typos = OnceCell::new();
        Self { text, typos }
    }

    fn typos(&self) -> Result<Option<&DfaWrapper>, IndexError> {
        if has_typos(self.text) && self.typos.get().is_none() {
            // The automaton is of the text; which field it is made for does not matter.
            let key = Key::from_field_text(Column::from_field_id(0), self.text);
            let automaton = FuzzyTermQuery::new(key, EDITS, true).automaton()?;
            return Ok(Some(self.typos.get_or_init(|| automaton)));
        }
        Ok(self.typos.get())
    }
}

impl<'a> Finder<'a> {
    /// Prepares a search.
    pub(crate) fn new(search: &'a Search) -> Self {
        let terms = search.terms.iter().map(|term| match term {
            Term::Word(word) => Prepared::Word(Word::new(word)),
            Term::Phrase(words) => Prepared::Phrase(words),
            Term::Joined { whole, parts } => {
                let parts = parts.iter().map(|part| Word::new(part));
                Prepared::Joined(Word::new(whole), parts.collect())
            }
        });
        Self {
            terms: terms.collect(),
        }
    }

    /// What the search counts for each entry of a segment: 0 for those that have not all of it.
    pub(crate) fn scores(&self, segment: &Segment) -> Result<Vec<u16>, IndexError> {
        let mut all: Option<Vec<u16>> = None;
        for term in &self.terms {
            let mut scores = vec![0; segment.entries() as usize];
            match term {
                Prepared::Word(word) => word.mark(segment, &Field::ALL, &mut scores)?,
                Prepared::Phrase(words) => phrase(segment, words, &mut scores)?,
                Prepared::Joined(whole, parts) => joined(segment, whole, parts, &mut scores)?,
            }
            let sums = match all {
                None => scores,
                Some(all) => both(all, &scores),
            };
            if sums.iter().all(|score| *score == 0) {
                return Ok(sums);
            }
            all = Some(sums);
        }
        Ok(all.unwrap_or_else(|| vec![0; segment.entries() as usize]))
    }
}

/// The sums where both count something.
fn both(mut one: Vec<u16>, other: &[u16]) -> Vec<u16> {
    for (one, other) in one.iter_mut().zip(other) {
        *one = if *one > 0 && *other > 0 {
            *one + other
        } else {
            0
        };
    }
    one
}

impl Word<'_> {
    /// Raises the scores of all entries that have the word in one of the fields to what it counts there.
    fn mark(
        &self,
        segment: &Segment,
        fields: &[Field],
        scores: &mut [u16],
    ) -> Result<(), IndexError> {
        let word = self.text.as_bytes();
        for field in fields {
            let terms = segment.words(*field).terms();
            let mut found: Vec<(TermInfo, Kind)> = Vec::new();
            if has_prefix(self.text) {
                let mut stream = terms.range().ge(word).into_stream()?;
                while stream.advance() && stream.key().starts_with(word) {
                    let is_equal = stream.key().len() == word.len();
                    let kind = if is_equal { Kind::Equal } else { Kind::Prefix };
                    found.push((stream.value().clone(), kind));
                }
            } else {
                found.extend(terms.get(word)?.map(|info| (info, Kind::Equal)));
            }
            if let Some(typos) = self.typos()? {
                let mut stream = terms.search(typos).into_stream()?;
                while stream.advance() {
                    // What begins with the word was found already, and counts more.
                    if !stream.key().starts_with(word) {
                        found.push((stream.value().clone(), Kind::Typo));
                    }
                }
            }
            let found = found.iter();
            let found = found.map(|(info, kind)| (info, field.weight() * kind.weight()));
            raise(segment, *field, found, scores)?;
        }
        Ok(())
    }
}

/// Raises the scores of all entries that have one of some terms of a field to the weight of that.
fn raise<'i>(
    segment: &Segment,
    field: Field,
    terms: impl IntoIterator<Item = (&'i TermInfo, u16)>,
    scores: &mut [u16],
) -> Result<(), IndexError> {
    let words = segment.words(field);
    // One buffer for all: a prefix may have thousands of terms, most of them of a few entries.
    let mut buffer: Option<BlockSegmentPostings> = None;
    for (info, weight) in terms {
        let block = match &mut buffer {
            Some(block) => {
                words.reset_block_postings_from_terminfo(info, block)?;
                block
            }
            none => {
                let basic = IndexRecordOption::Basic;
                none.insert(words.read_block_postings_from_terminfo(info, basic)?)
            }
        };
        while !block.docs().is_empty() {
            for entry in block.docs() {
                let score = &mut scores[*entry as usize];
                *score = weight.max(*score);
            }
            block.advance();
        }
    }
    Ok(())
}

fn joined(
    segment: &Segment,
    whole: &Word<'_>,
    parts: &[Word<'_>],
    scores: &mut [u16],
) -> Result<(), IndexError> {
    let times = u16::try_from(parts.len() + 1).unwrap_or(u16::MAX);
    whole.mark(segment, &[Field::Sku], scores)?;
    let mut apart: Option<Vec<u16>> = None;
    for part in parts {
        let mut marked = vec![0; scores.len()];
        part.mark(segment, &Field::ALL, &mut marked)?;
        apart = Some(match apart {
            None => marked,
            Some(apart) => both(apart, &marked),
        });
    }
    for (score, apart) in scores.iter_mut().zip(apart.unwrap_or_default()) {
        *score = (*score * times).max(apart);
    }
    Ok(())
}

fn phrase(segment: &Segment, words: &[String], scores: &mut [u16]) -> Result<(), IndexError> {
    let length = u16::try_from(words.len()).unwrap_or(u16::MAX);
    for field in Field::ALL {
        let weight = field.weight() * Kind::Equal.weight() * length;
        if let [word] = words {
            if let Some(info) = segment.words(field).terms().get(word)? {
                raise(segment, field, [(&info, weight)], scores)?;
            }
            continue;
        }
        let column = segment.column(field)?;
        let keys = words.iter().map(|word| Key::from_field_text(column, word));
        let query = PhraseQuery::new(keys.collect());
        let weighed = query.weight(EnableScoring::disabled_from_schema(segment.schema()))?;
        weighed.for_each_no_score(segment.reader(), &mut |entries| {
            for entry in entries {
                let score = &mut scores[*entry as usize];
                *score = weight.max(*score);
            }
        })?;
    }
    Ok(())
}
