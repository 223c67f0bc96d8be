//! Charts: bars that are stacked, or lines; axes, a legend, and the numbers where there is room.
//!
//! A new shape is a variant of [`Shape`] and a file beside [`bars`], which draws into a [`Plot`].

mod bars;
mod colours;
mod legend;
mod lines;
mod plot;
mod scale;

use krilla::geom::Rect;
use legend::Legend;
use plot::Plot;
use scale::Scale;

use super::About;
use super::canvas::Canvas;
use super::page::{CAPTION, GREY, INK, LEFT, TEXT_WIDTH};
use super::sums::of_day;
use super::tags::Tags;
use crate::data::{Chart, Shape};
use crate::text::{Align, Style, Typesetter};
use crate::words::Word;

/// The numbers on the axes.
const AXIS: Style = Style::plain(7.0);
/// The height of the plot without what is written around it.
const PLOT: f32 = 118.0;
/// The room between legend and plot, in which the number over the highest bar stands.
const HEADROOM: f32 = 14.0;

/// The height of a chart, from its title to the days below.
pub(super) fn height(typesetter: &mut Typesetter<'_>, chart: &Chart, about: &About) -> f32 {
    let title = typesetter
        .set(&chart.title, CAPTION, TEXT_WIDTH, 2)
        .height();
    let legend = Legend::of(typesetter, chart, about).height();
    title + legend + HEADROOM + PLOT + 1.5 * AXIS.line_height()
}

/// Draws a chart.
pub(super) fn draw(
    canvas: &mut Canvas<'_, '_, '_>,
    tags: &mut Tags,
    chart: &Chart,
    about: &About,
    (page, y): (usize, f32),
) {
    let title = canvas.typesetter.set(&chart.title, CAPTION, TEXT_WIDTH, 2);
    let name = canvas.span(|canvas| canvas.text(&title, (LEFT, y), (Align::Left, TEXT_WIDTH), INK));
    tags.heading(2, &chart.title, name);
    let top = y + title.height();
    let legend = Legend::of(canvas.typesetter, chart, about);
    let content = canvas.other(|canvas| {
        legend.draw(canvas, chart.shape, top);
        draw_plot(canvas, chart, about, top + legend.height() + HEADROOM);
    });
    let height = height(canvas.typesetter, chart, about) - title.height();
    let around = Rect::from_xywh(LEFT, top, TEXT_WIDTH, height);
    tags.figure(legend::words(chart, about), page, around, content);
}

fn draw_plot(canvas: &mut Canvas<'_, '_, '_>, chart: &Chart, about: &About, top: f32) {
    let days = about.period.days();
    let highest = (0..days).map(|day| match chart.shape {
        Shape::Bars => of_day(chart, day),
        Shape::Lines => {
            let counts = chart.series.iter().map(|series| u128::from(series.at(day)));
            counts.max().unwrap_or(0)
        }
    });
    let highest = highest.max().unwrap_or(0);
    let scale = Scale::up_to(highest);
    let plot = Plot::new(canvas, &scale, about, top);
    plot.draw_axes(canvas, &scale, about);
    if highest == 0 {
        let words = about.language.word(Word::NoEntries);
        let words = canvas.typesetter.line(words, Style::plain(9.0));
        let at = (plot.left, plot.top + PLOT / 2.0 - words.height());
        canvas.text(&words, at, (Align::Centre, plot.width), GREY);
        return;
    }
    match chart.shape {
        Shape::Bars => bars::draw(canvas, &plot, chart, about.language),
        Shape::Lines => lines::draw(canvas, &plot, chart),
    }
}
