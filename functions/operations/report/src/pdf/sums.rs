//! The table of sums: what the charts show, in numbers.

use crate::data::{Cell, Chart, Column, Heading, Period, Table};
use crate::words::{Language, Word};

/// A row for every series, and one for all of a chart.
pub(super) fn table(charts: &[Chart], period: Period, language: Language) -> Table {
    let name = |word| language.word(word);
    let columns = vec![
        Column::text(name(Word::Area)),
        Column::text(name(Word::Series)),
        Column::number(name(Word::Total)),
        Column::number(name(Word::DailyAverage)),
        Column::number(name(Word::HighestDay)),
    ];
    let heading = Heading {
        title: name(Word::Totals).to_owned(),
        columns,
        has_totals: false,
    };
    let rows = charts
        .iter()
        .flat_map(|chart| rows(chart, period, language));
    let rows = rows.collect();
    Table { heading, rows }
}

fn rows(chart: &Chart, period: Period, language: Language) -> Vec<Vec<Cell>> {
    let row = |name: &str, counts: Vec<u128>| {
        let sum = counts.iter().sum::<u128>();
        vec![
            chart.title.as_str().into(),
            name.into(),
            language.number(sum).into(),
            language.average(sum, period.days()).into(),
            highest(&counts, period, language),
        ]
    };
    let each = chart.series.iter().map(|series| {
        let counts = (0..period.days()).map(|day| u128::from(series.at(day)));
        row(&series.name, counts.collect())
    });
    let mut rows: Vec<_> = each.collect();
    if chart.series.len() > 1 {
        let counts = (0..period.days()).map(|day| of_day(chart, day));
        rows.push(row(language.word(Word::All), counts.collect()));
    }
    rows
}

/// The sum of all series on a day.
pub(super) fn of_day(chart: &Chart, day: usize) -> u128 {
    let counts = chart.series.iter().map(|series| u128::from(series.at(day)));
    counts.sum()
}

/// The highest count and its day, the first one where several are as high.
fn highest(counts: &[u128], period: Period, language: Language) -> Cell {
    let highest = counts.iter().max().copied().unwrap_or(0);
    let day = period
        .iter()
        .zip(counts)
        .find(|(_, count)| **count == highest);
    match day {
        Some((day, _)) if highest > 0 => {
            format!("{} ({})", language.number(highest), language.day(day)).into()
        }
        _ => "–".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Series, Shape};

    #[test]
    fn series_and_charts_are_added_up() {
        let series = |name: &str, counts: &[u64]| Series {
            name: name.to_owned(),
            counts: counts.to_vec(),
        };
        let chart = Chart {
            title: "Mails".to_owned(),
            shape: Shape::Bars,
            series: vec![series("sent", &[10, 50, 50]), series("failed", &[])],
        };
        let period = Period::month(2026, 11).unwrap();

        let table = table(&[chart], period, Language::English);

        let cells = |cells: [&str; 5]| cells.map(Cell::from).to_vec();
        let expected = [
            cells(["Mails", "sent", "110", "3.7", "50 (2026-11-02)"]),
            cells(["Mails", "failed", "0", "0.0", "–"]),
            cells(["Mails", "All", "110", "3.7", "50 (2026-11-02)"]),
        ];
        assert_eq!(table.rows, expected);
    }
}
