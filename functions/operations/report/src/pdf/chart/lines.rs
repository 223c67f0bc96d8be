//! A line a series. Lines differ in colour, in their strokes and in the marks of their days.

use krilla::geom::PathBuilder;

use super::super::canvas::{Canvas, Pen};
use super::super::page::Colour;
use super::colours::colour;
use super::plot::Plot;
use crate::data::Chart;

/// Strokes and gaps: a whole line, dashes, dots, both.
const DASHES: [&[f32]; 4] = [&[], &[5.0, 2.5], &[0.1, 2.4], &[6.0, 2.5, 0.1, 2.5]];

/// Half the size of a mark.
const MARK: f32 = 2.1;

/// Draws the lines.
pub(super) fn draw(canvas: &mut Canvas<'_, '_, '_>, plot: &Plot, chart: &Chart) {
    let count = chart.series.len();
    // The first series is on top.
    for (index, series) in chart.series.iter().enumerate().rev() {
        let points = (0..plot.days).map(|day| (plot.x(day), plot.y(series.at(day).into())));
        let points: Vec<(f32, f32)> = points.collect();
        canvas.line(&points, &pen(index, count));
        for at in points {
            draw_mark(canvas, index, at, colour(index, count));
        }
    }
}

/// The pen of one of so many series.
pub(super) fn pen(series: usize, count: usize) -> Pen {
    Pen {
        colour: colour(series, count),
        width: 1.3,
        dashes: DASHES[series % DASHES.len()].to_vec(),
    }
}

/// Draws the mark of a day: a square, a diamond, a triangle upwards or downwards.
pub(super) fn draw_mark(
    canvas: &mut Canvas<'_, '_, '_>,
    series: usize,
    (x, y): (f32, f32),
    colour: Colour,
) {
    let (half, wide) = (MARK * 0.85, MARK * 1.3);
    let corners: &[(f32, f32)] = match series % 4 {
        0 => &[(-half, -half), (half, -half), (half, half), (-half, half)],
        1 => &[(0.0, -wide), (wide, 0.0), (0.0, wide), (-wide, 0.0)],
        2 => &[(0.0, -wide), (wide, MARK), (-wide, MARK)],
        _ => &[(0.0, wide), (wide, -MARK), (-wide, -MARK)],
    };
    let mut path = PathBuilder::new();
    for (index, (right, down)) in corners.iter().enumerate() {
        match index {
            0 => path.move_to(x + right, y + down),
            _ => path.line_to(x + right, y + down),
        }
    }
    path.close();
    canvas.shape(path, colour);
}
