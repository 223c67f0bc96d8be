//! Text from outside, made fit for a mail.
//!
//! HTML escaping is the templates' work. What is done here holds for both parts and for headers: whoever registers
//! with somebody else's address chooses the name we greet that person with, and a name must not become a message.

use kernel::input::fold;

use crate::message::Addressee;

/// The longest first name that is used, in characters. The rest are sentences.
const MAX_FIRST_NAME: usize = 40;

/// Puts a text on one line: control, bidirectional and invisible characters go, white space becomes one blank.
/// Longer than `max` characters, it is cut.
pub fn one_line(text: &str, max: usize) -> String {
    // Control characters split words as blanks do: a tab between two words must not join them.
    let blank_or_kept = |character: char| {
        if character.is_whitespace() || character.is_control() {
            Some(' ')
        } else if is_invisible(character) {
            None
        } else {
            Some(character)
        }
    };
    let visible: String = text.chars().filter_map(blank_or_kept).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");

    if line.chars().count() <= max {
        return line;
    }
    let mut cut: String = line.chars().take(max.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Puts a text on one line that no mail program makes a link of: what a client says about itself.
pub fn one_line_without_links(text: &str, max: usize) -> String {
    // Folded, so that no joiner stands between a dot and the letter behind it, and no dot is another one.
    let line = one_line(&fold(text), max);
    let mut inert = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        inert.push(match character {
            '@' | '\\' => ' ',
            ':' if next == '/' => ' ',
            '.' | '。' if next.is_alphabetic() || !next.is_ascii() => ' ',
            other => other,
        });
    }
    inert
}

/// What a mail calls its reader: by first name, or by address where there is none that looks like one.
pub fn salutation(addressee: &Addressee) -> String {
    let name = one_line(&addressee.first_name, usize::MAX);
    // As what reads it may take it: with any other dot, slash or joiner for the usual one, or for nothing.
    if is_plausible_name(&fold(&name)) {
        name
    } else {
        addressee.email.as_str().to_owned()
    }
}

/// Whether a first name is one, and no link, address, number or sentence. `name` is folded.
fn is_plausible_name(name: &str) -> bool {
    let foreign = |character: char| {
        character.is_numeric() || "\\@:<>\"[]{}|=#$€£%!?*_~`^".contains(character)
    };
    // Behind a full stop comes another word or another initial. What browsers take for a full stop (UTS 46) is one.
    let is_address = name
        .chars()
        .zip(name.chars().skip(1))
        .any(|(first, second)| ".。".contains(first) && !" -,.)'’".contains(second));
    let length = name.chars().count();

    // One slash may be in a name (`a/l`), two begin an address.
    (1..=MAX_FIRST_NAME).contains(&length)
        && !name.contains(foreign)
        && !name.contains("//")
        && !is_address
}

/// Format characters that change how others look or are seen. The joiners U+200C and U+200D stay: names need them.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use kernel::email::EmailAddress;

    use super::*;

    fn greeted(first_name: &str) -> String {
        let email = EmailAddress::parse("ann@example.com").unwrap();
        salutation(&Addressee::new(&email, first_name, None))
    }

    #[test]
    fn people_are_greeted_by_their_first_name() {
        for name in [
            "Ann",
            "Ann-Marie",
            "O'Neill",
            "Łukasz",
            "محمد",
            "さくら",
            "J. R.",
            "Anne Marie",
            "Arun a/l Raman",
            "J.-P.",
            "葛\u{e0100}",
            "می\u{200c}ترا",
        ] {
            assert_eq!(greeted(name), name);
        }
        assert_eq!(greeted("  Ann\r\n\tMarie\u{202e} "), "Ann Marie");
    }

    #[test]
    fn a_name_that_is_a_message_is_not_used() {
        for name in [
            "",
            " \u{200b}",
            "http://evil.example",
            "evil.example",
            "evil。example",
            "evil．example",
            "evil｡example",
            "evil․example",
            "evil\u{fe52}example",
            "evil\u{fe12}example",
            "evil.\u{200d}example",
            "evil.\u{fe0f}example",
            "evil\u{200d}.\u{200c}example",
            "evil.\u{301}example",
            "evil\u{2488}example",
            "evil.example／prize",
            "https：／／evil",
            "//evil",
            "eve＠evil",
            "eve\u{fe6b}evil",
            "\u{200d}\u{fe0f}",
            "www.evil.example/prize",
            "eve@evil.example",
            "<a href=x>",
            "Call +1 555 0100",
            "You won! Claim it",
            "dear customer your account has been closed please",
        ] {
            assert_eq!(greeted(name), "ann@example.com", "{name:?}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_bounded() {
        assert_eq!(
            one_line("a\r\nBcc: eve\u{2028}b\0c\u{202e}d", 100),
            "a Bcc: eve b cd"
        );
        assert_eq!(one_line(&"é".repeat(50), 10), format!("{}…", "é".repeat(9)));
    }

    #[test]
    fn what_a_client_calls_itself_makes_no_link() {
        assert_eq!(
            one_line_without_links(
                "Mozilla/5.0 (X11) https://evil.example/x eve@evil.example",
                200
            ),
            "Mozilla/5.0 (X11) https //evil example/x eve evil example"
        );
        for text in [
            "evil.\u{200d}example",
            "evil.\u{fe0f}example",
            "evil\u{fe52}example",
            "evil。example",
            "evil․example",
            "evil＠example",
        ] {
            assert_eq!(
                one_line_without_links(text, 200),
                "evil example",
                "{text:?}"
            );
        }
    }
}
