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
            } else {
                lengthen(&mut glyphs, range.end);
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

/// Lets the glyphs of the last cluster stand for more text. They share one range, or programs would read parts of it twice.
fn lengthen(glyphs: &mut [KrillaGlyph], end: usize) {
    let start = glyphs.last().map(|glyph| glyph.text_range.start);
    let last = glyphs.iter_mut().rev();
    for glyph in last.take_while(|glyph| Some(glyph.text_range.start) == start) {
        glyph.text_range.end = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Fonts;

    #[test]
    fn no_part_of_a_text_is_read_twice() {
        let fonts = Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap();
        let mut typesetter = Typesetter::new(&fonts).unwrap();
        for text in [
            "office",
            "ಕನ್ನಡ ಶ್ರೀ",
            "ਗੁਰਪ੍ਰੀਤ",
            "සිංහල ශ්‍රී",
            "नरेन्द्र क्षत्रिय",
            "လက် မြန်မာ",
            "لا إله الله",
            "שָׁלוֹם",
            "👩‍👩‍👧 🇩🇪",
        ] {
            typesetter.prepare(text).unwrap();
            let paragraph = typesetter.line(text, Style::plain(8.0));

            let lines = paragraph.layout.lines();
            let runs: Vec<_> = lines
                .flat_map(|line| line.runs().collect::<Vec<_>>())
                .collect();
            let mut read = vec![None; text.len()];
            for glyph in runs.iter().flat_map(glyphs) {
                for octet in glyph.text_range.clone() {
                    let before = read[octet].replace(glyph.text_range.clone());
                    assert!(
                        before.is_none_or(|before| before == glyph.text_range),
                        "{text}"
                    );
                }
            }
            assert!(read.iter().all(Option::is_some), "{text}: {read:?}");
        }
    }
}
