//! The rows of a table, kept packed until the file is made.

use std::time::Duration;

use crate::Error;
use crate::data::{Cell, Heading, Kind};
use crate::text::clean;
use crate::words::{Language, Word};

/// Rows of a block. A block that is full is never moved again, so memory grows with the rows and no faster.
const BLOCK: usize = 1_024;

/// The texts of a table.
pub(super) struct Rows {
    heading: Heading,
    blocks: Vec<Block>,
    count: usize,
    sums: Vec<Sum>,
    language: Language,
}

/// The texts of some rows, one after the other.
#[derive(Default)]
struct Block {
    text: String,
    ends: Vec<u32>,
}

/// What the cells of a column add up to.
#[derive(Clone, Copy)]
struct Sum {
    number: u128,
    duration: Duration,
}

impl Rows {
    /// A table without rows.
    pub(super) fn new(heading: &Heading, language: Language) -> Self {
        let mut heading = heading.clone();
        heading.title = clean(&heading.title);
        for column in &mut heading.columns {
            column.name = clean(&column.name);
        }
        let (number, duration) = (0, Duration::ZERO);
        Self {
            sums: vec![Sum { number, duration }; heading.columns.len()],
            heading,
            blocks: Vec::new(),
            count: 0,
            language,
        }
    }

    /// What stands above the rows.
    pub(super) fn heading(&self) -> &Heading {
        &self.heading
    }

    /// The texts above the rows.
    pub(super) fn texts_of_heading(&self) -> impl Iterator<Item = &str> {
        let names = self.heading.columns.iter().map(|column| &*column.name);
        names.chain([&*self.heading.title])
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: &[Cell]) -> Result<(), Error> {
        self.heading.check_row(row)?;
        if self.count.is_multiple_of(BLOCK) {
            self.blocks.push(Block::default());
        }
        self.count += 1;
        for (sum, cell) in self.sums.iter_mut().zip(row) {
            sum.add(cell);
        }
        let language = self.language;
        if let Some(block) = self.blocks.last_mut() {
            for cell in row {
                block.push(cell, language);
            }
        }
        Ok(())
    }

    /// The texts of a row.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        let columns = self.heading.columns.len();
        let first = row % BLOCK * columns;
        let block = &self.blocks[row / BLOCK];
        (first..first + columns).map(move |cell| block.cell(cell))
    }

    /// The texts of the row that was added last.
    pub(super) fn last(&self) -> impl Iterator<Item = &str> {
        self.row(self.count.saturating_sub(1))
    }

    /// The texts of the row of sums, if the table has one.
    pub(super) fn totals(&self) -> Option<Vec<String>> {
        let is_wanted = self.heading.has_totals && self.count > 0;
        let columns = self.heading.columns.iter().enumerate();
        let text = |(index, kind): (usize, Kind)| match kind {
            Kind::Number => self.language.number(self.sums[index].number),
            Kind::Duration => self.language.duration(self.sums[index].duration),
            Kind::Text if index == 0 => self.language.word(Word::Total).to_owned(),
            Kind::Text => String::new(),
        };
        is_wanted.then(|| {
            columns
                .map(|(index, column)| text((index, column.kind)))
                .collect()
        })
    }
}

impl Block {
    fn push(&mut self, cell: &Cell, language: Language) {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => self.text.push_str(&clean(text)),
            Cell::Number(number) => self.text.push_str(&language.number(*number)),
            Cell::Duration(duration) => self.text.push_str(&language.duration(*duration)),
            Cell::Day(day) => self.text.push_str(&language.day(*day)),
            Cell::Time(time) => self.text.push_str(&language.time(*time)),
        }
        // 16 cells of 600 characters in 1,024 rows are 40 MB.
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn cell(&self, cell: usize) -> &str {
        let end = |cell: usize| self.ends[cell] as usize;
        let start = cell.checked_sub(1).map_or(0, end);
        &self.text[start..end(cell)]
    }
}

impl Sum {
    fn add(&mut self, cell: &Cell) {
        match cell {
            Cell::Number(number) => self.number += u128::from(*number),
            Cell::Duration(duration) => self.duration = self.duration.saturating_add(*duration),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Column;

    fn rows(count: u64) -> Rows {
        let heading = Heading {
            title: "Tasks".to_owned(),
            columns: vec![
                Column::text("Name"),
                Column::number("Count"),
                Column::duration("Took"),
            ],
            has_totals: true,
        };
        let mut rows = Rows::new(&heading, Language::English);
        for number in 0..count {
            let took = Duration::from_secs(2);
            rows.push(&[format!("task {number}").into(), number.into(), took.into()])
                .unwrap();
        }
        rows
    }

    #[test]
    fn rows_of_all_blocks_are_found() {
        let rows = rows(3_000);

        for number in [0, 1_023, 1_024, 2_999] {
            let name = format!("task {number}");
            assert_eq!(rows.row(number).next(), Some(name.as_str()));
        }
        assert_eq!(
            rows.last().collect::<Vec<_>>(),
            ["task 2999", "2,999", "2.0 s"]
        );
    }

    #[test]
    fn columns_of_numbers_add_up() {
        assert_eq!(rows(3).totals().unwrap(), ["Total", "3", "6.0 s"]);
        assert_eq!(rows(0).totals(), None);
    }
}
