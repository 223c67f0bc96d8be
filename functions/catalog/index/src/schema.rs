//! The fields that tantivy keeps of an entry.
//!
//! Words are in an inverted index; all else is in columns, which are read into arrays once a segment: a hundred thousand
//! entries are filtered in less time than their postings would be joined in.

use tantivy::schema::{
    BytesOptions, FAST, IndexRecordOption, OwnedValue, STORED, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{IndexSettings, TantivyDocument};

use crate::entry::Entry;
use crate::words::{self, Field};

/// Octets of rows that are compressed together. A page reads one block a row, so blocks are small: five rows or so.
const BLOCK: usize = 4_096;

/// Names of fields.
pub(crate) mod field {
    /// The upper half of the id.
    pub(crate) const ID_HIGH: &str = "id_high";
    /// The lower half.
    pub(crate) const ID_LOW: &str = "id_low";
    /// The version.
    pub(crate) const VERSION: &str = "version";
    /// The number of the content.
    pub(crate) const DIGEST: &str = "digest";
    /// The price.
    pub(crate) const PRICE: &str = "price";
    /// When it was made.
    pub(crate) const CREATED_AT: &str = "created_at";
    /// The three truth values.
    pub(crate) const FLAGS: &str = "flags";
    /// What the name is ordered by.
    pub(crate) const NAME: &str = "name";
    /// The categories.
    pub(crate) const CATEGORIES: &str = "categories";
    /// The attributes.
    pub(crate) const FACTS: &str = "facts";
    /// Who made it.
    pub(crate) const CREATOR: &str = "creator";
    /// The row.
    pub(crate) const ROW: &str = "row";
}

/// Truth values of an entry.
pub(crate) mod flag {
    /// Nothing has to be sent.
    pub(crate) const DIGITAL: u8 = 1;
    /// Some of it is in stock.
    pub(crate) const STOCKED: u8 = 2;
    /// It is not hidden.
    pub(crate) const ACTIVE: u8 = 4;
}

/// The field of words.
pub(crate) const fn words_field(field: Field) -> &'static str {
    match field {
        Field::Name => "name_words",
        Field::Sku => "sku_words",
        Field::Text => "text_words",
    }
}

/// The schema of every segment.
pub(crate) fn schema() -> Schema {
    let mut builder = Schema::builder();
    // Positions for phrases; no lengths, as nothing is ranked by them. Words come split.
    let indexing = TextFieldIndexing::default()
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(false);
    for one in Field::ALL {
        let options = TextOptions::default().set_indexing_options(indexing.clone());
        builder.add_text_field(words_field(one), options);
    }
    for name in [
        field::ID_HIGH,
        field::ID_LOW,
        field::VERSION,
        field::DIGEST,
        field::FLAGS,
    ] {
        builder.add_u64_field(name, FAST);
    }
    for name in [field::PRICE, field::CREATED_AT] {
        builder.add_i64_field(name, FAST);
    }
    for name in [field::NAME, field::CATEGORIES, field::FACTS, field::CREATOR] {
        builder.add_bytes_field(name, BytesOptions::default().set_fast());
    }
    // A text, as tantivy copies octets one by one.
    builder.add_text_field(field::ROW, STORED);
    builder.build()
}

/// How segments are written: in one thread, as a function has a fraction of a core and leaves nothing running.
pub(crate) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Lz4,
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: BLOCK,
        ..IndexSettings::default()
    }
}

/// An entry as a document, with its row or without.
pub(crate) fn document(
    schema: &Schema,
    entry: &Entry,
    with_row: bool,
) -> tantivy::Result<TantivyDocument> {
    let mut document = TantivyDocument::default();
    for one in Field::ALL {
        let field = schema.get_field(words_field(one))?;
        for passage in words::passages(entry, one) {
            document.add_field_value(field, &OwnedValue::PreTokStr(tokens(passage)));
        }
    }
    let (high, low) = entry.id.as_u64_pair();
    let flags = [
        (flag::DIGITAL, entry.is_digital),
        (flag::STOCKED, entry.in_stock),
        (flag::ACTIVE, entry.is_active),
    ];
    let flags = flags
        .iter()
        .map(|(flag, is_set)| u64::from(*flag) * u64::from(*is_set))
        .sum();
    for (name, number) in [
        (field::ID_HIGH, high),
        (field::ID_LOW, low),
        (field::VERSION, entry.version),
        (field::DIGEST, entry.digest().into()),
        (field::FLAGS, flags),
    ] {
        document.add_u64(schema.get_field(name)?, number);
    }
    document.add_i64(schema.get_field(field::PRICE)?, entry.price);
    document.add_i64(schema.get_field(field::CREATED_AT)?, entry.created_at);
    let name = words::sort_key(&entry.name);
    document.add_bytes(schema.get_field(field::NAME)?, name.as_bytes());
    for category in &entry.categories {
        document.add_bytes(schema.get_field(field::CATEGORIES)?, category.as_bytes());
    }
    for (path, value) in &entry.facts {
        document.add_bytes(schema.get_field(field::FACTS)?, &fact(path, value));
    }
    document.add_bytes(
        schema.get_field(field::CREATOR)?,
        entry.created_by.as_bytes(),
    );
    if with_row {
        document.add_text(schema.get_field(field::ROW)?, &entry.row);
    }
    Ok(document)
}

fn tokens(words: Vec<String>) -> PreTokenizedString {
    let token = |(position, text)| Token {
        position,
        text,
        ..Token::default()
    };
    PreTokenizedString {
        text: String::new(),
        tokens: words.into_iter().enumerate().map(token).collect(),
    }
}

/// A path and a value as one key: any character may be in both, so the path's length stands before it.
pub(crate) fn fact(path: &str, value: &str) -> Vec<u8> {
    format!("{}:{path}{value}", path.len()).into_bytes()
}

/// Reads what [`fact`] wrote.
pub(crate) fn parse_fact(bytes: &[u8]) -> Option<(String, String)> {
    let (length, rest) = std::str::from_utf8(bytes).ok()?.split_once(':')?;
    let (path, value) = rest.split_at_checked(length.parse().ok()?)?;
    Some((path.to_owned(), value.to_owned()))
}
