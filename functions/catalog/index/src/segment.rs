//! A segment: entries that were written together, and never change.

use std::fmt;
use std::sync::Arc;

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::fastfield::{AliveBitSet, write_alive_bitset};
use tantivy::index::InvertedIndexReader;
use tantivy::indexer::merge_filtered_segments;
use tantivy::schema::{Schema, Value as _};
use tantivy::store::StoreReader;
use tantivy::{BitSet, Index, IndexBuilder, SegmentReader, TantivyDocument};

use crate::bits::Bits;
use crate::columns::Columns;
use crate::entry::Entry;
use crate::error::IndexError;
use crate::index::Part;
use crate::pack::{Pack, pack};
use crate::schema::{document, field, schema, settings, words_field};
use crate::words::Field;

/// The memory that tantivy sizes its tables by, in octets. They grow, so little is asked for.
const BUDGET: usize = 1_000_000;

/// Blocks of rows that stay decompressed: two pages of neighbours.
const CACHED_BLOCKS: usize = 16;

/// A file that is written once, and never again with other bytes.
#[derive(Clone)]
pub struct File {
    name: String,
    bytes: OwnedBytes,
    crc: u32,
}

impl File {
    /// A file of a name that no other file ever has.
    pub(crate) fn new(name: String, bytes: Vec<u8>) -> Self {
        let crc = crc32fast::hash(&bytes);
        Self {
            name,
            bytes: OwnedBytes::new(bytes),
            crc,
        }
    }

    /// Its name, below the prefix that the caller gives all files.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is in it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The CRC-32 of all of it.
    pub(crate) fn crc(&self) -> u32 {
        self.crc
    }
}

impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} octets)", self.name, self.bytes.len())
    }
}

/// A segment that is loaded.
pub(crate) struct Segment {
    /// Its file.
    pub(crate) file: File,
    /// All that is not words.
    pub(crate) columns: Columns,
    inner: tantivy::Segment,
    reader: SegmentReader,
    words: [Arc<InvertedIndexReader>; 3],
    rows: StoreReader,
    row_field: tantivy::schema::Field,
}

impl Segment {
    /// Opens the segment of a file.
    ///
    /// # Errors
    /// [`IndexError::Corrupt`] if the file is no segment.
    pub(crate) fn open(file: File) -> Result<Self, IndexError> {
        let name = file.name.clone();
        let opened = Self::read(file);
        opened.map_err(|_| IndexError::corrupt(&name))
    }

    fn read(file: File) -> Result<Self, IndexError> {
        let missing = || IndexError::corrupt(&file.name);
        let pack = Pack::open(file.bytes.clone()).ok_or_else(missing)?;
        let index = Index::open(pack)?;
        let inner = index.searchable_segments()?.pop().ok_or_else(missing)?;
        let reader = SegmentReader::open(&inner)?;
        let words = |field| reader.inverted_index(reader.schema().get_field(words_field(field))?);
        let [name, sku, text] = Field::ALL;
        Ok(Self {
            columns: Columns::read(&reader)?,
            words: [words(name)?, words(sku)?, words(text)?],
            rows: reader.get_store_reader(CACHED_BLOCKS)?,
            row_field: reader.schema().get_field(field::ROW)?,
            inner,
            reader,
            file,
        })
    }

    /// Writes entries as a segment, with their rows or without.
    pub(crate) fn write(
        name: String,
        entries: &[&Entry],
        with_rows: bool,
    ) -> Result<Self, IndexError> {
        let schema = schema();
        let directory = RamDirectory::create();
        let builder = IndexBuilder::new()
            .schema(schema.clone())
            .settings(settings());
        let mut writer = builder.single_segment_index_writer(directory.clone(), BUDGET)?;
        for entry in entries {
            writer.add_document(document(&schema, entry, with_rows)?)?;
        }
        let index = writer.finalize()?;
        Self::open(File::new(name, pack(&directory, &index)?))
    }

    /// Writes what is not deleted of some segments as one. There must be something.
    pub(crate) fn merge(name: String, parts: &[Part]) -> Result<Self, IndexError> {
        let directory = RamDirectory::create();
        let segments: Vec<_> = parts
            .iter()
            .map(|part| part.segment.inner.clone())
            .collect();
        let alive = parts.iter().map(|part| alive(&part.deleted));
        let index = merge_filtered_segments(
            &segments,
            settings(),
            alive.collect::<Result<_, _>>()?,
            directory.clone(),
        )?;
        Self::open(File::new(name, pack(&directory, &index)?))
    }

    /// How many entries it has, deleted ones among them.
    pub(crate) fn entries(&self) -> u32 {
        self.inner.meta().max_doc()
    }

    /// The words of a field.
    pub(crate) fn words(&self, field: Field) -> &InvertedIndexReader {
        &self.words[field as usize]
    }

    /// The field, as tantivy knows it.
    pub(crate) fn column(&self, field: Field) -> Result<tantivy::schema::Field, IndexError> {
        Ok(self.schema().get_field(words_field(field))?)
    }

    /// The schema of all fields.
    pub(crate) fn schema(&self) -> &Schema {
        self.reader.schema()
    }

    /// What tantivy's own queries read.
    pub(crate) fn reader(&self) -> &SegmentReader {
        &self.reader
    }

    /// The row of an entry; empty if it was written without.
    pub(crate) fn row(&self, entry: u32) -> Result<String, IndexError> {
        let document: TantivyDocument = self.rows.get(entry)?;
        let row = document
            .get_first(self.row_field)
            .and_then(|row| row.as_str());
        Ok(row.unwrap_or_default().to_owned())
    }
}

/// What is not deleted, as tantivy has it; `None` if that is all.
fn alive(deleted: &Bits) -> Result<Option<AliveBitSet>, IndexError> {
    if deleted.count() == 0 {
        return Ok(None);
    }
    let bound = deleted.bound();
    let mut alive = BitSet::with_max_value_and_full(bound);
    for entry in (0..bound).filter(|entry| deleted.contains(*entry)) {
        alive.remove(entry);
    }
    let mut bytes = Vec::new();
    write_alive_bitset(&alive, &mut bytes)?;
    Ok(Some(AliveBitSet::open(OwnedBytes::new(bytes))))
}

impl fmt::Debug for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.file, formatter)
    }
}
