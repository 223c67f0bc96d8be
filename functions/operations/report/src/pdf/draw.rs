//! The pages are drawn, and become a file.

use jiff::tz::TimeZone;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::{Page, PageSettings};
use krilla::{Document, SerializeSettings};

use super::canvas::Canvas;
use super::page::{HEIGHT, LEFT, WIDTH};
use super::plan::{Block, Placed, Plan};
use super::table::{self, Drawn};
use super::tags::Tags;
use super::{About, Pdf, chart, head};
use crate::Error;

/// Draws all pages.
pub(super) fn draw(mut pdf: Pdf<'_>, plan: &Plan) -> Result<Vec<u8>, Error> {
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(metadata(&pdf.about));
    document.set_outline(outline(&pdf, plan));
    let mut tags = Tags::new(pdf.about.language.tag());
    let size = PageSettings::from_wh(WIDTH, HEIGHT).unwrap_or_default();
    for index in 0..plan.pages.len() {
        let mut page = document.start_page_with(size.clone());
        draw_page(&mut pdf, plan, index, &mut page, &mut tags);
        page.finish();
    }
    document.set_tag_tree(tags.finish());
    document.finish().map_err(Error::Pdf)
}

fn draw_page(pdf: &mut Pdf<'_>, plan: &Plan, index: usize, page: &mut Page<'_>, tags: &mut Tags) {
    let Pdf {
        about,
        charts,
        tables,
        typesetter,
    } = pdf;
    let mut surface = page.surface();
    let surface = &mut surface;
    let canvas = &mut Canvas {
        surface,
        typesetter,
    };
    let blocks = &plan.pages[index];
    head::draw_margins(canvas, about, (index, plan.pages.len()));
    table::draw_lines(canvas, blocks);
    let drawn = |table: usize| Drawn {
        rows: &tables[table],
        widths: &plan.widths[table],
        language: about.language,
    };
    let mut rest: Vec<(usize, &Placed)> = Vec::new();
    for placed in blocks {
        let y = placed.y;
        match placed.block {
            Block::Head => head::draw(canvas, tags, about, y),
            Block::Chart(chart) => chart::draw(canvas, tags, &charts[chart], about, (index, y)),
            Block::Caption {
                table,
                is_continued,
            } => {
                drawn(table).caption(canvas, tags, y, is_continued);
            }
            Block::Header {
                table,
                is_continued,
            } => {
                drawn(table).header(canvas, tags, y, is_continued);
            }
            Block::Row { table, row } if tags.has_room() => {
                drawn(table).row(canvas, tags, y, row);
            }
            Block::Row { table, .. } => rest.push((table, placed)),
            Block::Totals { table } => {
                draw_rest(canvas, tags, std::mem::take(&mut rest), drawn);
                drawn(table).totals(canvas, tags, y);
            }
            Block::NoRows { table } => drawn(table).no_rows(canvas, tags, y),
        }
    }
    draw_rest(canvas, tags, rest, drawn);
}

/// Draws rows that are tagged together.
fn draw_rest<'d>(
    canvas: &mut Canvas<'_, '_, '_>,
    tags: &mut Tags,
    rest: Vec<(usize, &Placed)>,
    drawn: impl Fn(usize) -> Drawn<'d>,
) {
    if rest.is_empty() {
        return;
    }
    let text = canvas.other(|canvas| {
        for (table, placed) in rest {
            if let Block::Row { row, .. } = placed.block {
                drawn(table).untagged_row(canvas, placed.y, row);
            }
        }
    });
    tags.rest(text);
}

/// What programs show of a file without opening it.
fn metadata(about: &About) -> Metadata {
    let language = about.language;
    let title = format!("{} – {}", about.title, language.period(about.period));
    // The file's own name, and the same for the same report.
    let id = format!("{} {} {}", about.product, title, about.generated_at);
    let made = about.generated_at.to_zoned(TimeZone::UTC);
    let unsigned = |part: i8| part.unsigned_abs();
    let date = DateTime::new(made.year().unsigned_abs())
        .month(unsigned(made.month()))
        .day(unsigned(made.day()))
        .hour(unsigned(made.hour()))
        .minute(unsigned(made.minute()))
        .second(unsigned(made.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(title)
        .authors(vec![about.product.clone()])
        .language(language.tag().to_owned())
        .creation_date(date)
        .document_id(id)
}

/// The bookmarks: charts and tables.
fn outline(pdf: &Pdf<'_>, plan: &Plan) -> Outline {
    let mut outline = Outline::new();
    let pages = plan.pages.iter().enumerate();
    for (page, placed) in
        pages.flat_map(|(page, blocks)| blocks.iter().map(move |placed| (page, placed)))
    {
        let title = match placed.block {
            Block::Chart(chart) => &pdf.charts[chart].title,
            Block::Caption {
                table,
                is_continued: false,
            } => &pdf.tables[table].heading().title,
            _ => continue,
        };
        let to = XyzDestination::new(page, Point::from_xy(LEFT, placed.y));
        outline.push_child(OutlineNode::new(title.clone(), to));
    }
    outline
}
