//! Texts become lines of glyphs.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use krilla::text::Font;
use parley::fontique::{Collection, CollectionOptions, SourceCache};
use parley::style::{
    FontFamily, FontFamilyName, FontWeight, LineHeight, OverflowWrap, StyleProperty,
};
use parley::{FontContext, FontData, Layout, LayoutContext};

use super::faces::{BASE, FACES, faces_of};
use super::fonts::Fonts;
use super::paragraph::Paragraph;
use crate::Error;

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// The size in points.
    pub(crate) size: f32,
    /// Whether Latin, Greek and Cyrillic letters are bold. Other scripts have one weight.
    pub(crate) is_bold: bool,
}

impl Style {
    /// A text of this size.
    pub(crate) const fn plain(size: f32) -> Self {
        let is_bold = false;
        Self { size, is_bold }
    }

    /// A bold text of this size.
    pub(crate) const fn bold(size: f32) -> Self {
        let is_bold = true;
        Self { size, is_bold }
    }

    /// From one baseline to the next. It is the same whatever fonts a line has, so that a name in Thai moves no row.
    pub(crate) fn line_height(self) -> f32 {
        self.size * 1.4
    }

    /// From the top of a line to its baseline.
    pub(crate) fn ascent(self) -> f32 {
        self.size * 1.05
    }
}

/// What sets the texts of one file. It is made anew for each, so that what an earlier report needed decides nothing.
pub(crate) struct Typesetter<'a> {
    fonts: &'a Fonts,
    context: FontContext,
    layouts: LayoutContext<()>,
    loaded: BTreeSet<usize>,
    families: Vec<FontFamilyName<'static>>,
    embedded: HashMap<u64, Font>,
}

impl<'a> Typesetter<'a> {
    /// A typesetter with the base fonts.
    pub(crate) fn new(fonts: &'a Fonts) -> Result<Self, Error> {
        let (system_fonts, shared) = (false, false);
        let mut typesetter = Self {
            fonts,
            context: FontContext {
                collection: Collection::new(CollectionOptions {
                    shared,
                    system_fonts,
                }),
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            loaded: BTreeSet::new(),
            families: Vec::new(),
            embedded: HashMap::new(),
        };
        for index in 0..BASE {
            typesetter.load(index)?;
        }
        Ok(typesetter)
    }

    /// Reads the fonts that a text needs. It is asked for all texts before the first is set: a font that came in between
    /// could change the lines of what was measured without it.
    pub(crate) fn prepare(&mut self, text: &str) -> Result<(), Error> {
        // Below U+0530 the base has all.
        for character in text.chars().filter(|character| *character >= '\u{530}') {
            for index in faces_of(character) {
                self.load(index)?;
            }
        }
        Ok(())
    }

    fn load(&mut self, index: usize) -> Result<(), Error> {
        if !self.loaded.insert(index) {
            return Ok(());
        }
        let bytes = self.fonts.face(index)?;
        self.context.collection.register_fonts(bytes, None);
        let mut families: Vec<&str> = self.loaded.iter().map(|face| FACES[*face].family).collect();
        families.dedup();
        let name = |family| FontFamilyName::Named(Cow::Borrowed(family));
        self.families = families.into_iter().map(name).collect();
        Ok(())
    }

    /// Sets a text in lines of a width, and cuts what is longer than so many lines.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: f32, lines: usize) -> Paragraph {
        let layout = self.lay_out(text, style, Some(width));
        if layout.len() <= lines {
            return Paragraph::new(text.to_owned(), style, layout);
        }
        let end = layout
            .get(lines - 1)
            .map_or(0, |line| line.text_range().end);
        let mut cut = text[..end].trim_end().to_owned();
        loop {
            let shown = format!("{}…", cut.trim_end());
            let layout = self.lay_out(&shown, style, Some(width));
            if layout.len() <= lines || cut.is_empty() {
                return Paragraph::new(shown, style, layout);
            }
            cut.pop();
        }
    }

    /// Sets a text on one line, however long it gets.
    pub(crate) fn line(&mut self, text: &str, style: Style) -> Paragraph {
        let layout = self.lay_out(text, style, None);
        Paragraph::new(text.to_owned(), style, layout)
    }

    /// The number of lines that a text takes, up to so many.
    pub(crate) fn lines(&mut self, text: &str, style: Style, width: f32, lines: usize) -> usize {
        self.lay_out(text, style, Some(width)).len().clamp(1, lines)
    }

    fn lay_out(&mut self, text: &str, style: Style, width: Option<f32>) -> Layout<()> {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.context, text, 1.0, false);
        let families = FontFamily::List(Cow::Borrowed(&self.families));
        builder.push_default(StyleProperty::FontFamily(families));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::Absolute(
            style.line_height(),
        )));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.is_bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(width);
        layout
    }

    /// A font as it is embedded in the file, or nothing where it is no font.
    pub(crate) fn embedded(&mut self, font: &FontData) -> Option<Font> {
        let (data, id) = font.data.clone().into_raw_parts();
        if let Some(font) = self.embedded.get(&id) {
            return Some(font.clone());
        }
        let font = Font::new(data.into(), font.index)?;
        self.embedded.insert(id, font.clone());
        Some(font)
    }
}
