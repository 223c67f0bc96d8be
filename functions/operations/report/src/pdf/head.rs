//! The head of the report, on its first page, and what every page repeats.

use krilla::tagging::ArtifactType;

use super::canvas::{Canvas, Pen};
use super::page::{FOOTER, GREY, HEADER, INK, LEFT, RULE, SMALL, TEXT_WIDTH};
use super::tags::Tags;
use super::{About, Pdf};
use crate::text::{Align, Paragraph, Style, Typesetter, isolate};

/// Where the head begins: the first page has no header above.
pub(super) const TOP: f32 = 44.0;

const PRODUCT: Style = Style::bold(10.0);
const TITLE: Style = Style::bold(22.0);
const PERIOD: Style = Style::plain(12.0);
/// The room above the line that ends the head.
const GAP: f32 = 8.0;

/// The texts of the head.
fn texts(typesetter: &mut Typesetter<'_>, about: &About) -> [Paragraph; 3] {
    let period = about.language.period(about.period);
    [
        typesetter.set(&about.product, PRODUCT, TEXT_WIDTH, 2),
        typesetter.set(&about.title, TITLE, TEXT_WIDTH, 3),
        typesetter.set(&period, PERIOD, TEXT_WIDTH, 1),
    ]
}

/// The height of the head.
pub(super) fn height(pdf: &mut Pdf<'_>) -> f32 {
    let texts = texts(&mut pdf.typesetter, &pdf.about);
    texts.iter().map(Paragraph::height).sum::<f32>() + GAP
}

/// Draws the head.
pub(super) fn draw(canvas: &mut Canvas<'_, '_, '_>, tags: &mut Tags, about: &About, mut y: f32) {
    let [product, title, period] = texts(canvas.typesetter, about);
    let mut next = |canvas: &mut Canvas<'_, '_, '_>, text: &Paragraph, colour| {
        let at = (LEFT, y);
        y += text.height();
        canvas.span(|canvas| canvas.text(text, at, (Align::Left, TEXT_WIDTH), colour))
    };
    let product = next(canvas, &product, GREY);
    tags.paragraph(product);
    let title = next(canvas, &title, INK);
    tags.heading(1, &about.title, title);
    let period = next(canvas, &period, GREY);
    tags.paragraph(period);
    let y = y + GAP;
    canvas.artifact(ArtifactType::Layout, |canvas| {
        canvas.line(&[(LEFT, y), (LEFT + TEXT_WIDTH, y)], &Pen::solid(INK, 1.0));
    });
}

/// Draws the footer of a page, and its header where it is not the first.
pub(super) fn draw_margins(
    canvas: &mut Canvas<'_, '_, '_>,
    about: &About,
    (page, pages): (usize, usize),
) {
    let language = about.language;
    let number = |number: usize| language.number(number as u64);
    let numbers = format!("{} / {}", number(page + 1), number(pages));
    let made_at = language.made_at(about.generated_at);
    canvas.artifact(ArtifactType::Footer, |canvas| {
        sides(canvas, (&made_at, &numbers), FOOTER);
    });
    if page > 0 {
        let name = format!("{} · {}", isolate(&about.product), isolate(&about.title));
        let period = language.period(about.period);
        canvas.artifact(ArtifactType::Header, |canvas| {
            sides(canvas, (&name, &period), HEADER);
            let y = HEADER + 1.5 * SMALL.line_height();
            canvas.line(&[(LEFT, y), (LEFT + TEXT_WIDTH, y)], &Pen::solid(RULE, 0.6));
        });
    }
}

/// Draws a text on the left, cut where the one on the right begins.
fn sides(canvas: &mut Canvas<'_, '_, '_>, (left, right): (&str, &str), y: f32) {
    let right = canvas.typesetter.line(right, SMALL);
    let free = TEXT_WIDTH - right.width() - 20.0;
    let left = canvas.typesetter.set(left, SMALL, free, 1);
    canvas.text(&left, (LEFT, y), (Align::Left, free), GREY);
    canvas.text(&right, (LEFT, y), (Align::Right, TEXT_WIDTH), GREY);
}
