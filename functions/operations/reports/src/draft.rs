//! The files of a report while they are written.

use jiff::Timestamp;
use operations::report::ReportFile;
use report::pdf::Pdf;
use report::{Cell, Chart, Error, Fonts, Heading, Language, Period, Report, Table, csv};

/// Rows of a report at most: they take 85 MB of memory, and some 15 s of a processor. Figures count all that happened.
pub const MOST_ROWS: u64 = 100_000;

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The title of the report.
    pub title: &'a str,
    /// The name of the product.
    pub product: &'a str,
    /// The days that it is about.
    pub period: Period,
    /// The language that it is written in.
    pub language: Language,
    /// When it is made.
    pub made_at: Timestamp,
}

/// The columns of the rows of a report.
#[derive(Debug, Clone)]
pub struct Columns {
    /// All of them, which the CSV file has.
    pub heading: Heading,
    /// The number of them that the PDF file has, from the first on: more are too narrow on paper to be read.
    pub on_paper: usize,
}

/// A report to which rows are added as they are read. None is kept but as the packed text of the PDF file.
pub struct Draft<'a> {
    report: Report,
    rows: csv::Rows<Vec<u8>>,
    pdf: Pdf<'a>,
    on_paper: usize,
    /// The rows that were written.
    pub written: u64,
    /// The rows for which there was no room.
    pub left_out: u64,
}

impl<'a> Draft<'a> {
    /// A report that has no rows yet.
    ///
    /// # Errors
    /// Fonts that cannot be read, or a heading that fits no page.
    pub fn new(about: About<'_>, columns: &Columns, fonts: &'a Fonts) -> Result<Self, Error> {
        let report = Report {
            title: about.title.to_owned(),
            product: about.product.to_owned(),
            period: about.period,
            language: about.language,
            generated_at: about.made_at,
            charts: Vec::new(),
            tables: Vec::new(),
        };
        let mut pdf = Pdf::new(&report, fonts)?;
        let (heading, on_paper) = (&columns.heading, columns.on_paper);
        let mut printed = heading.clone();
        printed.columns.truncate(on_paper);
        pdf.begin(&printed)?;
        Ok(Self {
            rows: csv::Rows::new(heading, Vec::new())?,
            pdf,
            on_paper,
            report,
            written: 0,
            left_out: 0,
        })
    }

    /// Adds a row, as long as there is room.
    ///
    /// # Errors
    /// A row that has not a cell for every column.
    pub fn row(&mut self, row: &[Cell]) -> Result<(), Error> {
        if self.written == MOST_ROWS {
            self.left_out += 1;
            return Ok(());
        }
        self.written += 1;
        self.rows.row(row)?;
        self.pdf.row(&row[..self.on_paper.min(row.len())])
    }

    /// The files, with the figures that were counted meanwhile, and what is to be said of them.
    ///
    /// # Errors
    /// A file that could not be made.
    pub fn finish(
        mut self,
        charts: Vec<Chart>,
        notes: &Table,
    ) -> Result<Vec<(ReportFile, Vec<u8>)>, Error> {
        self.pdf.put_first(&charts, std::slice::from_ref(notes))?;
        self.report.charts = charts;
        let mut days = Vec::new();
        csv::days(&self.report, &mut days)?;
        Ok(vec![
            (ReportFile::Pdf, self.pdf.finish()?),
            (ReportFile::Days, days),
            (ReportFile::Rows, self.rows.finish()?),
        ])
    }
}
