//! Which series is which, and how much it has.

use super::super::About;
use super::super::canvas::Canvas;
use super::super::page::{INK, LEFT, TEXT_WIDTH};
use super::colours::colour;
use super::lines;
use crate::data::{Chart, Series, Shape};
use crate::text::{Align, Paragraph, Style, Typesetter, isolate};

const TEXT: Style = Style::plain(8.0);
/// The width of what stands before a name.
const SAMPLE: f32 = 16.0;
/// The room between an entry and the next.
const GAP: f32 = 16.0;

/// The entries, each where it stands from the legend's left upper corner on.
pub(super) struct Legend {
    entries: Vec<(Paragraph, f32, f32)>,
    height: f32,
}

impl Legend {
    /// The legend of a chart, in as many lines as it takes.
    pub(super) fn of(typesetter: &mut Typesetter<'_>, chart: &Chart, about: &About) -> Self {
        let (mut x, mut y) = (0.0, 2.0);
        let mut entries = Vec::new();
        for series in &chart.series {
            // A long name is cut: the table of sums has it whole.
            let text = typesetter.set(&entry(series, about), TEXT, TEXT_WIDTH - SAMPLE, 1);
            let width = SAMPLE + text.width();
            if x > 0.0 && x + width > TEXT_WIDTH {
                (x, y) = (0.0, y + TEXT.line_height() + 1.0);
            }
            entries.push((text, x, y));
            x += width + GAP;
        }
        let height = if entries.is_empty() {
            0.0
        } else {
            y + TEXT.line_height()
        };
        Self { entries, height }
    }

    pub(super) fn height(&self) -> f32 {
        self.height
    }

    /// Draws the legend below a height.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_, '_, '_>, shape: Shape, top: f32) {
        let count = self.entries.len();
        for (index, (text, x, y)) in self.entries.iter().enumerate() {
            let (x, y) = (LEFT + x, top + y);
            let middle = y + text.height() / 2.0 + 0.6;
            match shape {
                Shape::Bars => {
                    canvas.rectangle((x, middle - 3.5), (11.0, 7.0), colour(index, count));
                }
                Shape::Lines => {
                    canvas.line(
                        &[(x, middle), (x + 12.0, middle)],
                        &lines::pen(index, count),
                    );
                    lines::draw_mark(canvas, index, (x + 6.0, middle), colour(index, count));
                }
            }
            canvas.text(text, (x + SAMPLE, y), (Align::Left, text.width()), INK);
        }
    }
}

/// What a chart shows, in words, for who does not see it.
pub(super) fn words(chart: &Chart, about: &About) -> String {
    let entries = chart.series.iter().map(|series| entry(series, about));
    let entries: Vec<String> = entries.collect();
    format!("{}. {}", chart.title, entries.join("; "))
}

fn entry(series: &Series, about: &About) -> String {
    let counts = (0..about.period.days()).map(|day| u128::from(series.at(day)));
    let sum = about.language.number(counts.sum::<u128>());
    format!("{}: {sum}", isolate(&series.name))
}
