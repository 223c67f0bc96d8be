//! The measures and the colours of a page.

use krilla::color::rgb;

use crate::text::Style;

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
/// A4, in points.
pub(super) const HEIGHT: f32 = 841.89;
/// Where the text begins.
pub(super) const LEFT: f32 = 48.0;
/// The width of the text.
pub(super) const TEXT_WIDTH: f32 = WIDTH - 2.0 * LEFT;
/// Where the text begins below the header.
pub(super) const TOP: f32 = 58.0;
/// Where the text ends above the footer.
pub(super) const BOTTOM: f32 = HEIGHT - 56.0;
/// Where the header stands.
pub(super) const HEADER: f32 = 30.0;
/// Where the footer stands.
pub(super) const FOOTER: f32 = HEIGHT - 40.0;

/// Header and footer.
pub(super) const SMALL: Style = Style::plain(7.5);
/// The cells of a table.
pub(super) const CELL: Style = Style::plain(8.0);
/// The header row and the last row of a table.
pub(super) const CELL_BOLD: Style = Style::bold(8.0);
/// The titles of charts and tables.
pub(super) const CAPTION: Style = Style::bold(11.5);
/// Lines of a cell at most: enough for a long address, and a page still has a dozen rows.
pub(super) const CELL_LINES: usize = 3;
/// The room on each side of a cell's text.
pub(super) const PADDING: f32 = 4.0;
/// The room above and below a cell's text.
pub(super) const LEADING: f32 = 2.4;

/// Text.
pub(super) const INK: Colour = Colour(0x1f, 0x29, 0x33);
/// Text that only helps.
pub(super) const GREY: Colour = Colour(0x55, 0x60, 0x6e);
/// Lines.
pub(super) const RULE: Colour = Colour(0xd0, 0xd6, 0xde);
/// Every other row.
pub(super) const SHADE: Colour = Colour(0xf4, 0xf6, 0xf9);
/// Between the parts of a bar.
pub(super) const PAPER: Colour = Colour(0xff, 0xff, 0xff);

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl From<Colour> for rgb::Color {
    fn from(Colour(red, green, blue): Colour) -> Self {
        rgb::Color::new(red, green, blue)
    }
}
