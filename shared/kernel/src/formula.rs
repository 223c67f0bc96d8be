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

#[cfg(test)]
mod tests {
    use super::*;

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
