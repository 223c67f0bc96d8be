//! Writes sample files into a folder, for the eye: `cargo run -p report --example sample -- FOLDER`.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use report::{
    Cell, Chart, Column, Fonts, Heading, Language, Period, Report, Series, Shape, Table, csv, pdf,
};

/// Names in all kinds of scripts, and some that ask for trouble.
const NAMES: [&str; 38] = [
    "Ann Smith",
    "Jürgen Groß-Müller",
    "Ελένη Παπαδοπούλου",
    "Наталья Ёлкина",
    "محمد عبد الله",
    "שָׁלוֹם כֹּהֵן",
    "नरेन्द्र क्षत्रिय",
    "রবীন্দ্রনাথ ঠাকুর",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "ગાંધી મોહનદાસ",
    "ଓଡ଼ିଆ",
    "தமிழ் செல்வி",
    "తెలుగు శ్రీ",
    "ಕನ್ನಡ ಶ್ರೀ",
    "മലയാളം",
    "සිංහල ශ්‍රී",
    "สมชาย ใจดี",
    "ລາວ",
    "བོད་སྐད",
    "မြန်မာ ကျော်",
    "ქართული",
    "አማርኛ",
    "ភាសាខ្មែរ",
    "王小明 (简体)",
    "臺灣 陳大文",
    "山田 太郎 カタカナ",
    "김철수 한국어",
    "Հայերեն",
    "ދިވެހި",
    "ᏣᎳᎩ",
    "Tiếng Việt: Nguyễn Thị Hồng",
    "😀 Emoji 👩‍👩‍👧 🇩🇪 ❤️",
    "Mixed العربية and English 123",
    "→ ∑ ☎ ⌘ ★ ½",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.verylongemailaddress@example.com",
    "Unknown \u{E000}\u{10FFFE}\u{12000}\u{0}\u{202E}",
    "",
    "A long text that goes on and on, so that it takes more than the three lines that a cell has at most, and must be cut at the end of the third with an ellipsis, which says that there is more of it in the CSV file than here.",
];

fn series(name: &str, counts: impl Fn(u64) -> u64) -> Series {
    let (name, counts) = (name.to_owned(), (1..=30).map(counts).collect());
    Series { name, counts }
}

fn charts() -> Vec<Chart> {
    let chart = |title: &str, shape, series| {
        let title = title.to_owned();
        Chart {
            title,
            shape,
            series,
        }
    };
    vec![
        chart(
            "Registrations",
            Shape::Bars,
            vec![series("Registrations", |day| day * 7 % 13 + 3)],
        ),
        chart(
            "Log-ins",
            Shape::Lines,
            vec![
                series("Password", |day| 400 + day * 37 % 90),
                series("One-time code", |day| 300 + day * 53 % 110),
                series("Passkey", |day| 100 + day * 17 % 60),
                series("محمد", |day| 20 + day * 11 % 30),
            ],
        ),
        chart(
            "Mails",
            Shape::Bars,
            vec![
                series("Sent", |day| 1_000 + day * 377 % 900),
                series("Retried", |day| 100 + day * 53 % 110),
                series("Failed", |day| day * 17 % 60),
            ],
        ),
        chart(
            "Tasks",
            Shape::Bars,
            vec![
                series("Done", |day| {
                    day * 3_770_000_000_000_000 % 90_000_000_000_000_000
                }),
                series("Waiting", |day| day * 530_000_000_000_000),
                series("Retried", |day| day * 330_000_000_000_000),
                series("Refused", |day| day * 230_000_000_000_000),
                series(
                    "A name that is as long as a name can be while it still is a name of a series, and longer",
                    |day| day * 230_000_000_000_000,
                ),
                series("Failed", |_| 0),
            ],
        ),
    ]
}

fn heading(title: &str) -> Heading {
    Heading {
        title: title.to_owned(),
        columns: vec![
            Column::text("Name"),
            Column::text("Day"),
            Column::text("Last log-in"),
            Column::number("Log-ins"),
            Column::duration("Longest"),
        ],
        has_totals: true,
    }
}

fn rows() -> Vec<Vec<Cell>> {
    let row = |(index, name): (usize, &&str)| {
        let number = index as u64;
        let time: jiff::Timestamp = "2026-11-03T12:34:56Z".parse().unwrap_or_default();
        vec![
            (*name).into(),
            date(2026, 11, 3).into(),
            time.into(),
            (number * number * number * 17).into(),
            Duration::from_millis(number.pow(4) * 37).into(),
        ]
    };
    NAMES.iter().cycle().take(80).enumerate().map(row).collect()
}

fn report(language: Language) -> Report {
    let tables = vec![
        Table {
            heading: heading("People"),
            rows: rows(),
        },
        Table {
            heading: heading("Nobody"),
            rows: Vec::new(),
        },
    ];
    Report {
        title: "Monthly report".to_owned(),
        product: "KinWise 家計 أسرة".to_owned(),
        period: Period::to_date(date(2026, 11, 30)),
        language,
        generated_at: "2026-12-01T02:05:00Z".parse().unwrap_or_default(),
        charts: charts(),
        tables,
    }
}

fn write(folder: &Path, name: &str, report: &Report, fonts: &Fonts) -> Result<(), Box<dyn Error>> {
    fs::write(
        folder.join(name).with_extension("pdf"),
        pdf::write(report, fonts)?,
    )?;
    csv::days(
        report,
        File::create(folder.join(name).with_extension("csv"))?,
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let folder = Path::new(&folder);
    let fonts = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts"))?;
    let full = report(Language::English);
    write(folder, "full", &full, &fonts)?;
    write(folder, "german", &report(Language::German), &fonts)?;

    let mut empty = report(Language::German);
    let series = empty.charts.iter_mut().flat_map(|chart| &mut chart.series);
    series.for_each(|series| series.counts.clear());
    empty.tables.truncate(0);
    write(folder, "empty", &empty, &fonts)?;

    let mut first_day = full.clone();
    first_day.period = Period::to_date(date(2026, 11, 1));
    write(folder, "first-day", &first_day, &fonts)?;

    let mut huge = full;
    let series = huge.charts.iter_mut().flat_map(|chart| &mut chart.series);
    series.for_each(|series| series.counts.fill(u64::MAX));
    huge.title = "An exceedingly long title ".repeat(20);
    write(folder, "huge", &huge, &fonts)?;
    Ok(())
}
