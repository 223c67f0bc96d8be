//! The plane in which a chart is drawn, and its axes.

use super::super::About;
use super::super::canvas::{Canvas, Pen};
use super::super::page::{GREY, INK, LEFT, RULE, TEXT_WIDTH};
use super::scale::Scale;
use super::{AXIS, PLOT};
use crate::text::{Align, Paragraph};

/// The room between the numbers and the axis.
const GAP: f32 = 5.0;

/// Where days and counts are on the page.
pub(super) struct Plot {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) days: usize,
    end: u128,
}

impl Plot {
    /// A plane beside the numbers of its axis.
    pub(super) fn new(
        canvas: &mut Canvas<'_, '_, '_>,
        scale: &Scale,
        about: &About,
        top: f32,
    ) -> Self {
        let numbers = scale.lines().map(|number| about.language.brief(number));
        let widths = numbers.map(|number| canvas.typesetter.line(&number, AXIS).width());
        let numbers = widths.fold(0.0, f32::max) + GAP;
        Self {
            left: LEFT + numbers,
            top,
            width: TEXT_WIDTH - numbers,
            days: about.period.days(),
            end: scale.end(),
        }
    }

    /// The width of a day.
    pub(super) fn slot(&self) -> f32 {
        self.width / day_number(self.days)
    }

    /// The middle of a day.
    pub(super) fn x(&self, day: usize) -> f32 {
        self.left + self.slot() * (day_number(day) + 0.5)
    }

    /// Where a count is. What is drawn is less exact than what is counted.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    pub(super) fn y(&self, count: u128) -> f32 {
        let part = (count as f64 / self.end as f64) as f32;
        self.top + PLOT * (1.0 - part)
    }

    /// Draws lines and numbers.
    pub(super) fn draw_axes(&self, canvas: &mut Canvas<'_, '_, '_>, scale: &Scale, about: &About) {
        let right = self.left + self.width;
        for number in scale.lines() {
            let y = self.y(number);
            let pen = if number == 0 {
                Pen::solid(INK, 0.8)
            } else {
                Pen::solid(RULE, 0.5)
            };
            canvas.line(&[(self.left, y), (right, y)], &pen);
            let text = canvas.typesetter.line(&about.language.brief(number), AXIS);
            let at = (LEFT, y - text.height() / 2.0);
            canvas.text(&text, at, (Align::Right, self.left - GAP - LEFT), GREY);
        }
        for day in 0..self.days {
            let text = canvas.typesetter.line(&(day + 1).to_string(), AXIS);
            self.draw_at_day(canvas, &text, day, self.top + PLOT + 2.0);
        }
    }

    /// Where a text begins that stands in the middle of a day, and within the plane.
    pub(super) fn x_of(&self, text: &Paragraph, day: usize) -> f32 {
        let last = (self.left + self.width - text.width()).max(self.left);
        (self.x(day) - text.width() / 2.0).clamp(self.left, last)
    }

    /// Draws such a text.
    pub(super) fn draw_at_day(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        text: &Paragraph,
        day: usize,
        y: f32,
    ) {
        let x = self.x_of(text, day);
        canvas.text(text, (x, y), (Align::Left, text.width()), GREY);
    }
}

/// Days are 31 at most.
#[expect(clippy::cast_precision_loss)]
fn day_number(day: usize) -> f32 {
    day as f32
}
