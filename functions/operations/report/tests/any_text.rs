//! Whatever texts say, there is a file that other programs read, and what was written is in it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use lopdf::Document;
use proptest::prelude::*;
use report::{
    Cell, Chart, Column, Fonts, Heading, Language, Period, Report, Series, Shape, Table, pdf,
};

static FONTS: LazyLock<Fonts> =
    LazyLock::new(|| Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap());

fn report(text: &str, cells: &[&str], counts: &[u64]) -> Report {
    let column = |index| Column::text(format!("{text}{index}"));
    let heading = Heading {
        title: text.to_owned(),
        columns: (0..cells.len()).map(column).collect(),
        has_totals: true,
    };
    let row: Vec<Cell> = cells.iter().map(|cell| (*cell).into()).collect();
    let chart = |shape| {
        let (name, counts) = (text.to_owned(), counts.to_vec());
        let series = vec![Series { name, counts }; 3];
        Chart {
            title: text.to_owned(),
            shape,
            series,
        }
    };
    Report {
        title: text.to_owned(),
        product: text.to_owned(),
        period: Period::to_date(date(2026, 11, 12)),
        language: Language::German,
        generated_at: Timestamp::UNIX_EPOCH,
        charts: vec![chart(Shape::Bars), chart(Shape::Lines)],
        tables: vec![Table {
            heading,
            rows: vec![row],
        }],
    }
}

/// All pages of a file, as another program reads them.
fn text_of(file: &[u8]) -> String {
    let document = Document::load_mem(file).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap()
}

/// Without what lines and columns separate.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

#[test]
fn cells_of_all_scripts_are_found_in_the_file() {
    let cells = [
        "ann@example.com",
        "Ελένη Παπαδοπούλου",
        "Наталья Ёлкина",
        "王小明",
        "カタカナ",
        "김철수",
        "ქართული",
    ];

    let found = letters(&text_of(
        &pdf::write(&report("Bericht", &cells, &[3, 4]), &FONTS).unwrap(),
    ));

    for cell in cells {
        assert!(found.contains(&letters(cell)), "{cell} in {found}");
    }
    assert!(found.contains("Summen"), "{found}");
    assert!(found.contains("1/2") && found.contains("2/2"), "{found}");
}

#[test]
fn the_same_report_is_the_same_file() {
    let report = report("Bericht أسرة 家計", &["नरेन्द्र", "😀"], &[1, 2, 3]);
    let file = pdf::write(&report, &FONTS).unwrap();
    // What other reports needed decides nothing.
    let other = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap();

    assert!(pdf::write(&report, &FONTS).unwrap() == file);
    assert!(pdf::write(&report, &other).unwrap() == file);
}

#[test]
fn what_is_empty_says_so() {
    let mut report = report("Bericht", &["a"], &[]);
    report.charts[0].series.clear();
    report.tables[0].rows.clear();

    let found = text_of(&pdf::write(&report, &FONTS).unwrap());

    let words = "Keine Einträge in diesem Zeitraum";
    assert_eq!(found.matches(words).count(), 3, "{found}");
}

#[test]
fn a_file_says_what_it_is() {
    let file = pdf::write(&report("Bericht", &["a"], &[]), &FONTS).unwrap();

    let document = Document::load_mem(&file).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"de");
    let marked = catalog.get(b"MarkInfo").unwrap().as_dict().unwrap();
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines"));
}

#[test]
fn a_table_of_many_pages_has_its_header_on_each() {
    let mut report = report("Bericht", &["a"], &[]);
    report.charts.clear();
    let row = |number: u64| vec![Cell::from(format!("row-{number:04}-"))];
    report.tables[0].rows = (0..200).map(row).collect();

    let file = pdf::write(&report, &FONTS).unwrap();

    let document = Document::load_mem(&file).unwrap();
    let pages = document.get_pages().into_keys();
    let pages: Vec<String> = pages
        .map(|page| letters(&document.extract_text(&[page]).unwrap()))
        .collect();
    assert!(pages.len() > 3, "{}", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("Bericht0"), "{page}");
        assert!(
            page.contains(&format!("{}/{}", index + 1, pages.len())),
            "{page}"
        );
    }
    let rows = (0..200).map(|number| format!("row-{number:04}-"));
    let times = |row: &String| {
        pages
            .iter()
            .map(|page| page.matches(row).count())
            .sum::<usize>()
    };
    assert!(rows.into_iter().all(|row| times(&row) == 1));
}

/// Any text: what people write, what they paste, what attackers try.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[\\x00-\\x1f\\x7f-\\x9f\\u{200b}-\\u{200f}\\u{2028}-\\u{202e}\\u{2066}-\\u{2069}a-c ]{0,30}",
        "[\\u{590}-\\u{e7f}\\u{1100}-\\u{11ff}\\u{fe00}-\\u{fe0f}]{0,30}",
        proptest::collection::vec(any::<char>(), 0..40).prop_map(|text| text.into_iter().collect()),
        "[a-z]{700,900}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_makes_a_file(
        title in text(),
        cells in proptest::collection::vec(text(), 1..=16),
        counts in proptest::collection::vec(any::<u64>(), 0..20),
    ) {
        let mut cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let last = cells.len() - 1;
        cells[last] = "q7";

        let file = pdf::write(&report(&title, &cells, &counts), &FONTS).unwrap();

        prop_assert!(letters(&text_of(&file)).contains("q7"));
    }
}
