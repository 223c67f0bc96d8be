//! Which entries of a part a query finds, by the part's columns.

use crate::columns::Many;
use crate::index::{Index, Part};
use crate::query::{Activity, Query};
use crate::schema::flag;

/// A query's conditions on a part, but for words.
pub(crate) struct Filter<'a> {
    part: &'a Part,
    /// The truth values that matter, and what they must be.
    mask: u8,
    flags: u8,
    prices: Option<(i64, i64)>,
    created: Option<(i64, i64)>,
    /// Which categories of the part's list are asked for, if any must be.
    categories: Option<Vec<bool>>,
    creators: Option<Vec<bool>>,
    /// For each path which facts of the part's list are asked for.
    facts: Vec<Vec<bool>>,
}

/// The places in the tree of the categories of a part's list.
pub(crate) fn category_places(index: &Index, part: &Part) -> Vec<Option<u32>> {
    let categories = part.segment.columns.categories.values.iter();
    categories
        .map(|id| index.manifest.tree.place(*id))
        .collect()
}

impl<'a> Filter<'a> {
    /// The conditions of a query, whose category is at a place in the tree.
    pub(crate) fn new(
        index: &'a Index,
        part: &'a Part,
        places: &[Option<u32>],
        query: &Query,
        category: Option<u32>,
    ) -> Self {
        let columns = &part.segment.columns;
        let is_active = query.activity == Activity::Active;
        let mut filter = Self {
            part,
            mask: flag::ACTIVE,
            flags: if is_active { flag::ACTIVE } else { 0 },
            prices: range(query.min_price, query.max_price),
            created: range(query.created_after, query.created_before),
            categories: None,
            creators: None,
            facts: Vec::new(),
        };
        for (flag, wanted) in [
            (flag::DIGITAL, query.is_digital),
            (flag::STOCKED, query.in_stock),
        ] {
            if let Some(wanted) = wanted {
                filter.mask |= flag;
                filter.flags |= flag * u8::from(wanted);
            }
        }
        if is_active || category.is_some() {
            let asked = places.iter().map(|place| {
                let shown = place.map_or(&[][..], |place| index.manifest.tree.shown(place));
                category.map_or(!shown.is_empty(), |category| shown.contains(&category))
            });
            filter.categories = Some(asked.collect());
        }
        if let Activity::Inactive {
            creator: Some(creator),
        } = query.activity
        {
            let asked = columns.creators.values.iter().map(|one| *one == creator);
            filter.creators = Some(asked.collect());
        }
        for (path, values) in &query.attributes {
            let facts = columns.facts.values.iter();
            let asked = facts.map(|(name, value)| name == path && values.contains(value));
            filter.facts.push(asked.collect());
        }
        filter
    }

    /// Whether an entry is not deleted and has all that is asked for.
    pub(crate) fn passes(&self, entry: u32) -> bool {
        let columns = &self.part.segment.columns;
        let place = entry as usize;
        let within = |value: i64, range: Option<(i64, i64)>| {
            range.is_none_or(|(from, to)| (from..=to).contains(&value))
        };
        columns.flags[place] & self.mask == self.flags
            && !self.part.deleted.contains(entry)
            && within(columns.prices[place], self.prices)
            && within(columns.created[place], self.created)
            && has(&columns.categories, entry, self.categories.as_deref())
            && has(&columns.creators, entry, self.creators.as_deref())
            && self
                .facts
                .iter()
                .all(|asked| has(&columns.facts, entry, Some(asked)))
    }
}

fn range(from: Option<i64>, to: Option<i64>) -> Option<(i64, i64)> {
    let is_any = from.is_none() && to.is_none();
    (!is_any).then(|| (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)))
}

fn has<T>(values: &Many<T>, entry: u32, asked: Option<&[bool]>) -> bool {
    asked.is_none_or(|asked| values.of(entry).iter().any(|place| asked[*place as usize]))
}
