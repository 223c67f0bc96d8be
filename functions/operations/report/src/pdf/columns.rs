//! How wide the columns of a table are.

use super::page::{CELL, CELL_BOLD, PADDING, TEXT_WIDTH};
use super::rows::Rows;
use crate::data::{Column, Kind};
use crate::text::Typesetter;

/// Rows that are looked at. What comes later is wrapped, should it be wider.
const SAMPLE: usize = 400;

/// Of a hundred texts of a column, those that are to stand on one line where not all can. A few long ones are wrapped, and
/// leave room for the other columns.
const MOST: usize = 90;

/// A text that is worth wrapping. Shorter ones, such as names of kinds, are whole however rare: they cost little.
const LONG: f32 = TEXT_WIDTH / 5.0;

/// Cells of which none is rare.
const FEW: usize = 50;

/// The widths of a table's columns, which take the width of the page together.
pub(super) fn widths(typesetter: &mut Typesetter<'_>, rows: &Rows) -> Vec<f32> {
    let columns = &rows.heading().columns;
    let at_least = least(typesetter, rows);
    let cells = sample(typesetter, rows);
    let of_most = |most: usize| -> Vec<f32> {
        let columns = columns.iter().zip(&cells).zip(&at_least);
        let width = |((column, cells), least): ((&Column, &Vec<f32>), &f32)| {
            let is_long = cells.last().is_some_and(|widest| *widest > LONG);
            let has_rare = column.kind == Kind::Text && cells.len() >= FEW && is_long;
            let most = if has_rare { most } else { 100 };
            let place = (cells.len() * most / 100).min(cells.len().saturating_sub(1));
            // A little more than the text has, so that no rounding breaks it.
            least.max(cells.get(place).copied().unwrap_or(0.0)) + 2.0 * PADDING + 0.5
        };
        columns.map(width).collect()
    };
    let mut widths = share(&of_most(MOST), TEXT_WIDTH);
    let lacking = of_most(100).into_iter().zip(&widths);
    let lacking: Vec<f32> = lacking.map(|(wanted, width)| wanted - width).collect();
    let more = share(&lacking, TEXT_WIDTH - widths.iter().sum::<f32>());
    for (width, more) in widths.iter_mut().zip(more) {
        *width += more;
    }
    grow(&mut widths, columns.iter().map(|column| column.kind));
    widths
}

/// The widths of what is above and below the rows.
fn least(typesetter: &mut Typesetter<'_>, rows: &Rows) -> Vec<f32> {
    let names = rows.heading().columns.iter().map(|column| &*column.name);
    let mut least: Vec<f32> = names
        .map(|name| typesetter.line(name, CELL_BOLD).width())
        .collect();
    let totals = rows.totals().into_iter().flatten();
    for (least, total) in least.iter_mut().zip(totals) {
        *least = least.max(typesetter.line(&total, CELL_BOLD).width());
    }
    least
}

/// The widths of some cells of each column, in order. They are from all over the table: the first rows are often alike.
fn sample(typesetter: &mut Typesetter<'_>, rows: &Rows) -> Vec<Vec<f32>> {
    let mut cells = vec![Vec::new(); rows.heading().columns.len()];
    let step = rows.len().div_ceil(SAMPLE).max(1);
    for row in (0..rows.len()).step_by(step) {
        for (cells, text) in cells.iter_mut().zip(rows.row(row)) {
            cells.push(typesetter.line(text, CELL).width());
        }
    }
    for cells in &mut cells {
        cells.sort_by(f32::total_cmp);
    }
    cells
}

/// Shares a width among columns: who wants less than an equal share has what it wants, the others share the rest.
fn share(wanted: &[f32], width: f32) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut widths = wanted.to_vec();
    let (mut free, mut left) = (width.max(0.0), wanted.len());
    for index in order {
        widths[index] = wanted[index].min(free / number(left));
        free -= widths[index];
        left -= 1;
    }
    widths
}

/// Gives what is over to columns of text, or to all where there are none.
fn grow(widths: &mut [f32], kinds: impl Iterator<Item = Kind>) {
    let mut grows: Vec<bool> = kinds.map(|kind| kind == Kind::Text).collect();
    if !grows.contains(&true) {
        grows.fill(true);
    }
    let growing = grows.iter().filter(|grows| **grows).count();
    let free = TEXT_WIDTH - widths.iter().sum::<f32>();
    for (width, _) in widths.iter_mut().zip(grows).filter(|(_, grows)| *grows) {
        *width += free.max(0.0) / number(growing);
    }
}

/// Columns are 16 at most.
#[expect(clippy::cast_precision_loss)]
fn number(columns: usize) -> f32 {
    columns.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Cell, Heading};
    use crate::text::Fonts;
    use crate::words::Language;

    /// The widths of a table of names and counts.
    fn of(names: &[&str], column: Column) -> Vec<f32> {
        let fonts = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap();
        let heading = Heading {
            title: String::new(),
            columns: vec![Column::text("Name"), column],
            has_totals: false,
        };
        let mut rows = Rows::new(&heading, Language::English);
        for name in names {
            rows.push(&[(*name).into(), Cell::Number(1)]).unwrap();
        }
        widths(&mut Typesetter::new(&fonts).unwrap(), &rows)
    }

    #[test]
    fn columns_take_the_page_and_texts_what_is_over() {
        let widths = of(&["Ann", "Bert"], Column::number("Count"));

        assert!((widths.iter().sum::<f32>() - TEXT_WIDTH).abs() < 0.1);
        assert!(widths[1] < 50.0, "{widths:?}");
    }

    #[test]
    fn a_rare_long_text_takes_no_room_from_others() {
        let long = "x".repeat(500);
        let mut names = vec!["Ann"; 99];
        names.push(&long);

        let widths = of(&names, Column::text("a longer name of a column ".repeat(4)));

        assert!(widths[1] > 300.0, "{widths:?}");
    }

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        assert_eq!(share(&[500.0, 20.0, 900.0], 100.0), [40.0, 20.0, 40.0]);
    }
}
