use std::time::Duration;

use csv::ReaderBuilder;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::data::{Chart, Column, Period, Series, Shape};
use crate::words::Language;

fn heading() -> Heading {
    Heading {
        title: "Tasks".to_owned(),
        columns: vec![
            Column::text("=Name"),
            Column::number("Count"),
            Column::duration("Took"),
            Column::text("Day"),
        ],
        has_totals: true,
    }
}

/// What another program reads in a file, the names of the columns included.
fn read(file: &[u8]) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(file);
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn a_table_is_a_file_of_quoted_cells() {
    let rows = vec![vec![
        "say \"hi\"".into(),
        12_345_u64.into(),
        Duration::from_millis(1_250).into(),
        date(2026, 11, 3).into(),
    ]];
    let mut file = Vec::new();

    table(
        &Table {
            heading: heading(),
            rows,
        },
        &mut file,
    )
    .unwrap();

    let text = String::from_utf8(file).unwrap();
    let expected = "\u{feff}\"'=Name\",\"Count\",\"Took (s)\",\"Day\"\r\n\
        \"say \"\"hi\"\"\",\"12345\",\"1.250\",\"2026-11-03\"\r\n";
    assert_eq!(text, expected);
}

#[test]
fn the_figures_of_the_days_are_a_line_a_day() {
    let series = |name: &str, counts: &[u64]| Series {
        name: name.to_owned(),
        counts: counts.to_vec(),
    };
    let report = Report {
        title: "Monthly report".to_owned(),
        product: "KinWise".to_owned(),
        period: Period::to_date(date(2026, 11, 2)),
        language: Language::German,
        generated_at: jiff::Timestamp::UNIX_EPOCH,
        charts: vec![Chart {
            title: "Mails".to_owned(),
            shape: Shape::Bars,
            series: vec![series("sent", &[1, 2]), series("failed", &[3])],
        }],
        tables: Vec::new(),
    };
    let mut file = Vec::new();

    days(&report, &mut file).unwrap();

    let lines = read(&file);
    assert_eq!(lines[0], ["Datum", "Mails: sent", "Mails: failed"]);
    assert_eq!(lines[1], ["2026-11-01", "1", "3"]);
    assert_eq!(lines[2], ["2026-11-02", "2", "0"]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_row_has_a_cell_for_every_column() {
    let mut rows = Rows::new(&heading(), Vec::new()).unwrap();

    let refused = rows.row(&[Cell::Empty]).unwrap_err();

    assert_eq!(refused.to_string(), "a row has 1 cells for 4 columns");
}

proptest! {
    #[test]
    fn what_is_written_is_read(cells in proptest::collection::vec("\\PC*|[\\x00-\\x1f,;=\"]*", 1..8)) {
        let columns: Vec<Column> = cells.iter().map(Column::text).collect();
        let title = String::new();
        let heading = Heading { title, columns, has_totals: false };
        let row: Vec<Cell> = cells.iter().map(|cell| cell.as_str().into()).collect();
        let mut file = Vec::new();
        table(&Table { heading, rows: vec![row] }, &mut file).unwrap();

        let expected: Vec<String> = cells.iter().map(|cell| neutral(cell)).collect();
        prop_assert_eq!(read(&file), vec![expected.clone(), expected]);
    }
}
