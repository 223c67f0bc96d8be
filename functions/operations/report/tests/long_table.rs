//! A table of a hundred thousand rows fits the memory of a small function.
//!
//! It is alone in its file, since the highest memory is that of the process.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use report::{Column, Fonts, Heading, Language, Period, Report, csv, pdf};

const ROWS: u64 = 100_000;

/// What the rows may take, everything in the process included.
const MEMORY: u64 = 256 * 1024 * 1024;

/// What the file may take. It is some 14 MB, which a browser opens.
const MAX_FILE: usize = 20_000_000;

/// The most memory that this process has had resident.
fn highest_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

fn heading() -> Heading {
    Heading {
        title: "Log-ins".to_owned(),
        columns: vec![
            Column::text("Address"),
            Column::text("Name"),
            Column::text("Time"),
            Column::text("Outcome"),
            Column::number("Tries"),
            Column::duration("Took"),
        ],
        has_totals: true,
    }
}

#[test]
fn a_hundred_thousand_rows_take_less_than_256_mb() {
    let report = Report {
        title: "Monthly report".to_owned(),
        product: "KinWise".to_owned(),
        period: Period::month(2026, 11).unwrap(),
        language: Language::English,
        generated_at: Timestamp::UNIX_EPOCH,
        charts: Vec::new(),
        tables: Vec::new(),
    };
    let fonts = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap();
    let names = [
        "Ann Smith",
        "Наталья Ёлкина",
        "محمد عبد الله",
        "王小明",
        "김철수",
        "नरेन्द्र",
    ];
    let mut in_csv = csv::Rows::new(&heading(), io::sink()).unwrap();
    let mut in_pdf = pdf::Pdf::new(&report, &fonts).unwrap();

    in_pdf.begin(&heading()).unwrap();
    for number in 0..ROWS {
        let second = i64::try_from(number * 25).unwrap();
        let name = names[usize::try_from(number).unwrap() % names.len()];
        let row = [
            format!("person.number.{number}@example.com").into(),
            format!("{name} {number}").into(),
            Timestamp::from_second(1_793_491_200 + second)
                .unwrap()
                .into(),
            if number % 7 == 0 {
                "wrong password"
            } else {
                "logged in"
            }
            .into(),
            (number % 5 + 1).into(),
            Duration::from_millis(number % 900 + 100).into(),
        ];
        in_csv.row(&row).unwrap();
        in_pdf.row(&row).unwrap();
    }
    in_csv.finish().unwrap();
    let file = in_pdf.finish().unwrap();

    let highest = highest_memory();
    assert!(highest < MEMORY, "{highest} octets of memory");
    assert!(file.len() < MAX_FILE, "{} octets of file", file.len());
}
