//! Monthly reports as files: CSV for spreadsheets, PDF for people.
//!
//! A [`Report`] is data: a title, the days it is about, charts of what happened on each day, tables. [`pdf`] makes one file of
//! it, [`csv`] one of the figures of the days and one a table. Nothing here reads a clock, a table or a network; the same
//! data is the same file, octet for octet. Who collects the data, keeps the files and mails a link calls this crate.
//!
//! ```
//! use jiff::civil::date;
//! use report::{Chart, Column, Fonts, Heading, Language, Period, Report, Series, Shape, csv, pdf};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let report = Report {
//!     title: "Monthly report".to_owned(),
//!     product: "KinWise".to_owned(),
//!     period: Period::to_date(date(2026, 11, 3)),
//!     language: Language::English,
//!     generated_at: "2026-11-04T02:00:00Z".parse()?,
//!     charts: vec![Chart {
//!         title: "Mails".to_owned(),
//!         shape: Shape::Bars,
//!         series: vec![
//!             Series { name: "sent".to_owned(), counts: vec![120, 80, 95] },
//!             Series { name: "failed".to_owned(), counts: vec![0, 2] },
//!         ],
//!     }],
//!     tables: Vec::new(),
//! };
//!
//! // Once in a process: where the files of `fonts/` were packaged.
//! let fonts = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts"))?;
//!
//! // Rows that come from elsewhere go into both files as they come.
//! let heading = Heading {
//!     title: "Registrations".to_owned(),
//!     columns: vec![Column::text("Name"), Column::number("Log-ins")],
//!     has_totals: true,
//! };
//! let (mut people_csv, mut days_csv) = (Vec::new(), Vec::new());
//! let mut in_csv = csv::Rows::new(&heading, &mut people_csv)?;
//! let mut in_pdf = pdf::Pdf::new(&report, &fonts)?;
//! in_pdf.begin(&heading)?;
//! for (name, log_ins) in [("Ann", 12_u64), ("محمد", 1_234)] {
//!     let row = [name.into(), log_ins.into()];
//!     in_csv.row(&row)?;
//!     in_pdf.row(&row)?;
//! }
//! in_csv.finish()?;
//! csv::days(&report, &mut days_csv)?;
//! let file: Vec<u8> = in_pdf.finish()?;
//! # assert!(file.starts_with(b"%PDF-") && !people_csv.is_empty() && !days_csv.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # To add
//!
//! - **a section of figures**: a [`Chart`] in the report. Its sums are in the table of totals by themselves.
//! - **a section of rows**: a [`Table`] in the report where it is short; [`pdf::Pdf::begin`] and [`csv::Rows`] where it is
//!   long.
//! - **a kind of value**: a variant of [`Cell`]; the compiler asks how it reads in both files.
//! - **a language**: a variant of [`Language`]; the compiler asks for its words.
//! - **a script**: a font, as `fonts/README.md` says.
//! - **a kind of block in the PDF file**: a variant of `pdf::plan::Block`, its height there, how it is drawn in `pdf::draw`.
//!
//! How it looks, `cargo run -p report --example sample -- FOLDER` shows.
//!
//! # Limits
//!
//! A table has 16 columns; in the PDF file a cell has three lines and a chart eight series, of which the last may be all
//! others. A hundred thousand rows of six columns take 85 MB of memory (`tests/long_table.rs` holds them to 256 MB) and, in
//! the release build, 14 s of a processor: a function of 256 MB has a seventh of one. Cells of the first 5,000 rows are
//! tagged one by one for programs that read aloud; later rows are a paragraph a page. Thai, Lao, Khmer and Burmese lines may
//! break within a word: the dictionaries would take 3 MB.

mod data;
mod error;
mod text;
mod words;

pub mod csv;
pub mod pdf;

pub use data::{Cell, Chart, Column, Heading, Kind, Period, Report, Series, Shape, Table};
pub use error::Error;
pub use text::Fonts;
pub use words::Language;
