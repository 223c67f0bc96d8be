//! CSV files (RFC 4180): one of the figures of the days, and one a table.
//!
//! A file is for a person with a spreadsheet, who follows a link in a mail. So it begins with a byte order mark: Excel takes
//! a file without one for one in the code page of its machine, and `ü` for `Ã¼`. Programs that read CSV skip it. Numbers have
//! no separators, days and times are those of ISO 8601 and durations are seconds, whatever the language: only names are
//! translated. Cells are quoted, lines end with CR LF, and no text is a formula.

use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use kernel::formula::neutral;

use crate::Error;
use crate::data::{Cell, Heading, Kind, Report, Table};
use crate::words::Word;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Writes the figures of all charts: a line a day, a column a series.
pub fn days(report: &Report, out: impl Write) -> Result<(), Error> {
    let mut lines = Lines::new(out)?;
    let series = || report.charts.iter().flat_map(|chart| &chart.series);
    let names = report.charts.iter().flat_map(|chart| {
        let name = |name: &str| neutral(&format!("{}: {name}", chart.title));
        chart.series.iter().map(move |series| name(&series.name))
    });
    let date = report.language.word(Word::Date).to_owned();
    lines.write(std::iter::once(date).chain(names))?;
    for (index, day) in report.period.iter().enumerate() {
        let counts = series().map(|series| series.at(index).to_string());
        lines.write(std::iter::once(day.to_string()).chain(counts))?;
    }
    lines.finish().map(drop)
}

/// Writes a table that is at hand.
pub fn table(table: &Table, out: impl Write) -> Result<(), Error> {
    let mut rows = Rows::new(&table.heading, out)?;
    for row in &table.rows {
        rows.row(row)?;
    }
    rows.finish().map(drop)
}

/// A table that is written row by row. It keeps no row, so its memory does not grow with them.
pub struct Rows<W: Write> {
    heading: Heading,
    lines: Lines<W>,
}

impl<W: Write> Rows<W> {
    /// Begins a file with the names of the columns.
    pub fn new(heading: &Heading, out: W) -> Result<Self, Error> {
        heading.check()?;
        let mut lines = Lines::new(out)?;
        lines.write(heading.columns.iter().map(|column| match column.kind {
            Kind::Duration => neutral(&format!("{} (s)", column.name)),
            Kind::Text | Kind::Number => neutral(&column.name),
        }))?;
        let heading = heading.clone();
        Ok(Self { heading, lines })
    }

    /// Writes a row.
    pub fn row(&mut self, row: &[Cell]) -> Result<(), Error> {
        self.heading.check_row(row)?;
        self.lines.write(row.iter().map(text))
    }

    /// Writes what is still buffered, and gives back what it wrote to.
    pub fn finish(self) -> Result<W, Error> {
        self.lines.finish()
    }
}

/// Lines of a file.
struct Lines<W: Write>(Writer<W>);

impl<W: Write> Lines<W> {
    fn new(mut out: W) -> Result<Self, Error> {
        out.write_all(BYTE_ORDER_MARK)
            .map_err(|error| Error::Csv(error.into()))?;
        let writer = WriterBuilder::new()
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF)
            .from_writer(out);
        Ok(Self(writer))
    }

    fn write(&mut self, cells: impl Iterator<Item = String>) -> Result<(), Error> {
        self.0
            .write_record(cells.map(String::into_bytes))
            .map_err(Error::Csv)
    }

    fn finish(self) -> Result<W, Error> {
        let written = self.0.into_inner();
        written.map_err(|error| Error::Csv(io::Error::other(error.to_string()).into()))
    }
}

/// A value as programs read it.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => neutral(text),
        Cell::Number(number) => number.to_string(),
        Cell::Duration(duration) => {
            format!("{}.{:03}", duration.as_secs(), duration.subsec_millis())
        }
        Cell::Day(day) => day.to_string(),
        Cell::Time(time) => time.to_string(),
    }
}

#[cfg(test)]
mod tests;
