//! What is drawn with: rectangles, lines, shapes and texts on a page.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};

use super::page::Colour;
use crate::text::{Align, Paragraph, Typesetter};

/// A page, and what sets its texts.
pub(super) struct Canvas<'c, 's, 'f> {
    /// The page.
    pub(super) surface: &'c mut Surface<'s>,
    /// What sets its texts.
    pub(super) typesetter: &'c mut Typesetter<'f>,
}

/// A line that is drawn.
#[derive(Debug, Clone)]
pub(super) struct Pen {
    pub(super) colour: Colour,
    pub(super) width: f32,
    /// Lengths of strokes and gaps; none where it is a whole line.
    pub(super) dashes: Vec<f32>,
}

impl Pen {
    /// A whole line.
    pub(super) fn solid(colour: Colour, width: f32) -> Self {
        let dashes = Vec::new();
        Self {
            colour,
            width,
            dashes,
        }
    }
}

impl Canvas<'_, '_, '_> {
    /// Draws something that readers need not hear: lines, shades, and what every page repeats.
    pub(super) fn artifact(&mut self, kind: ArtifactType, draw: impl FnOnce(&mut Self)) {
        let artifact = Artifact::with_kind(kind);
        self.surface.start_tagged(ContentTag::Artifact(artifact));
        draw(self);
        self.surface.end_tagged();
    }

    /// Draws text, and returns by what name the tree of tags knows it.
    pub(super) fn span(&mut self, draw: impl FnOnce(&mut Self)) -> Identifier {
        let name = self
            .surface
            .start_tagged(ContentTag::Span(SpanTag::empty()));
        draw(self);
        self.surface.end_tagged();
        name
    }

    /// Draws something else than text, likewise.
    pub(super) fn other(&mut self, draw: impl FnOnce(&mut Self)) -> Identifier {
        let name = self.surface.start_tagged(ContentTag::Other);
        draw(self);
        self.surface.end_tagged();
        name
    }

    /// Draws a text in a box whose left upper corner and width are given.
    pub(super) fn text(
        &mut self,
        text: &Paragraph,
        at: (f32, f32),
        fit: (Align, f32),
        colour: Colour,
    ) {
        self.fill_with(colour);
        text.draw(self.typesetter, self.surface, at, fit);
    }

    /// Draws a filled rectangle.
    pub(super) fn rectangle(
        &mut self,
        (x, y): (f32, f32),
        (width, height): (f32, f32),
        colour: Colour,
    ) {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rectangle);
        }
        self.shape(path, colour);
    }

    /// Draws a filled shape.
    pub(super) fn shape(&mut self, path: PathBuilder, colour: Colour) {
        if let Some(path) = path.finish() {
            self.fill_with(colour);
            self.surface.draw_path(&path);
        }
    }

    /// Draws a line along points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], pen: &Pen) {
        if let Some(path) = along(points) {
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(stroke(pen)));
            self.surface.draw_path(&path);
            self.surface.set_stroke(None);
        }
    }

    fn fill_with(&mut self, colour: Colour) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill {
            paint: rgb::Color::from(colour).into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::default(),
        }));
    }
}

fn along(points: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (first, others) = points.split_first()?;
    path.move_to(first.0, first.1);
    for (x, y) in others {
        path.line_to(*x, *y);
    }
    path.finish()
}

fn stroke(pen: &Pen) -> Stroke {
    let array = pen.dashes.clone();
    Stroke {
        paint: rgb::Color::from(pen.colour).into(),
        width: pen.width,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        dash: (!array.is_empty()).then_some(StrokeDash { array, offset: 0.0 }),
        ..Stroke::default()
    }
}
