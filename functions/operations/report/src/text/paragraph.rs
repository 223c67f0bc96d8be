//! Lines of glyphs, and how they are drawn.

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use parley::Layout;
use parley::layout::{Line, Run};

use super::typesetter::{Style, Typesetter};

/// On which side of its width a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A text that has been set.
pub(crate) struct Paragraph {
    text: String,
    style: Style,
    layout: Layout<()>,
}

impl Paragraph {
    pub(super) fn new(text: String, style: Style, layout: Layout<()>) -> Self {
        Self {
            text,
            style,
            layout,
        }
    }

    /// The width of its longest line.
    pub(crate) fn width(&self) -> f32 {
        self.layout.width()
    }

    /// The height of all its lines.
    pub(crate) fn height(&self) -> f32 {
        // A paragraph has few lines.
        #[expect(clippy::cast_precision_loss)]
        let lines = self.layout.len().max(1) as f32;
        lines * self.style.line_height()
    }

    /// Draws the lines from a point on, the left upper corner of a box of this width.
    pub(crate) fn draw(
        &self,
        typesetter: &mut Typesetter<'_>,
        surface: &mut Surface<'_>,
        (x, y): (f32, f32),
        (align, width): (Align, f32),
    ) {
        let mut baseline = y + self.style.ascent();
        for line in self.layout.lines() {
            let metrics = line.metrics();
            let free = width - (metrics.advance - metrics.hanging_advance);
            let x = match align {
                Align::Left => x,
                Align::Centre => x + free / 2.0,
                Align::Right => x + free,
            };
            self.draw_line(typesetter, surface, &line, (x, baseline));
            baseline += self.style.line_height();
        }
    }

    fn draw_line(
        &self,
        typesetter: &mut Typesetter<'_>,
        surface: &mut Surface<'_>,
        line: &Line<'_, ()>,
        (mut x, y): (f32, f32),
    ) {
        for run in line.runs() {
            let size = run.font_size();
            let glyphs = glyphs(&run);
            if let Some(font) = typesetter.embedded(run.font()) {
                surface.draw_glyphs(Point::from_xy(x, y), &glyphs, font, &self.text, size, false);
            }
            x += glyphs
                .iter()
                .map(|glyph| glyph.x_advance * size)
                .sum::<f32>();
        }
    }
}

/// The glyphs of a run from left to right, each with the part of the text that it shows.
fn glyphs(run: &Run<'_, ()>) -> Vec<KrillaGlyph> {
    let size = run.font_size();
    let mut glyphs: Vec<KrillaGlyph> = Vec::with_capacity(run.len());
    // In text from right to left the rest of a ligature comes before the glyph that shows it.
    let mut rest = None;
    for cluster in run.visual_clusters() {
        let mut range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            if run.is_rtl() {
                rest = rest.or(Some(range.end));
            } else if let Some(glyph) = glyphs.last_mut() {
                glyph.text_range.end = range.end;
            }
            continue;
        }
        range.end = rest.take().unwrap_or(range.end);
        glyphs.extend(cluster.glyphs().map(|glyph| {
            let id = GlyphId::new(glyph.id);
            let (x, y) = (glyph.x / size, glyph.y / size);
            KrillaGlyph::new(id, glyph.advance / size, x, y, 0.0, range.clone(), None)
        }));
    }
    glyphs
}
