//! How wide the columns of a table are.

use super::page::{CELL, CELL_BOLD, PADDING, TEXT_WIDTH};
use super::rows::Rows;
use crate::data::Kind;
use crate::text::Typesetter;

/// Rows that are looked at. What comes later is wrapped, should it be wider.
const SAMPLE: usize = 400;

/// The widths of a table's columns, which take the width of the page together.
pub(super) fn widths(typesetter: &mut Typesetter<'_>, rows: &Rows) -> Vec<f32> {
    let columns = &rows.heading().columns;
    let mut wanted: Vec<f32> = columns
        .iter()
        .map(|column| typesetter.line(&column.name, CELL_BOLD).width())
        .collect();
    let totals = rows.totals().into_iter().flatten();
    for (wanted, total) in wanted.iter_mut().zip(totals) {
        *wanted = wanted.max(typesetter.line(&total, CELL_BOLD).width());
    }
    // From all over the table: the first rows are often alike.
    let step = rows.len().div_ceil(SAMPLE).max(1);
    for row in (0..rows.len()).step_by(step) {
        for (wanted, text) in wanted.iter_mut().zip(rows.row(row)) {
            *wanted = wanted.max(typesetter.line(text, CELL).width());
        }
    }
    for width in &mut wanted {
        // A little more than the text has, so that no rounding breaks it.
        *width += 2.0 * PADDING + 0.5;
    }
    let grows: Vec<bool> = columns
        .iter()
        .map(|column| column.kind == Kind::Text)
        .collect();
    fit(&wanted, &grows, TEXT_WIDTH)
}

/// Shares a width among columns: who wants less than an equal share has what it wants, the others share the rest. What is
/// over goes to columns of text, where there are some.
fn fit(wanted: &[f32], grows: &[bool], width: f32) -> Vec<f32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut widths = wanted.to_vec();
    let (mut free, mut left) = (width, wanted.len());
    for index in order {
        widths[index] = wanted[index].min(free / share(left));
        free -= widths[index];
        left -= 1;
    }
    let growing = match grows.iter().filter(|grows| **grows).count() {
        0 => vec![true; wanted.len()],
        _ => grows.to_vec(),
    };
    let each = free.max(0.0) / share(growing.iter().filter(|grows| **grows).count());
    for (width, _) in widths.iter_mut().zip(growing).filter(|(_, grows)| *grows) {
        *width += each;
    }
    widths
}

/// Columns are 16 at most.
#[expect(clippy::cast_precision_loss)]
fn share(columns: usize) -> f32 {
    columns.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_goes_to_texts() {
        assert_eq!(fit(&[20.0, 30.0], &[true, false], 100.0), [70.0, 30.0]);
        assert_eq!(fit(&[20.0, 30.0], &[false, false], 100.0), [45.0, 55.0]);
    }

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        assert_eq!(
            fit(&[500.0, 20.0, 900.0], &[true; 3], 100.0),
            [40.0, 20.0, 40.0]
        );
    }
}
