//! A bar a day, in which the series are stacked.

use super::super::canvas::Canvas;
use super::super::page::PAPER;
use super::super::sums::of_day;
use super::colours::colour;
use super::plot::Plot;
use crate::data::Chart;
use crate::text::Style;
use crate::words::Language;

/// The width of a bar at most: that of the only day of a month is no wall.
const WIDEST: f32 = 26.0;
/// The part of a day that its bar takes.
const PART: f32 = 0.72;
/// The room between the parts of a bar.
const SEAM: f32 = 0.5;
/// The numbers over the bars.
const NUMBER: Style = Style::plain(6.0);

/// Draws the bars, the first series at the bottom.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_, '_>,
    plot: &Plot,
    chart: &Chart,
    language: Language,
) {
    let width = WIDEST.min(PART * plot.slot());
    for day in 0..plot.days {
        let x = plot.x(day) - width / 2.0;
        let mut below = 0;
        for (index, series) in chart.series.iter().enumerate() {
            let count = u128::from(series.at(day));
            if count == 0 {
                continue;
            }
            let (bottom, top) = (plot.y(below), plot.y(below + count));
            canvas.rectangle(
                (x, top),
                (width, bottom - top),
                colour(index, chart.series.len()),
            );
            if below > 0 && bottom - top > 2.0 * SEAM {
                canvas.rectangle((x, bottom - SEAM / 2.0), (width, SEAM), PAPER);
            }
            below += count;
        }
    }
    draw_numbers(canvas, plot, chart, language);
}

/// Writes the sums over the bars, or the highest one alone where there is no room for all.
fn draw_numbers(canvas: &mut Canvas<'_, '_, '_>, plot: &Plot, chart: &Chart, language: Language) {
    let counts: Vec<u128> = (0..plot.days).map(|day| of_day(chart, day)).collect();
    let numbers: Vec<_> = counts
        .iter()
        .map(|count| canvas.typesetter.line(&language.number(*count), NUMBER))
        .collect();
    let has_room = numbers
        .iter()
        .all(|number| number.width() + 1.5 <= plot.slot());
    let highest = counts.iter().max().copied().unwrap_or(0);
    let first = counts.iter().position(|count| *count == highest);
    for (day, number) in numbers.iter().enumerate() {
        if counts[day] > 0 && (has_room || first == Some(day)) {
            let y = plot.y(counts[day]) - NUMBER.line_height();
            // A line behind the digits would cross them out.
            let at = (plot.x_of(number, day), y + 1.0);
            canvas.rectangle(at, (number.width(), NUMBER.size), PAPER);
            plot.draw_at_day(canvas, number, day, y);
        }
    }
}
