//! What stands on which page.

use super::Pdf;
use super::page::{
    BOTTOM, CAPTION, CELL, CELL_BOLD, CELL_LINES, LEADING, PADDING, TEXT_WIDTH, TOP,
};
use super::{chart, columns, head};
use crate::text::{Style, Typesetter};

/// The room below a chart or a table.
const GAP: f32 = 20.0;
/// The room between a caption and what it is of.
const CAPTION_GAP: f32 = 4.0;

/// A part of the file, which stands on one page as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// The head of the report.
    Head,
    /// A chart.
    Chart(usize),
    /// The caption of a table, on its first page and on those after.
    Caption { table: usize, is_continued: bool },
    /// The header row of a table, likewise.
    Header { table: usize, is_continued: bool },
    /// A row of a table.
    Row { table: usize, row: usize },
    /// The sums of a table.
    Totals { table: usize },
    /// What stands in the place of rows where there are none.
    NoRows { table: usize },
}

/// A block and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    pub(super) block: Block,
    pub(super) y: f32,
    pub(super) height: f32,
}

/// All pages, and how wide the columns of the tables are.
pub(super) struct Plan {
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) widths: Vec<Vec<f32>>,
}

/// The room that is left.
struct Pages {
    pages: Vec<Vec<Placed>>,
    y: f32,
}

impl Pages {
    fn has_room(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn place(&mut self, block: Block, height: f32) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { block, y, height });
        }
        self.y += height;
    }
}

/// The heights of what a table has besides rows.
struct Heights {
    caption: f32,
    header: f32,
    row: f32,
}

/// Puts everything on pages.
pub(super) fn plan(pdf: &mut Pdf<'_>) -> Plan {
    let mut pages = Pages {
        pages: vec![Vec::new()],
        y: TOP,
    };
    pages.y = head::TOP;
    pages.place(Block::Head, head::height(pdf) + GAP);
    for index in 0..pdf.charts.len() {
        let height = chart::height(&mut pdf.typesetter, &pdf.charts[index], &pdf.about) + GAP;
        if !pages.has_room(height - GAP) {
            pages.turn();
        }
        pages.place(Block::Chart(index), height);
    }
    let mut widths = Vec::new();
    for table in 0..pdf.tables.len() {
        let columns = columns::widths(&mut pdf.typesetter, &pdf.tables[table]);
        place_table(pdf, &mut pages, table, &columns);
        widths.push(columns);
    }
    let pages = pages.pages;
    Plan { pages, widths }
}

fn place_table(pdf: &mut Pdf<'_>, pages: &mut Pages, table: usize, widths: &[f32]) {
    let (rows, typesetter) = (&pdf.tables[table], &mut pdf.typesetter);
    let names = rows.heading().columns.iter().map(|column| &*column.name);
    let title = typesetter
        .set(&rows.heading().title, CAPTION, TEXT_WIDTH, 2)
        .height();
    let heights = Heights {
        caption: title + CAPTION_GAP,
        header: row_height(typesetter, names, CELL_BOLD, widths),
        row: CELL.line_height() + 2.0 * LEADING,
    };
    // A caption without rows at the foot of a page would be lost.
    let height = heights.caption + heights.header + 3.0 * heights.row;
    if !pages.has_room(height) {
        pages.turn();
    }
    begin(pages, table, &heights, false);
    if rows.len() == 0 {
        pages.place(Block::NoRows { table }, heights.row);
    }
    for row in 0..rows.len() {
        let height = row_height(typesetter, rows.row(row), CELL, widths);
        place_row(pages, table, &heights, (Block::Row { table, row }, height));
    }
    if let Some(totals) = rows.totals() {
        let totals = totals.iter().map(|text| &**text);
        let height = row_height(typesetter, totals, CELL_BOLD, widths);
        place_row(pages, table, &heights, (Block::Totals { table }, height));
    }
    pages.y += GAP;
}

fn begin(pages: &mut Pages, table: usize, heights: &Heights, is_continued: bool) {
    let caption = if is_continued {
        CAPTION.line_height() + CAPTION_GAP
    } else {
        heights.caption
    };
    pages.place(
        Block::Caption {
            table,
            is_continued,
        },
        caption,
    );
    pages.place(
        Block::Header {
            table,
            is_continued,
        },
        heights.header,
    );
}

fn place_row(pages: &mut Pages, table: usize, heights: &Heights, (block, height): (Block, f32)) {
    if !pages.has_room(height) {
        pages.turn();
        begin(pages, table, heights, true);
    }
    pages.place(block, height);
}

/// The height of a row: that of its longest text.
fn row_height<'t>(
    typesetter: &mut Typesetter<'_>,
    texts: impl Iterator<Item = &'t str>,
    style: Style,
    widths: &[f32],
) -> f32 {
    let lines = texts
        .zip(widths)
        .map(|(text, width)| typesetter.lines(text, style, width - 2.0 * PADDING, CELL_LINES));
    // Three lines at most.
    #[expect(clippy::cast_precision_loss)]
    let lines = lines.max().unwrap_or(1) as f32;
    lines * style.line_height() + 2.0 * LEADING
}
