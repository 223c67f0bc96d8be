//! How facets are counted: by numbers of categories and attributes, and names are looked up at the end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::bands::{BANDS, band, band_of};
use crate::entry::Entry;
use crate::facets::{Attribute, Facets, MOST, PriceBand};
use crate::index::{Index, Part};

/// The attributes of all segments, each with one number. Made once an index, when facets are first asked for.
#[derive(Debug)]
pub(crate) struct FactTable {
    /// The part and the place in its list that a fact can be read at.
    facts: Vec<(usize, usize)>,
    /// The numbers of their paths.
    paths: Vec<u32>,
    /// The paths.
    names: Vec<String>,
    /// Of each part the numbers of the facts in its list.
    numbers: Vec<Vec<u32>>,
}

impl FactTable {
    /// The facts of all parts.
    pub(crate) fn of(parts: &[Part]) -> Self {
        let mut table = Self {
            facts: Vec::new(),
            paths: Vec::new(),
            names: Vec::new(),
            numbers: Vec::new(),
        };
        let mut known: HashMap<&(String, String), u32> = HashMap::new();
        let mut paths: HashMap<&str, u32> = HashMap::new();
        for (part, facts) in parts
            .iter()
            .map(|part| &part.segment.columns.facts.values)
            .enumerate()
        {
            let numbers = facts.iter().enumerate().map(|(place, fact)| {
                *known.entry(fact).or_insert_with(|| {
                    let path = *paths.entry(&fact.0).or_insert_with(|| {
                        table.names.push(fact.0.clone());
                        number(table.names.len() - 1)
                    });
                    table.facts.push((part, place));
                    table.paths.push(path);
                    number(table.facts.len() - 1)
                })
            });
            let numbers = numbers.collect();
            table.numbers.push(numbers);
        }
        table
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Counts of facets, while they are made.
pub(crate) struct Tally<'a> {
    index: &'a Index,
    table: &'a FactTable,
    categories: Vec<u32>,
    /// Of each category the last product of several categories that was counted in it: one that is in two below it counts once.
    last: Vec<u32>,
    counted: u32,
    facts: Vec<u32>,
    paths: Vec<u32>,
    bands: [u32; BANDS],
    /// Facts of entries that are not in a part.
    more: BTreeMap<(&'a str, &'a str), u32>,
    more_paths: BTreeMap<&'a str, u32>,
}

impl<'a> Tally<'a> {
    /// A tally of nothing.
    pub(crate) fn new(index: &'a Index) -> Self {
        let table = index.facts.get_or_init(|| FactTable::of(&index.parts));
        let categories = index.manifest.tree.categories().len();
        Self {
            index,
            table,
            categories: vec![0; categories],
            last: vec![0; categories],
            counted: 0,
            facts: vec![0; table.facts.len()],
            paths: vec![0; table.names.len()],
            bands: [0; BANDS],
            more: BTreeMap::new(),
            more_paths: BTreeMap::new(),
        }
    }

    /// Counts entries of a part. `places` are the places in the tree of the categories in the part's list.
    pub(crate) fn count(
        &mut self,
        part: usize,
        places: &[Option<u32>],
        entries: impl Iterator<Item = u32>,
    ) {
        let columns = &self.index.parts[part].segment.columns;
        let numbers = &self.table.numbers[part];
        // First by the part's own lists: what they stand for is looked up once a value, and not once an entry.
        let mut alone = vec![0; columns.categories.values.len()];
        let mut facts = vec![0; columns.facts.values.len()];
        let paths = numbers.iter().map(|fact| self.table.paths[*fact as usize]);
        let paths: Vec<u32> = paths.collect();
        for entry in entries {
            match columns.categories.of(entry) {
                [category] => alone[*category as usize] += 1,
                several => {
                    self.counted += 1;
                    for category in several {
                        self.count_category(places[*category as usize]);
                    }
                }
            }
            let mut last = None;
            for place in columns.facts.of(entry) {
                let place = *place as usize;
                facts[place] += 1;
                // An entry's facts are written by path, so the values of one path come together.
                if last != Some(paths[place]) {
                    self.paths[paths[place] as usize] += 1;
                    last = Some(paths[place]);
                }
            }
            self.bands[columns.bands[entry as usize] as usize] += 1;
        }
        let tree = &self.index.manifest.tree;
        for (place, count) in places.iter().zip(alone) {
            for category in place.map_or(&[][..], |place| tree.shown(place)) {
                self.categories[*category as usize] += count;
            }
        }
        for (number, count) in numbers.iter().zip(facts) {
            self.facts[*number as usize] += count;
        }
    }

    /// Counts an entry that is not in a part.
    pub(crate) fn count_entry(&mut self, entry: &'a Entry) {
        self.counted += 1;
        for category in &entry.categories {
            self.count_category(self.index.manifest.tree.place(*category));
        }
        let mut last = None;
        for (path, value) in &entry.facts {
            *self.more.entry((path, value)).or_default() += 1;
            if last != Some(path) {
                *self.more_paths.entry(path).or_default() += 1;
                last = Some(path);
            }
        }
        self.bands[band_of(entry.price) as usize] += 1;
    }

    fn count_category(&mut self, place: Option<u32>) {
        let tree = &self.index.manifest.tree;
        for category in place.map_or(&[][..], |place| tree.shown(place)) {
            let category = *category as usize;
            if self.last[category] != self.counted {
                self.last[category] = self.counted;
                self.categories[category] += 1;
            }
        }
    }

    /// What was counted.
    pub(crate) fn finish(self) -> Facets {
        let tree = self.index.manifest.tree.categories();
        let categories = tree.iter().zip(&self.categories);
        let categories = categories.map(|(category, count)| (category.id, u64::from(*count)));
        let bands = self
            .bands
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0);
        let prices = bands.map(|(number, count)| {
            let (from, to) = band(number);
            PriceBand {
                from,
                to,
                count: u64::from(*count),
            }
        });
        Facets {
            categories: most(categories, usize::MAX),
            prices: prices.collect(),
            attributes: self.attributes(),
        }
    }

    fn attributes(&self) -> Vec<Attribute> {
        let names = self.table.names.iter().map(String::as_str);
        let mut paths: BTreeMap<&str, u32> = names.zip(self.paths.iter().copied()).collect();
        for (path, count) in &self.more_paths {
            *paths.entry(path).or_default() += count;
        }
        let paths = most(
            paths.into_iter().map(|(path, count)| (path, count.into())),
            MOST,
        );
        let mut values: HashMap<&str, HashMap<&str, u64>> = paths
            .iter()
            .map(|(path, _)| (*path, HashMap::new()))
            .collect();
        for (fact, count) in self
            .facts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
        {
            let (part, place) = self.table.facts[fact];
            let (path, value) = &self.index.parts[part].segment.columns.facts.values[place];
            if let Some(values) = values.get_mut(&**path) {
                values.insert(value, u64::from(*count));
            }
        }
        for ((path, value), count) in &self.more {
            if let Some(values) = values.get_mut(path) {
                *values.entry(value).or_default() += u64::from(*count);
            }
        }
        let attributes = paths.into_iter().map(|(path, count)| Attribute {
            path: path.to_owned(),
            count,
            values: most(values.remove(path).unwrap_or_default().into_iter(), MOST)
                .into_iter()
                .map(|(value, count)| (value.to_owned(), count))
                .collect(),
        });
        attributes.collect()
    }
}

/// The most frequent that there are, by count and then by name.
fn most<T: Ord + Copy>(counts: impl Iterator<Item = (T, u64)>, most: usize) -> Vec<(T, u64)> {
    let mut counts: Vec<(T, u64)> = counts.filter(|(_, count)| *count > 0).collect();
    let order = |(name, count): &(T, u64)| (Reverse(*count), *name);
    if counts.len() > most {
        counts.select_nth_unstable_by_key(most, order);
        counts.truncate(most);
    }
    counts.sort_unstable_by_key(order);
    counts
}
