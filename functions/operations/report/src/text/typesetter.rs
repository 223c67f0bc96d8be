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
use super::widths::Widths;
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
    widths: Option<Widths>,
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
            widths: None,
        };
        for index in 0..BASE {
            typesetter.load(index)?;
        }
        let em = Style::plain(100.0);
        let measure = |text: &str| typesetter.line(text, em).width() / em.size;
        let widths = Widths::new(measure);
        typesetter.widths = Some(widths);
        Ok(typesetter)
    }

    /// Reads the fonts that a text needs. It is asked for all texts before the first is set: a font that came in between
    /// could change the lines of what was measured without it.
    pub(crate) fn prepare(&mut self, text: &str) -> Result<(), Error> {
        for character in text.chars().filter(|character| !is_of_base(*character)) {
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
        let widths = self.widths.as_ref().filter(|_| !style.is_bold);
        if widths.is_some_and(|widths| widths.surely_fit(text, style.size, width)) {
            return 1;
        }
        self.lay_out(text, style, Some(width)).len().clamp(1, lines)
    }

    fn lay_out(&mut self, text: &str, style: Style, width: Option<f32>) -> Layout<()> {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.context, text, 1.0, false);
        // To look for a font takes time by their number.
        let families = if text.chars().all(is_of_base) {
            &self.families[..1]
        } else {
            &self.families
        };
        let families = FontFamily::List(Cow::Borrowed(families));
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

/// Whether no other font is asked for a character.
fn is_of_base(character: char) -> bool {
    character < '\u{530}'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fonts() -> Fonts {
        Fonts::open(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts")).unwrap()
    }

    #[test]
    fn a_long_text_is_cut_where_its_lines_end() {
        let fonts = fonts();
        let mut typesetter = Typesetter::new(&fonts).unwrap();
        let style = Style::plain(8.0);
        for text in ["a word ".repeat(60), "x".repeat(400), "漢字".repeat(90)] {
            typesetter.prepare(&text).unwrap();

            let paragraph = typesetter.set(&text, style, 100.0, 3);

            assert!(paragraph.width() <= 100.0);
            assert!((paragraph.height() - 3.0 * style.line_height()).abs() < 0.01);
        }
    }

    #[test]
    fn no_letter_of_the_base_is_wider_than_is_assumed() {
        let fonts = fonts();
        let mut typesetter = Typesetter::new(&fonts).unwrap();
        for character in '\u{a0}'..'\u{530}' {
            let width = typesetter
                .line(&character.to_string(), Style::plain(100.0))
                .width();
            assert!(width <= 160.0, "{character:?}: {width}");
        }
    }

    #[test]
    fn no_pair_of_letters_is_wider_than_is_assumed() {
        let fonts = fonts();
        let mut typesetter = Typesetter::new(&fonts).unwrap();
        let widths = typesetter.widths.take().unwrap();
        for (one, other) in ('!'..='~').flat_map(|one| ('!'..='~').map(move |other| (one, other))) {
            let text = format!("{one}{other}").repeat(20);
            let width = typesetter.line(&text, Style::plain(8.0)).width();

            assert!(!widths.surely_fit(&text, 8.0, width - 0.01), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_surely_fits_is_a_line(text in "[ -~]{0,40}|[ -~\u{a0}-\u{52f}]{0,15}", width in 20.0_f32..200.0) {
            let fonts = fonts();
            let mut typesetter = Typesetter::new(&fonts).unwrap();
            let widths = typesetter.widths.take().unwrap();
            if widths.surely_fit(&text, 8.0, width) {
                prop_assert_eq!(typesetter.lines(&text, Style::plain(8.0), width, 9), 1);
            }
        }
    }
}
