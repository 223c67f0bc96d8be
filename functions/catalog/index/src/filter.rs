//! Which entries of a part a query finds, by the part's columns.

use crate::bits::Bits;
use crate::columns::Many;
use crate::index::{Index, Part};
use crate::query::{Activity, Query};
use crate::schema::flag;

/// A query's conditions on what is shown of a part, but for words.
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
    /// For each path the places in the part's list of the facts that are asked for.
    facts: Vec<Vec<u32>>,
}

/// The entries of a part that are listed, by whether they are active: of those that are, the ones in a category that visitors see.
pub(crate) fn listed(index: &Index, part: &Part, activity: Activity) -> Bits {
    let columns = &part.segment.columns;
    let mut listed = Bits::all(part.segment.entries());
    listed.remove_all(&part.deleted);
    if activity == Activity::Active {
        let places = category_places(index, part).into_iter();
        let shown =
            places.map(|place| place.is_some_and(|place| index.manifest.tree.is_shown(place)));
        let shown: Vec<bool> = shown.collect();
        listed.retain(|entry| {
            columns.flags[entry as usize] & flag::ACTIVE != 0
                && has(&columns.categories, entry, Some(&shown))
        });
    } else {
        listed.retain(|entry| columns.flags[entry as usize] & flag::ACTIVE == 0);
    }
    listed
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
        let mut filter = Self {
            part,
            mask: 0,
            flags: 0,
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
        if let Some(category) = category {
            let asked = places.iter().map(|place| {
                let shown = place.map_or(&[][..], |place| index.manifest.tree.shown(place));
                shown.contains(&category)
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
            let places = values.iter().filter_map(|value| columns.fact(path, value));
            filter.facts.push(places.collect());
        }
        filter
    }

    /// Whether nothing is asked for.
    pub(crate) fn is_any(&self) -> bool {
        let Self {
            part: _,
            mask,
            flags: _,
            prices,
            created,
            categories,
            creators,
            facts,
        } = self;
        *mask == 0
            && prices.is_none()
            && created.is_none()
            && categories.is_none()
            && creators.is_none()
            && facts.is_empty()
    }

    /// Whether an entry has all that is asked for.
    pub(crate) fn passes(&self, entry: u32) -> bool {
        let columns = &self.part.segment.columns;
        let place = entry as usize;
        let within = |value: i64, range: Option<(i64, i64)>| {
            range.is_none_or(|(from, to)| (from..=to).contains(&value))
        };
        columns.flags[place] & self.mask == self.flags
            && within(columns.prices[place], self.prices)
            && within(columns.created[place], self.created)
            && has(&columns.categories, entry, self.categories.as_deref())
            && has(&columns.creators, entry, self.creators.as_deref())
            && self.facts.iter().all(|asked| {
                let mut facts = columns.facts.of(entry).iter();
                facts.any(|place| asked.contains(place))
            })
    }
}

fn range(from: Option<i64>, to: Option<i64>) -> Option<(i64, i64)> {
    let is_any = from.is_none() && to.is_none();
    (!is_any).then(|| (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)))
}

fn has<T>(values: &Many<T>, entry: u32, asked: Option<&[bool]>) -> bool {
    asked.is_none_or(|asked| values.of(entry).iter().any(|place| asked[*place as usize]))
}
