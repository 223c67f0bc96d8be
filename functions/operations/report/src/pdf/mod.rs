//! PDF files: A4, tagged, their text selectable, their fonts cut down to what is used.
//!
//! What comes first is at the top: the head, a chart for each group of series, the table of sums, then the tables. A file is
//! made in two steps. Rows are taken in as texts and kept packed ([`rows`]); when the last is there, all are measured and put
//! on pages ([`plan`]), so that `3 / 2,041` is known when page 3 is drawn ([`draw`]). A hundred thousand rows are some 10 MB
//! of text, and pages are compressed one by one.

mod canvas;
mod chart;
mod columns;
mod draw;
mod head;
mod page;
mod plan;
mod rows;
mod sums;
mod table;
mod tags;

use rows::Rows;

use crate::Error;
use crate::data::{Cell, Chart, Heading, Period, Report, Series, Table};
use crate::text::{Fonts, Typesetter, clean};
use crate::words::{Language, Word};
use jiff::Timestamp;

/// Series of a chart at most: more have no colours that differ in grey. The table of sums has them all.
const MAX_SERIES: usize = 8;

/// A report on its way into a PDF file.
///
/// [`write`] makes one of a report that is at hand. Where rows come from elsewhere, [`Pdf::begin`] begins a table and
/// [`Pdf::row`] adds to it.
pub struct Pdf<'a> {
    about: About,
    charts: Vec<Chart>,
    tables: Vec<Rows>,
    typesetter: Typesetter<'a>,
}

/// What a file says of itself.
struct About {
    title: String,
    product: String,
    period: Period,
    language: Language,
    generated_at: Timestamp,
}

/// Makes the file of a report that is at hand.
pub fn write(report: &Report, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    Pdf::new(report, fonts)?.finish()
}

impl<'a> Pdf<'a> {
    /// A file that begins with a report: its charts, their sums, its tables.
    pub fn new(report: &Report, fonts: &'a Fonts) -> Result<Self, Error> {
        let mut pdf = Self {
            about: About {
                title: clean(&report.title),
                product: clean(&report.product),
                period: report.period,
                language: report.language,
                generated_at: report.generated_at,
            },
            charts: Vec::new(),
            tables: Vec::new(),
            typesetter: Typesetter::new(fonts)?,
        };
        for text in [&pdf.about.title, &pdf.about.product] {
            pdf.typesetter.prepare(text)?;
        }
        pdf.put_first(&report.charts, &report.tables)?;
        Ok(pdf)
    }

    /// Puts charts, their sums and tables before the tables that were begun: figures that were counted while rows were taken
    /// in are known last and read first. The file then has no other charts.
    pub fn put_first(&mut self, charts: &[Chart], tables: &[Table]) -> Result<(), Error> {
        let language = self.about.language;
        let begun = std::mem::take(&mut self.tables);
        self.charts = charts
            .iter()
            .map(|chart| printable(chart, language))
            .collect();
        for chart in &self.charts {
            let names = chart.series.iter().map(|series| &series.name);
            for text in names.chain([&chart.title]) {
                self.typesetter.prepare(text)?;
            }
        }
        if !charts.is_empty() {
            let sums = sums::table(charts, self.about.period, language);
            self.table(&sums)?;
        }
        for table in tables {
            self.table(table)?;
        }
        self.tables.extend(begun);
        Ok(())
    }

    /// Begins a table. It ends where the next begins, or with the file.
    pub fn begin(&mut self, heading: &Heading) -> Result<(), Error> {
        heading.check()?;
        let rows = Rows::new(heading, self.about.language);
        for text in rows.texts_of_heading() {
            self.typesetter.prepare(text)?;
        }
        self.tables.push(rows);
        Ok(())
    }

    /// Adds a row to the table that was begun last.
    pub fn row(&mut self, row: &[Cell]) -> Result<(), Error> {
        let rows = self.tables.last_mut().ok_or(Error::NoTable)?;
        rows.push(row)?;
        for text in rows.last() {
            self.typesetter.prepare(text)?;
        }
        Ok(())
    }

    /// Makes the file.
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        let plan = plan::plan(&mut self);
        draw::draw(self, &plan)
    }

    fn table(&mut self, table: &Table) -> Result<(), Error> {
        self.begin(&table.heading)?;
        table.rows.iter().try_for_each(|row| self.row(row))
    }
}

/// A chart whose texts can be printed, and whose series can be told apart: those that are too many are drawn as one.
fn printable(chart: &Chart, language: Language) -> Chart {
    let mut chart = chart.clone();
    chart.title = clean(&chart.title);
    for series in &mut chart.series {
        series.name = clean(&series.name);
    }
    if chart.series.len() > MAX_SERIES {
        let others = chart.series.split_off(MAX_SERIES - 1);
        let days = others.iter().map(|series| series.counts.len()).max();
        let sum = |day| {
            others
                .iter()
                .map(|series| series.at(day))
                .fold(0, u64::saturating_add)
        };
        chart.series.push(Series {
            name: language.word(Word::Others).to_owned(),
            counts: (0..days.unwrap_or(0)).map(sum).collect(),
        });
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Shape;

    #[test]
    fn series_that_are_too_many_are_drawn_as_one() {
        let series = |number: u64| Series {
            name: number.to_string(),
            counts: vec![number],
        };
        let chart = Chart {
            title: "Tasks".to_owned(),
            shape: Shape::Bars,
            series: (1..=10).map(series).collect(),
        };

        let drawn = printable(&chart, Language::German);

        assert_eq!(drawn.series.len(), MAX_SERIES);
        assert_eq!(drawn.series[6], series(7));
        let (name, counts) = ("Übrige".to_owned(), vec![8 + 9 + 10]);
        assert_eq!(drawn.series[7], Series { name, counts });
    }
}
