//! A month of a hundred thousand tasks fits the memory that is promised, from the rows to the three files.
//!
//! It is alone in its file, since the highest memory is that of the process.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use jiff::Timestamp;
use report::{Cell, Chart, Column, Fonts, Heading, Language, Period, Series, Shape, Table};
use reports::draft::{About, Columns, Draft, MOST_ROWS};

/// What a report may take, everything in the process included.
const MEMORY: u64 = 256 * 1024 * 1024;

/// The most memory that this process has had resident.
fn highest_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let line = lines.find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

fn heading() -> Heading {
    let names = [
        "Asked for",
        "Kind",
        "Queue",
        "Outcome",
        "Finished",
        "Error",
        "Id",
    ];
    let mut columns: Vec<Column> = names.map(Column::text).into();
    columns.insert(4, Column::number("Tries"));
    Heading {
        title: "Tasks".to_owned(),
        columns,
        has_totals: false,
    }
}

fn row(number: u64) -> [Cell; 8] {
    let second = 1_793_491_200 + i64::try_from(number * 25).unwrap();
    let at = Timestamp::from_second(second).unwrap();
    let is_failed = number.is_multiple_of(7);
    let error = "DynamoDB was not available to claim a task: the connection was closed";
    [
        at.into(),
        "send_security_notice".into(),
        "mail-urgent".into(),
        if is_failed { "Failed" } else { "Done" }.into(),
        (number % 4 + 1).into(),
        at.into(),
        if is_failed { error.into() } else { Cell::Empty },
        format!("019a9f0e-6b1f-7c1e-9a57-{number:012x}").into(),
    ]
}

#[test]
fn a_hundred_thousand_rows_take_less_than_256_mb_and_no_more_are_written() {
    let fonts = concat!(env!("CARGO_MANIFEST_DIR"), "/../report/fonts");
    let fonts = Fonts::open(fonts).unwrap();
    let about = About {
        title: "Tasks and their outcomes",
        product: "KinWise",
        period: Period::month(2026, 11).unwrap(),
        language: Language::English,
        made_at: Timestamp::UNIX_EPOCH,
    };
    let columns = Columns {
        heading: heading(),
        on_paper: 6,
    };
    let mut draft = Draft::new(about, &columns, &fonts).unwrap();
    let too_many = MOST_ROWS + 10;

    for number in 0..too_many {
        draft.row(&row(number)).unwrap();
    }
    assert_eq!((draft.written, draft.left_out), (MOST_ROWS, 10));
    let series = Series {
        name: "Done".to_owned(),
        counts: vec![too_many / 30; 30],
    };
    let chart = Chart {
        title: "Outcomes".to_owned(),
        shape: Shape::Bars,
        series: vec![series],
    };
    let notes = Table {
        heading: heading(),
        rows: Vec::new(),
    };
    let files = draft.finish(vec![chart], &notes).unwrap();

    let highest = highest_memory();
    let sizes: Vec<usize> = files.iter().map(|(_, file)| file.len()).collect();
    assert!(highest < MEMORY, "{highest} octets of memory, {sizes:?}");
    assert!(sizes.iter().all(|size| *size < 25_000_000), "{sizes:?}");
}
