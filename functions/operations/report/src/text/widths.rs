//! Whether a text fits a line, told without setting it.

/// The widest letter below U+0530 that is not in the table, in ems.
const WIDEST: f32 = 1.6;

/// What kerning may add to a line, which as a rule it makes shorter: the widest pair of letters, `(J`, stands a sixth apart.
const KERNING: f32 = 1.17;

/// The widths of the characters of ASCII, in ems. To add them up takes a hundredth of the time of setting a text, and most
/// cells of a long table are short.
pub(super) struct Widths([f32; 95]);

impl Widths {
    /// Measures every character.
    pub(super) fn new(mut measure: impl FnMut(&str) -> f32) -> Self {
        let mut characters = ' '..='~';
        Self([(); 95].map(|()| {
            let character = characters.next().unwrap_or(' ');
            match character {
                // At the end of a line a space has no width.
                ' ' => measure("a a") - measure("aa"),
                _ => measure(&character.to_string()),
            }
        }))
    }

    /// Whether a text of a size surely fits a line of a width. No says nothing.
    pub(super) fn surely_fit(&self, text: &str, size: f32, width: f32) -> bool {
        let room = width / (size * KERNING);
        let mut taken = 0.0;
        text.chars().all(|character| {
            taken += match character {
                ' '..='~' => self.0[usize::from(character as u8 - b' ')],
                '\u{a0}'..='\u{52f}' => WIDEST,
                _ => return false,
            };
            taken <= room
        })
    }
}
