//! Rows of bytes. A stretch of a file ends anywhere; what of it is no whole row is read again with the next one.

use api::{ApiError, Fields, JsonObject};
use thiserror::Error;

use crate::record::{Column, Record, fields_of};

/// The longest row, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// The rows of a step at most: with [`Pace`](super::pace::Pace) some twelve seconds.
const MOST_ROWS: usize = 2_000;

/// A row of a file.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number in the file, from 1; the line of column names counts.
    pub(crate) number: u64,
    /// What it says, or why it cannot be read.
    pub(crate) said: Result<Said, ApiError>,
}

/// What a row says.
#[derive(Debug)]
pub(crate) struct Said {
    /// What it is of.
    pub(crate) record: Record,
    /// Its fields, but for `record`.
    pub(crate) fields: JsonObject,
}

/// The rows of a stretch.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Those that are whole.
    pub(crate) whole: Vec<Row>,
    /// The bytes that they take.
    pub(crate) length: usize,
    /// The number of the last of them.
    pub(crate) last: u64,
}

/// A file is not taken. The text is for its owner, and quotes nothing of it but what looks like the name of a column.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    #[error("The file has no line of column names.")]
    NoColumns,
    #[error("The column names are not UTF-8.")]
    ColumnsNotUtf8,
    #[error("Column {0} is not known{1}.")]
    UnknownColumn(usize, String),
    #[error("The column {0} is there twice.")]
    ColumnTwice(&'static str),
    #[error(
        "Row {0} has more than 64 kB: is a quotation mark missing? What stands before it is imported."
    )]
    TooLong(u64),
}

/// Reads the line of column names: which they are, and the bytes that it takes.
pub(crate) fn columns(
    bytes: &[u8],
    is_end: bool,
) -> Result<(Vec<&'static Column>, usize), Unreadable> {
    let mut lines = Lines::new(bytes, is_end);
    let line = lines.next().ok_or(if is_end {
        Unreadable::NoColumns
    } else {
        Unreadable::TooLong(1)
    })?;
    if line.length > LONGEST {
        return Err(Unreadable::TooLong(1));
    }
    let mut columns: Vec<&'static Column> = Vec::new();
    for (place, name) in line.cells.iter().enumerate() {
        let name = std::str::from_utf8(name).map_err(|_| Unreadable::ColumnsNotUtf8)?;
        let name = name.trim();
        let unknown = || Unreadable::UnknownColumn(place + 1, shown(name));
        let column = Column::named(name).ok_or_else(unknown)?;
        if columns.iter().any(|other| other.name == column.name) {
            return Err(Unreadable::ColumnTwice(column.name));
        }
        columns.push(column);
    }
    Ok((columns, line.end))
}

/// The name of a column, where it looks like one: a file without names begins with what may be anything.
fn shown(name: &str) -> String {
    let is_name = |byte: u8| byte.is_ascii_alphabetic() || b"_- ".contains(&byte);
    if !name.is_empty() && name.len() <= 40 && name.bytes().all(is_name) {
        format!(": {name}")
    } else {
        String::new()
    }
}

/// Reads lines of a CSV file behind the row of this number.
pub(crate) fn csv(
    bytes: &[u8],
    is_end: bool,
    columns: &[&'static Column],
    before: u64,
) -> Result<Rows, Unreadable> {
    let mut read = Rows {
        whole: Vec::new(),
        length: 0,
        last: before,
    };
    let mut lines = Lines::new(bytes, is_end);
    while read.whole.len() < MOST_ROWS {
        let Some(line) = lines.next() else { break };
        let number = read.last + 1;
        if line.length > LONGEST {
            return Err(Unreadable::TooLong(number));
        }
        let quotes = bytes[read.length..line.end]
            .iter()
            .filter(|byte| **byte == b'"');
        // Pairs of them are within a field or around it. At the end of the file, one may be missing.
        let is_open = is_end && line.end == bytes.len() && quotes.count() % 2 == 1;
        let said = if is_open {
            Err(Fields::error("row", "A quotation mark is missing."))
        } else {
            of_cells(columns, &line.cells)
        };
        read.whole.push(Row { number, said });
        read.last = number;
        read.length = line.end;
    }
    if read.whole.is_empty() && !is_end {
        return Err(Unreadable::TooLong(before + 1));
    }
    if lines.is_over() && is_end {
        read.length = bytes.len();
    }
    Ok(read)
}

/// A line of cells.
struct Line {
    cells: csv::ByteRecord,
    /// Its bytes, and where it ends among all of them.
    length: usize,
    end: usize,
}

/// The lines of a stretch of a CSV file. The last one is none of them where the file goes on behind it.
struct Lines<'a> {
    reader: csv::Reader<&'a [u8]>,
    length: usize,
    is_end: bool,
    at: usize,
    is_over: bool,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8], is_end: bool) -> Self {
        Self {
            reader: csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(bytes),
            length: bytes.len(),
            is_end,
            at: 0,
            is_over: false,
        }
    }

    /// Whether all of the stretch was looked at.
    fn is_over(&self) -> bool {
        self.is_over
    }

    fn next(&mut self) -> Option<Line> {
        let mut cells = csv::ByteRecord::new();
        // What is read from memory, with any number of cells, is read.
        let is_there = self.reader.read_byte_record(&mut cells).unwrap_or(false);
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(self.length);
        if !is_there || (end == self.length && !self.is_end) {
            self.is_over = true;
            return None;
        }
        let length = end - self.at;
        self.at = end;
        Some(Line { cells, length, end })
    }
}

fn of_cells(columns: &[&'static Column], cells: &csv::ByteRecord) -> Result<Said, ApiError> {
    let texts: Result<Vec<&str>, _> = cells.iter().map(std::str::from_utf8).collect();
    let texts = texts.map_err(|_| Fields::error("row", "This row is not UTF-8."))?;
    if texts.len() != columns.len() {
        let (found, wanted) = (texts.len(), columns.len());
        let reason = format!("This row has {found} cells, and there are {wanted} columns.");
        return Err(Fields::error("row", reason));
    }
    let mut named = columns.iter().zip(&texts);
    let record = named.find(|(column, _)| column.name == "record");
    let record = record.map_or("", |(_, cell)| cell.trim());
    let record = record_of(record)?;
    let fields = fields_of(record, columns, &texts)?.into();
    Ok(Said { record, fields })
}

/// Reads lines of JSON behind the one of this number.
pub(crate) fn jsonl(bytes: &[u8], is_end: bool, before: u64) -> Result<Rows, Unreadable> {
    let mut read = Rows {
        whole: Vec::new(),
        length: 0,
        last: before,
    };
    while read.whole.len() < MOST_ROWS && read.length < bytes.len() {
        let rest = &bytes[read.length..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let number = read.last + 1;
        let (line, length) = match end {
            Some(end) => (&rest[..end], end + 1),
            None if is_end || rest.len() > LONGEST => (rest, rest.len()),
            None => break,
        };
        if line.len() > LONGEST {
            return Err(Unreadable::TooLong(number));
        }
        if !line.trim_ascii().is_empty() {
            let said = of_line(line);
            read.whole.push(Row { number, said });
        }
        read.last = number;
        read.length += length;
    }
    Ok(read)
}

fn of_line(line: &[u8]) -> Result<Said, ApiError> {
    let mut fields = JsonObject::of_text(line)?;
    let record = fields.take::<String>("record")?.unwrap_or_default();
    let record = record_of(&record)?;
    let mut wrong = Fields::default();
    for name in fields.names().filter(|name| !record.has(name)) {
        wrong.reject(name, "This field is not known.");
    }
    if wrong.is_empty() {
        Ok(Said { record, fields })
    } else {
        Err(wrong.into_error())
    }
}

/// What a row is of: a product, where it does not say.
fn record_of(named: &str) -> Result<Record, ApiError> {
    if named.is_empty() {
        return Ok(Record::Product);
    }
    named
        .parse()
        .map_err(|reason: &str| Fields::error("record", reason))
}

#[cfg(test)]
mod tests;
