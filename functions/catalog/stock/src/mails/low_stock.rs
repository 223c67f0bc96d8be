//! "Few are left of some things."

use catalog::stock::LowVariant;
use mail::templates;
use mail::text::one_line_without_links;
use mail::{Addressee, Brand, Frame, Message};

/// The longest name that is shown of a variant, in characters.
const LONGEST: usize = 80;

/// Says of which variants few are left.
#[derive(Debug)]
pub struct LowStockDigest<'a> {
    /// The administrator who reads it.
    pub addressee: &'a Addressee,
    /// The variants: one at least.
    pub variants: Vec<LowVariant>,
}

struct View {
    frame: Frame,
    link: String,
    lines: Vec<Line>,
}

/// A variant, as the mail shows it.
struct Line {
    name: String,
    sku: String,
    available: u64,
}

templates!(
    View,
    "low_stock",
    "low_stock/subject.txt",
    "low_stock/body.txt",
    "low_stock/body.html"
);

impl LowStockDigest<'_> {
    /// Renders the mail for a deployment.
    pub fn render(&self, brand: &Brand) -> Message {
        let frame = Frame::new(brand, self.addressee);
        let line = |low: &LowVariant| Line {
            name: one_line_without_links(&low.name, LONGEST),
            sku: one_line_without_links(&low.sku, LONGEST),
            available: low.available,
        };
        let view = View {
            link: frame.page("/stock/low"),
            lines: self.variants.iter().map(line).collect(),
            frame,
        };
        message(&self.addressee.email, &view)
    }
}
