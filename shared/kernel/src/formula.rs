//! Texts that no spreadsheet computes: what is given out for spreadsheets, as lists of the API and as reports, goes through here.

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection); Excel, in its East Asian forms as well.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The characters after which another cell begins for a spreadsheet that takes another separator than ours.
const CELL_ENDS: [char; 7] = [',', ';', '|', '\t', '\n', '\r', '"'];

/// A cell that no spreadsheet computes: an apostrophe goes before what could begin a formula, at the beginning of the cell
/// and of whatever could be a cell to a program that separates them in another way.
pub fn neutral(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len() + 1);
    let mut is_beginning = true;
    for character in cell.chars() {
        if is_beginning && FORMULA.contains(&character) {
            text.push('\'');
        }
        text.push(character);
        let is_blank = character.is_whitespace() && is_beginning;
        is_beginning = is_blank || CELL_ENDS.contains(&character);
    }
    text
}

/// A cell that no spreadsheet computes, of which [`unguarded`] makes the text again. It differs from [`neutral`] where the text
/// itself has apostrophes before what could begin a formula: they get one more.
pub fn guarded(cell: &str) -> String {
    change_guards(cell, |apostrophes| apostrophes + 1)
}

/// The text that a [`guarded`] cell is of.
pub fn unguarded(cell: &str) -> String {
    change_guards(cell, |apostrophes| apostrophes.saturating_sub(1))
}

/// The text with another number of apostrophes before whatever could begin a formula.
fn change_guards(cell: &str, number: impl Fn(usize) -> usize) -> String {
    let mut text = String::with_capacity(cell.len() + 1);
    let mut apostrophes = 0;
    let mut is_beginning = true;
    for character in cell.chars() {
        if is_beginning && character == '\'' {
            apostrophes += 1;
            continue;
        }
        let is_guarded = is_beginning && FORMULA.contains(&character);
        let kept = if is_guarded {
            number(apostrophes)
        } else {
            apostrophes
        };
        text.extend(std::iter::repeat_n('\'', kept));
        text.push(character);
        let is_blank = character.is_whitespace() && is_beginning && apostrophes == 0;
        apostrophes = 0;
        is_beginning = is_blank || CELL_ENDS.contains(&character);
    }
    text.extend(std::iter::repeat_n('\'', apostrophes));
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_guarded_is_read_again() {
        for (text, cell) in [
            ("", ""),
            ("Tea", "Tea"),
            ("=1+1", "'=1+1"),
            ("'=1+1", "''=1+1"),
            ("'tis", "'tis"),
            ("' =1", "' =1"),
            ("x;=1", "x;'=1"),
            ("[1,-2]", "[1,'-2]"),
            ("\t=1", "'\t'=1"),
            ("''", "''"),
        ] {
            assert_eq!(guarded(text), cell, "{text:?}");
            assert_eq!(unguarded(cell), text, "{cell:?}");
        }
        // A cell that nobody guarded is what it says.
        assert_eq!(unguarded("-5 °C"), "-5 °C");
    }

    proptest! {
        #[test]
        fn whatever_is_guarded_computes_nothing_and_is_read_again(text in "[ '=+@x;,\"\\t\\r\\n-]{0,12}") {
            let cell = guarded(&text);
            prop_assert_eq!(neutral(&cell), cell.clone());
            prop_assert_eq!(unguarded(&cell), text);
        }
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, neutralised) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("  =1", "  '=1"),
            ("\u{a0}=1", "\u{a0}'=1"),
            ("＝1", "'＝1"),
            ("x;=1", "x;'=1"),
            ("x\n=1", "x\n'=1"),
            ("x\",\"=1", "x\",\"'=1"),
        ] {
            assert_eq!(neutral(cell), neutralised, "{cell:?}");
        }
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for cell in [
            "",
            "ann+tag@example.com",
            "2026-11-21T12:00:00Z",
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "مرحبا",
            "2001:db8::/64",
            "user/0197a9f0-6d40-7c31-9a57-2f6b1c8e4d10",
        ] {
            assert_eq!(neutral(cell), cell);
        }
    }
}
