//! Text of any script: which fonts it needs, how its letters join, in which direction it runs, where its lines break.

mod clean;
mod faces;
mod fonts;
mod paragraph;
mod typesetter;
mod widths;

pub(crate) use clean::{clean, isolate};
pub use fonts::Fonts;
pub(crate) use paragraph::{Align, Paragraph};
pub(crate) use typesetter::{Style, Typesetter};
