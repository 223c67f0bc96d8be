//! The columns of a segment as arrays.

use tantivy::SegmentReader;
use tantivy::columnar::Column;
use uuid::Uuid;

use crate::bands::band_of;
use crate::error::IndexError;
use crate::schema::{fact, field, parse_fact};

/// All of a segment that is not words, by the number of an entry in it. A deleted entry is still there.
#[derive(Debug)]
pub(crate) struct Columns {
    /// Ids as numbers, which are in the order of the ids.
    pub(crate) ids: Vec<u128>,
    /// Versions.
    pub(crate) versions: Vec<u64>,
    /// Numbers of contents.
    pub(crate) digests: Vec<u32>,
    /// Prices.
    pub(crate) prices: Vec<i64>,
    /// The bands that the prices are in.
    pub(crate) bands: Vec<u8>,
    /// When they were made.
    pub(crate) created: Vec<i64>,
    /// Truth values.
    pub(crate) flags: Vec<u8>,
    /// What names are ordered by.
    pub(crate) names: Names,
    /// The first octets of these as numbers, which mostly are enough to compare them.
    pub(crate) name_keys: Vec<u64>,
    /// Categories.
    pub(crate) categories: Many<Uuid>,
    /// Attributes.
    pub(crate) facts: Many<(String, String)>,
    /// Who made them.
    pub(crate) creators: Many<Uuid>,
}

/// Names of entries, each kept once and all in one text: a text of its own for each would take twice as much memory.
#[derive(Debug)]
pub(crate) struct Names {
    /// The place of each entry's name among the ends.
    places: Vec<u32>,
    /// Where names end in the text, in octets; the first begins at 0.
    ends: Vec<u32>,
    text: String,
}

impl Names {
    fn read(reader: &SegmentReader) -> Result<Self, IndexError> {
        let names = Many::read(reader, field::NAME, |bytes| {
            String::from_utf8(bytes.to_vec()).ok()
        })?;
        let mut end = 0;
        let ends = names.values.iter().map(|name| {
            end += name.len() as u64;
            narrow(end)
        });
        Ok(Self {
            ends: ends.collect(),
            text: names.values.concat(),
            places: names.places,
        })
    }

    /// The name of an entry: each has one, which may be empty.
    fn of(&self, entry: u32) -> &str {
        let place = self
            .places
            .get(entry as usize)
            .map_or(0, |place| *place as usize);
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        let end = self.ends.get(place).copied().unwrap_or_default();
        &self.text[start as usize..end as usize]
    }
}

/// Values of entries, each value kept once.
#[derive(Debug)]
pub(crate) struct Many<T> {
    /// Where the values of an entry begin; one more than there are entries.
    starts: Vec<u32>,
    /// Places in the list of values.
    places: Vec<u32>,
    /// Each value that an entry has, or had before it was deleted.
    pub(crate) values: Vec<T>,
}

impl<T> Many<T> {
    /// The places of an entry's values in the list of values.
    pub(crate) fn of(&self, entry: u32) -> &[u32] {
        let (start, end) = (self.starts[entry as usize], self.starts[entry as usize + 1]);
        &self.places[start as usize..end as usize]
    }

    fn read(
        reader: &SegmentReader,
        name: &str,
        parse: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Self, IndexError> {
        let entries = reader.max_doc();
        let Some(column) = reader.fast_fields().bytes(name)? else {
            return Ok(Self {
                starts: vec![0; entries as usize + 1],
                places: Vec::new(),
                values: Vec::new(),
            });
        };
        let mut values = Vec::with_capacity(column.num_terms());
        let mut stream = column.dictionary().stream()?;
        while let Some((key, ())) = stream.next() {
            values.push(parse(key).ok_or_else(|| IndexError::corrupt(name))?);
        }
        let mut starts = Vec::with_capacity(entries as usize + 1);
        starts.push(0);
        let mut places = Vec::new();
        for entry in 0..entries {
            places.extend(column.term_ords(entry).map(narrow));
            starts.push(narrow(places.len() as u64));
        }
        // It stays for as long as the segment does.
        places.shrink_to_fit();
        Ok(Self {
            starts,
            places,
            values,
        })
    }
}

/// A number that is below 2^32, as a segment has no more entries, nor values.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Columns {
    /// Reads the columns of a segment.
    pub(crate) fn read(reader: &SegmentReader) -> Result<Self, IndexError> {
        let fields = reader.fast_fields();
        let entries = reader.max_doc();
        let unsigned = |name| Ok::<_, IndexError>(array(&fields.u64(name)?, entries));
        let signed = |name| Ok::<_, IndexError>(array(&fields.i64(name)?, entries));
        let halves = unsigned(field::ID_HIGH)?
            .into_iter()
            .zip(unsigned(field::ID_LOW)?);
        let ids = halves.map(|(high, low)| Uuid::from_u64_pair(high, low).as_u128());
        let prices: Vec<i64> = signed(field::PRICE)?;
        let small = |number: u64| u8::try_from(number).unwrap_or_default();
        let uuid = |bytes: &[u8]| Uuid::from_slice(bytes).ok();
        let names = Names::read(reader)?;
        let name_keys = (0..entries).map(|entry| name_key(names.of(entry)));
        Ok(Self {
            name_keys: name_keys.collect(),
            names,
            ids: ids.collect(),
            versions: unsigned(field::VERSION)?,
            digests: unsigned(field::DIGEST)?.into_iter().map(narrow).collect(),
            bands: prices.iter().map(|price| band_of(*price)).collect(),
            prices,
            created: signed(field::CREATED_AT)?,
            flags: unsigned(field::FLAGS)?.into_iter().map(small).collect(),
            categories: Many::read(reader, field::CATEGORIES, uuid)?,
            facts: Many::read(reader, field::FACTS, parse_fact)?,
            creators: Many::read(reader, field::CREATOR, uuid)?,
        })
    }

    /// The place of a fact in the list of facts, which is in the order of their keys.
    pub(crate) fn fact(&self, path: &str, value: &str) -> Option<u32> {
        let wanted = fact(path, value);
        let facts = &self.facts.values;
        let place = facts.binary_search_by(|(path, value)| fact(path, value).cmp(&wanted));
        place.ok().map(|place| narrow(place as u64))
    }

    /// What an entry's name is ordered by.
    pub(crate) fn name(&self, entry: u32) -> &str {
        self.names.of(entry)
    }
}

fn array<T: Copy + PartialOrd + Default + Send + Sync + std::fmt::Debug + 'static>(
    column: &Column<T>,
    entries: u32,
) -> Vec<T> {
    (0..entries)
        .map(|entry| column.first(entry).unwrap_or_default())
        .collect()
}

/// The first octets of a text as a number: of two texts the lesser has not the larger number.
pub(crate) fn name_key(name: &str) -> u64 {
    let mut first = [0; 8];
    for (octet, one) in first.iter_mut().zip(name.bytes()) {
        *octet = one;
    }
    u64::from_be_bytes(first)
}
