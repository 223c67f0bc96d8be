//! How a table is drawn.

use krilla::tagging::{ArtifactType, Identifier};

use super::canvas::{Canvas, Pen};
use super::page::{
    CAPTION, CELL, CELL_BOLD, CELL_LINES, Colour, GREY, INK, LEADING, LEFT, PADDING, RULE, SHADE,
    TEXT_WIDTH,
};
use super::plan::{Block, Placed};
use super::rows::Rows;
use super::tags::Tags;
use crate::data::Kind;
use crate::text::{Align, Style, isolate};
use crate::words::{Language, Word};

/// A table that is drawn.
pub(super) struct Drawn<'d> {
    pub(super) rows: &'d Rows,
    pub(super) widths: &'d [f32],
    pub(super) language: Language,
}

/// Draws what is behind and between the rows of a page. It comes first, and in one piece: readers skip it.
pub(super) fn draw_lines(canvas: &mut Canvas<'_, '_, '_>, blocks: &[Placed]) {
    canvas.artifact(ArtifactType::Layout, |canvas| {
        for Placed { block, y, height } in blocks {
            if matches!(block, Block::Row { row, .. } if row % 2 == 1) {
                canvas.rectangle((LEFT, *y), (TEXT_WIDTH, *height), SHADE);
            }
        }
        for Placed { block, y, height } in blocks {
            let (y, pen) = match block {
                Block::Header { .. } => (y + height, Pen::solid(INK, 0.8)),
                Block::Totals { .. } => (*y, Pen::solid(INK, 0.8)),
                Block::NoRows { .. } => (y + height, Pen::solid(RULE, 0.6)),
                _ => continue,
            };
            canvas.line(&[(LEFT, y), (LEFT + TEXT_WIDTH, y)], &pen);
        }
    });
}

impl Drawn<'_> {
    /// Draws the caption. On later pages it is for the eye alone: to the ear the table goes on.
    pub(super) fn caption(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        tags: &mut Tags,
        y: f32,
        is_continued: bool,
    ) {
        let title = &self.rows.heading().title;
        if is_continued {
            let continued = self.language.word(Word::Continued);
            let text = format!("{} ({continued})", isolate(title));
            let text = canvas.typesetter.set(&text, CAPTION, TEXT_WIDTH, 1);
            canvas.artifact(ArtifactType::PaginationOther, |canvas| {
                canvas.text(&text, (LEFT, y), (Align::Left, TEXT_WIDTH), GREY);
            });
        } else {
            let text = canvas.typesetter.set(title, CAPTION, TEXT_WIDTH, 2);
            let name = canvas.span(|canvas| {
                canvas.text(&text, (LEFT, y), (Align::Left, TEXT_WIDTH), INK);
            });
            tags.heading(2, title, name);
        }
    }

    /// Draws the names of the columns, which every page repeats.
    pub(super) fn header(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        tags: &mut Tags,
        y: f32,
        is_continued: bool,
    ) {
        let columns = &self.rows.heading().columns;
        let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
        if is_continued {
            canvas.artifact(ArtifactType::PaginationOther, |canvas| {
                for (column, name) in names.iter().enumerate() {
                    self.cell(canvas, (column, name), y, (CELL_BOLD, INK));
                }
            });
        } else {
            let names = names.iter().copied().enumerate();
            let cells = names.map(|cell| self.span(canvas, cell, y, CELL_BOLD));
            tags.begin_table(cells.collect());
        }
    }

    /// Draws a row.
    pub(super) fn row(&self, canvas: &mut Canvas<'_, '_, '_>, tags: &mut Tags, y: f32, row: usize) {
        let cells = self.rows.row(row).enumerate();
        let cells = cells.map(|cell| self.tagged(canvas, cell, y, CELL));
        tags.row(cells.collect());
    }

    /// Draws a row that is part of a longer text.
    pub(super) fn untagged_row(&self, canvas: &mut Canvas<'_, '_, '_>, y: f32, row: usize) {
        for cell in self.rows.row(row).enumerate() {
            self.cell(canvas, cell, y, (CELL, INK));
        }
    }

    /// Draws the row of sums.
    pub(super) fn totals(&self, canvas: &mut Canvas<'_, '_, '_>, tags: &mut Tags, y: f32) {
        let totals = self.rows.totals().unwrap_or_default();
        let cells = totals.iter().map(|text| &**text).enumerate();
        let cells = cells.map(|cell| self.tagged(canvas, cell, y, CELL_BOLD));
        tags.row(cells.collect());
    }

    /// Says that there are no rows.
    pub(super) fn no_rows(&self, canvas: &mut Canvas<'_, '_, '_>, tags: &mut Tags, y: f32) {
        let text = canvas
            .typesetter
            .line(self.language.word(Word::NoEntries), CELL);
        let at = (LEFT + PADDING, y + LEADING);
        let name = canvas.span(|canvas| canvas.text(&text, at, (Align::Left, TEXT_WIDTH), GREY));
        tags.row(vec![Some(name)]);
    }

    fn tagged(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        cell: (usize, &str),
        y: f32,
        style: Style,
    ) -> Option<Identifier> {
        (!cell.1.is_empty()).then(|| self.span(canvas, cell, y, style))
    }

    fn span(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        cell: (usize, &str),
        y: f32,
        style: Style,
    ) -> Identifier {
        canvas.span(|canvas| self.cell(canvas, cell, y, (style, INK)))
    }

    fn cell(
        &self,
        canvas: &mut Canvas<'_, '_, '_>,
        (column, text): (usize, &str),
        y: f32,
        (style, colour): (Style, Colour),
    ) {
        let before: f32 = self.widths[..column].iter().sum();
        let width = self.widths[column] - 2.0 * PADDING;
        let align = match self.rows.heading().columns[column].kind {
            Kind::Text => Align::Left,
            Kind::Number | Kind::Duration => Align::Right,
        };
        let text = canvas.typesetter.set(text, style, width, CELL_LINES);
        let at = (LEFT + before + PADDING, y + LEADING);
        canvas.text(&text, at, (align, width), colour);
    }
}
